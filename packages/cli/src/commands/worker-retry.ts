import { type ShopOptions, withCommerce } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'
import { counted } from '../terminal/words.ts'

interface WorkerRetryOptions extends ShopOptions {
  readonly job: string
  /** None for all of the job. */
  readonly rowIds: readonly string[]
}

/** Makes parked work due again. Fails when there was none. */
export async function workerRetry(output: Output, options: WorkerRetryOptions): Promise<number> {
  const { job, rowIds } = options
  const query = { job, ...(rowIds.length === 0 ? {} : { rowIds: [...rowIds] }) }
  const due = await withCommerce(options, { create: false }, ({ worker }) => worker.retry(query))
  output.result({ due }, () => (due === 0 ? 'Nothing of this is parked.' : `${counted(due, 'row')} due now: the next round of the worker tries again.`))
  return due === 0 ? 1 : 0
}
