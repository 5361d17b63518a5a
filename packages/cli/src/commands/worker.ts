import type { LogFields, Logger, WorkerJob } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { count } from '../terminal/words.ts'

/** Says on stderr what went wrong with a row. */
function warningsTo(output: Output): Logger {
  const say = ({ error }: LogFields, message: string) => output.note(`warning ${message}${error instanceof Error ? `: ${error.message}` : ''}`)
  return { debug() {}, info() {}, warn: say, error: say }
}

interface WorkerOptions extends ShopOptions {
  readonly jobs?: readonly WorkerJob[]
}

/** Does one round of the worker's jobs. Fails when a row of one failed; it stays due. */
export async function worker(output: Output, options: WorkerOptions): Promise<number> {
  const { jobs } = options
  const report = await withCommerce(options, { create: false, logger: warningsTo(output) }, (commerce) =>
    commerce.worker.runOnce(jobs === undefined ? {} : { jobs: [...jobs] }),
  )
  const entries = Object.entries(report)
  output.result(report, () => {
    const columns = [{ title: 'job' }, { title: 'done', align: 'right' }, { title: 'failed', align: 'right' }] as const
    const rows = entries.map(([job, { done, failed }]) => [job, count(done), failed === 0 ? '0' : output.paint('red', count(failed))])
    return table({ columns, rows, paint: output.paint, width: output.width })
  })
  const failed = entries.reduce((sum, [, job]) => sum + job.failed, 0)
  if (failed > 0) output.note('What failed stays due: the next run tries it again.')
  return failed === 0 ? 0 : 1
}
