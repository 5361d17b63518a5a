import type { Operation } from './operation.ts'

export interface Routed {
  readonly operation: Operation
  /** What stands for the parameter of the path; empty when it has none. */
  readonly id: string
}

interface Route {
  readonly operation: Operation
  readonly pattern: RegExp
}

/** Finds the operation for a method and a path; a path spelled out goes before one with an id in it. */
export function router(operations: readonly Operation[]): (method: string, path: string) => Routed | undefined {
  const routes: readonly Route[] = operations
    .toSorted((a, b) => Number(a.path.includes('{')) - Number(b.path.includes('{')))
    .map((operation) => ({ operation, pattern: new RegExp(`^${operation.path.replace(/\{\w+\}/, '([^/]+)')}$`) }))
  return (method, path) => {
    for (const { operation, pattern } of routes) {
      const match = operation.method === method ? pattern.exec(path) : null
      if (match !== null) return { operation, id: decodeURIComponent(match[1] ?? '') }
    }
    return undefined
  }
}
