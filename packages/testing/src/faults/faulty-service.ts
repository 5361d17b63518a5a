import type { FaultPlan } from './fault-plan.ts'

/**
 * What can go wrong with a service that is asked and answers.
 *
 * - `unavailable`: it fails before it does anything.
 * - `answer_lost`: it does what it was asked for, and then fails all the same.
 */
export type ServiceFault = 'unavailable' | 'answer_lost'

/** Puts one call through, or lets it fail as the plan says. */
export async function faultyCall<Call extends string, T>(plan: FaultPlan<Call, ServiceFault>, call: Call, ask: () => Promise<T>): Promise<T> {
  const fault = plan.next(call)
  if (fault === 'unavailable') throw new Error(`injected fault: ${call} is unavailable`)
  const answer = await ask()
  if (fault === 'answer_lost') throw new Error(`injected fault: the answer of ${call} was lost`)
  return answer
}
