import type { Context } from '../context.ts'
import { codeOf } from '../errors.ts'
import { countWorkerRows } from '../runtime/telemetry.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { failedAgain, isDue, type WorkFailure } from './work-failure.ts'
import type { JobReport, WorkerJob } from './worker-input.ts'

/** Batches of so many rows for each that is worked on at once: what a stopped worker leaves claimed is soon free again. */
const rowsPerRunner = 5

/** How rows are worked on. */
export interface DrainOptions {
  /** Rows at once. */
  readonly concurrency: number
  /** Once it aborts, no further row is begun. */
  readonly stopping?: AbortSignal
}

/** What a job drains. */
interface Drain<Row> {
  readonly job: WorkerJob
  /** Takes rows that are due, with a lease where two workers must not have the same. */
  readonly claim: (tx: StorageTransaction, limit: number) => Promise<readonly Row[]>
  readonly idOf: (row: Row) => string
  readonly work: (row: Row) => Promise<void>
}

interface Claimed<Row> {
  /** Due and not had before. */
  readonly fresh: readonly Row[]
  /** Those of them whose pause is over. */
  readonly due: readonly Row[]
  readonly failures: ReadonlyMap<string, WorkFailure>
}

/** How a row ended: `error` is what it failed with. */
interface Ended {
  readonly rowId: string
  readonly failed: boolean
  readonly error?: unknown
}

/**
 * Takes batch after batch until none is due that it has not had. A row that fails is recorded, and left for a later run after a pause that grows; the others go
 * on. Rejects only when the database fails.
 */
export async function drain<Row>(context: Context, spec: Drain<Row>, { concurrency, stopping }: DrainOptions): Promise<JobReport> {
  const seen = new Set<string>()
  let done = 0
  let failed = 0
  while (stopping?.aborted !== true) {
    const { fresh, due, failures } = await claimBatch(context, spec, concurrency * rowsPerRunner, seen)
    if (fresh.length === 0) break
    for (const row of fresh) seen.add(spec.idOf(row))
    const ended = await workOn(context, spec, due, concurrency, stopping)
    await remember(context, spec.job, ended, failures)
    failed += ended.filter((row) => row.failed).length
    done += ended.filter((row) => !row.failed).length
  }
  return { done, failed }
}

function claimBatch<Row>(context: Context, { job, claim, idOf }: Drain<Row>, limit: number, seen: ReadonlySet<string>): Promise<Claimed<Row>> {
  return context.storage.transaction(context.clock.now(), async (tx) => {
    const fresh = (await claim(tx, limit)).filter((row) => !seen.has(idOf(row)))
    const failures = new Map((await tx.workFailures.of({ job, rowIds: fresh.map(idOf) })).map((failure) => [failure.rowId, failure]))
    return { fresh, due: fresh.filter((row) => isDue(failures.get(idOf(row)), tx.now)), failures }
  })
}

/** Works on several rows at once, each runner taking the next that nobody has begun. */
async function workOn<Row>(
  context: Context,
  { job, idOf, work }: Drain<Row>,
  rows: readonly Row[],
  concurrency: number,
  stopping: AbortSignal | undefined,
): Promise<readonly Ended[]> {
  const waiting = rows.values()
  const ended: Ended[] = []
  const run = async (): Promise<void> => {
    for (const row of waiting) {
      if (stopping?.aborted === true) return
      const rowId = idOf(row)
      try {
        await work(row)
        ended.push({ rowId, failed: false })
      } catch (error) {
        ended.push({ rowId, failed: true, error })
        const code = codeOf(error)
        context.logger.warn({ job, rowId, code, error }, 'a job row failed and stays due')
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, rows.length) }, run))
  return ended
}

/** Writes down what failed and forgets failures that are over. A batch without either costs nothing. */
async function remember(context: Context, job: WorkerJob, ended: readonly Ended[], before: ReadonlyMap<string, WorkFailure>): Promise<void> {
  const again = ended.filter((row) => row.failed)
  const over = ended.filter((row) => !row.failed && before.has(row.rowId))
  if (again.length === 0 && over.length === 0) return
  const parked = await context.storage.transaction(context.clock.now(), async (tx) => {
    const failures = again.map(({ rowId, error }) => failedAgain({ job, rowId, error, before: before.get(rowId) }, tx.now))
    if (failures.length > 0) await tx.workFailures.record(failures)
    if (over.length > 0) await tx.workFailures.forget({ job, rowIds: over.map(({ rowId }) => rowId) })
    return failures.filter(({ nextAttemptAt }) => nextAttemptAt === null).length
  })
  countWorkerRows(job, 'parked', parked)
}
