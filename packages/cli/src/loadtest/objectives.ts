import { InvalidArgumentError } from 'commander'
import { wholePurchase } from './load-spec.ts'
import type { OperationResult } from './load-totals.ts'

const measures = ['p50', 'p95', 'p99', 'max', 'errors', 'perSecond'] as const

type Measure = (typeof measures)[number]

/** What a load test must reach. */
export interface Objective {
  /** As given, e.g. `checkout.place.p99=500ms`. */
  readonly text: string
  /** Null for every single call. */
  readonly operation: string | null
  readonly measure: Measure
  /** Milliseconds; for `errors` a share from 0 to 1; for `perSecond` a rate. The rate must be reached, all others must not be passed. */
  readonly limit: number
}

export interface ObjectiveResult {
  readonly objective: string
  /** Of the operation that comes off worst; null when there was nothing to measure. In the unit of the limit. */
  readonly actual: number | null
  readonly met: boolean
}

/**
 * Reads `p99=500ms`, `errors=1%`, `perSecond=100`, each alone or after the name of an operation and a dot.
 *
 * @throws InvalidArgumentError for anything else
 */
export function parseObjective(text: string): Objective {
  const [, operation, measure, value] = /^(?:(.+)\.)?([a-z0-9]+)=(.+)$/i.exec(text) ?? []
  const known = measures.find((name) => name === measure)
  if (known === undefined || value === undefined)
    throw new InvalidArgumentError(`Write it like p99=500ms or checkout.place.p99=500ms; there are ${measures.join(', ')}.`)
  return { text, operation: operation ?? null, measure: known, limit: parseLimit(known, value) }
}

function parseLimit(measure: Measure, text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|%|\/s)?$/.exec(text) ?? []
  const value = Number(digits)
  if (digits !== undefined) {
    if (measure === 'errors' && unit === '%') return value / 100
    if (measure === 'errors' && unit === undefined && value <= 1) return value
    if (measure === 'perSecond' && (unit === undefined || unit === '/s')) return value
    if (measure !== 'errors' && measure !== 'perSecond' && (unit === 'ms' || unit === 's')) return unit === 's' ? value * 1_000 : value
  }
  throw new InvalidArgumentError(`"${text}" is no limit for ${measure}. Write p99=500ms, errors=1% or perSecond=100.`)
}

/** Compares what was measured with what was wanted. An objective of something that was never measured is missed. */
export function judgeObjectives(objectives: readonly Objective[], operations: Readonly<Record<string, OperationResult>>): readonly ObjectiveResult[] {
  return objectives.map((objective) => {
    const concerned = Object.entries(operations).filter(([name]) => (objective.operation === null ? name !== wholePurchase : name === objective.operation))
    const values = concerned.map(([, result]) => measured(result, objective.measure))
    if (values.length === 0) return { objective: objective.text, actual: null, met: false }
    const actual = objective.measure === 'perSecond' ? Math.min(...values) : Math.max(...values)
    return { objective: objective.text, actual, met: objective.measure === 'perSecond' ? actual >= objective.limit : actual <= objective.limit }
  })
}

function measured(result: OperationResult, measure: Measure): number {
  return measure === 'errors' ? result.errors / Math.max(1, result.count) : result[measure]
}
