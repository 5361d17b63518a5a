import type { SeededRandom } from '../seeded-random.ts'

/** Decides, call by call, what goes wrong. A plan is asked once per call, in the order of the calls. */
export interface FaultPlan<Call extends string, Fault extends string> {
  /** @returns what happens to this call; undefined lets it through. */
  next(call: Call): Fault | undefined
}

/** One fault of a script. */
export interface ScriptedFault<Call extends string, Fault extends string> {
  /** Which method. */
  readonly call: Call
  /** Which of its calls, counted from 1. */
  readonly nth: number
  readonly fault: Fault
}

/**
 * Goes wrong exactly where the script says.
 *
 * @example
 * const plan = scriptedFaults([{ call: 'transaction', nth: 3, fault: 'lost_commit' }]) // the third commit happens, but nobody hears of it
 */
export function scriptedFaults<Call extends string, Fault extends string>(script: readonly ScriptedFault<Call, Fault>[]): FaultPlan<Call, Fault> {
  const calls = new Map<Call, number>()
  return {
    next: (call) => {
      const nth = (calls.get(call) ?? 0) + 1
      calls.set(call, nth)
      return script.find((entry) => entry.call === call && entry.nth === nth)?.fault
    },
  }
}

/**
 * Goes wrong at random, as a seed decides: the same seed and the same calls, the same faults.
 *
 * @param rates - how likely each fault is at a call, from 0 to 1; together 1 at most. A fault that does not apply to a call leaves it alone.
 */
export function seededFaults<Fault extends string>(random: SeededRandom, rates: Readonly<Partial<Record<Fault, number>>>): FaultPlan<string, Fault> {
  const faults = Object.entries(rates) as [Fault, number][]
  return {
    next: () => {
      let mark = random.integer(0, 999_999) / 1_000_000
      for (const [fault, rate] of faults) {
        mark -= rate
        if (mark < 0) return fault
      }
      return undefined
    },
  }
}
