import { type SimulationOptions, type SimulationResult, simulate } from './simulate.ts'

export interface Shrunk {
  /** The shortest failing run found. */
  readonly result: SimulationResult
  /** What to give `simulate` as `without` to see it again. */
  readonly without: readonly string[]
  /** Runs that it took. */
  readonly runs: number
}

/**
 * Looks for a shorter run of a seed that fails in the same way: leaves out steps and faults, many at once first, as long as the first problem stays of its kind.
 *
 * @param maxRuns - after so many runs, the shortest so far will do. @default 400
 * @returns undefined when the seed does not fail at all.
 */
export async function shrink(options: SimulationOptions, maxRuns = 400): Promise<Shrunk | undefined> {
  let best = await simulate(options)
  const kind = kindOf(best)
  if (kind === undefined) return undefined
  let without: readonly string[] = options.without ?? []
  let runs = 1
  for (let size = Math.ceil(best.parts.length / 2); size >= 1 && runs < maxRuns; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.parts.length && runs < maxRuns; ) {
      const tried = [...without, ...best.parts.slice(at, at + size)]
      const result = await simulate({ ...options, without: tried })
      runs += 1
      if (kindOf(result) === kind && result.parts.length < best.parts.length) {
        best = result
        without = tried
      } else {
        at += size
      }
    }
  }
  return { result: best, without, runs }
}

/** The first problem without what differs from run to run. */
function kindOf({ problems }: SimulationResult): string | undefined {
  return problems[0]?.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9A-Z]{4}-[0-9A-Z]{4}\b|\{.*|\d+/g, '#')
}
