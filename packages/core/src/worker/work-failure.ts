import { codeOf, type ErrorCode, isCommerceError } from '../errors.ts'
import { addMs } from '../time.ts'

/** Something that a job of the worker could not do yet. Goes away once it has been done. */
export interface WorkFailure {
  /** The job, e.g. `completer`; for what a consumer of events refused, `relay:` and the consumer's name. */
  readonly job: string
  /** What it was about: the id of a payment, a refund, an order or an event. */
  readonly rowId: string
  /** How often it was tried. 0 for an event that waits behind a parked one of its aggregate. */
  readonly attempts: number
  /** Of the last attempt. */
  readonly code: ErrorCode | 'UNEXPECTED'
  /** What is to be done, where the row itself may be gone by then: an event. JSON. */
  readonly subject: unknown
  readonly firstFailedAt: Date
  readonly lastFailedAt: Date
  /** Null when it is parked: not tried again before somebody asks for it. */
  readonly nextAttemptAt: Date | null
}

/** After so many attempts, about an hour, what failed for a reason that does not pass by itself is parked. */
export const defaultParkAfter = 20

const firstPauseMs = 2_000
const longestPauseMs = 5 * 60_000

/** The pause before the next attempt: none after the first failure, then 2 s, doubling, 5 minutes at most. */
export function retryDelayMs(attempts: number): number {
  return attempts <= 1 ? 0 : Math.min(firstPauseMs * 2 ** (attempts - 2), longestPauseMs)
}

/** What failed, of which job; what it failed with; how it stood before, if it had failed before. */
interface Attempt {
  readonly job: string
  readonly rowId: string
  readonly subject?: unknown
  readonly error: unknown
  readonly before: WorkFailure | undefined
  readonly parkAfter?: number
}

/**
 * What becomes of something that failed again. What may work later by itself, a `retryable` error, is tried for ever; anything else is parked after `parkAfter`
 * attempts.
 *
 * @param now - when it failed.
 */
export function failedAgain({ job, rowId, subject = null, error, before, parkAfter = defaultParkAfter }: Attempt, now: Date): WorkFailure {
  const attempts = (before?.attempts ?? 0) + 1
  const parked = attempts >= parkAfter && !(isCommerceError(error) && error.retryable)
  return {
    job,
    rowId,
    attempts,
    code: codeOf(error),
    subject,
    firstFailedAt: before?.firstFailedAt ?? now,
    lastFailedAt: now,
    nextAttemptAt: parked ? null : addMs(now, retryDelayMs(attempts)),
  }
}

/** Whether it is to be tried at this time; what never failed is. */
export function isDue(failure: WorkFailure | undefined, now: Date): boolean {
  return failure === undefined || (failure.nextAttemptAt !== null && failure.nextAttemptAt <= now)
}
