import type { WorkFailure } from './work-failure.ts'
import type { DueJob } from './worker-lag.ts'

export interface WorkFailureReader {
  /** What is known of these rows of a job, in any order; rows that never failed are left out. */
  of(params: { readonly job: string; readonly rowIds: readonly string[] }): Promise<readonly WorkFailure[]>
  /**
   * Failures in the order in which they first failed, of one job or of all, the parked ones only or all.
   *
   * @param params - `after` is the last one of the page before.
   */
  list(params: {
    readonly job?: string
    readonly parked: boolean
    readonly limit: number
    readonly after?: Pick<WorkFailure, 'firstFailedAt' | 'job' | 'rowId'>
  }): Promise<readonly WorkFailure[]>
  /**
   * Since when the oldest row of a job has been due that nobody has taken, for jobs that have one. One statement, which looks at the heads of the indexes that rows
   * are claimed by and waits for no lock.
   */
  oldestDue(): Promise<ReadonlyMap<DueJob, Date>>
}

/** Persistence of what the worker could not do. A row is one job's view of one thing, so (job, rowId) is its key. */
export interface WorkFailureStore extends WorkFailureReader {
  /** Writes each failure, in place of the one with its key; `firstFailedAt` stays what it was. */
  record(failures: readonly WorkFailure[]): Promise<void>
  /** Forgets what has been done. @returns how many there were. */
  forget(params: { readonly job: string; readonly rowIds: readonly string[] }): Promise<number>
  /** Makes parked failures due now, those named or all of the job, as if they had never been tried. @returns how many. */
  retry(params: { readonly job: string; readonly rowIds?: readonly string[] }): Promise<number>
  /** Deletes failures that are not parked and were not tried since `before`: what they were about was done otherwise. @returns how many. */
  prune(params: { readonly before: Date; readonly limit: number }): Promise<number>
}
