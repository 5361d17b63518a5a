/** A promise that is resolved from outside: what one side of a test waits for until the other side gives it. */
export interface Signal {
  readonly given: Promise<void>
  give(): void
}

export function signal(): Signal {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { given: promise, give: resolve }
}
