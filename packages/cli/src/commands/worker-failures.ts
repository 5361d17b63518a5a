import { type ShopOptions, withCommerce } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { count, moment } from '../terminal/words.ts'

interface WorkerFailuresOptions extends ShopOptions {
  readonly all?: boolean
  readonly job?: string
  readonly limit: number
}

/** Lists what the worker has parked, or with `all` what it still tries too. */
export async function workerFailures(output: Output, options: WorkerFailuresOptions): Promise<number> {
  const { all = false, job, limit } = options
  const query = { parked: !all, limit, ...(job === undefined ? {} : { job }) }
  const failures = await withCommerce(options, { create: false }, ({ worker }) => worker.failures(query))
  output.result({ items: failures }, () => {
    if (failures.length === 0) return all ? 'Nothing has failed.' : 'Nothing is parked.'
    const columns = [
      { title: 'job' },
      { title: 'what', flexible: true },
      { title: 'attempts', align: 'right' },
      { title: 'error' },
      { title: 'since' },
      { title: 'tried again' },
    ] as const
    const rows = failures.map(({ job: name, rowId, attempts, code, firstFailedAt, nextAttemptAt }) => [
      name,
      rowId,
      count(attempts),
      attempts === 0 ? 'waits behind another' : code,
      moment(firstFailedAt),
      nextAttemptAt === null ? output.paint('red', 'parked') : moment(nextAttemptAt),
    ])
    return table({ columns, rows, paint: output.paint, width: output.width })
  })
  if (failures.some(({ nextAttemptAt }) => nextAttemptAt === null)) output.note('`cartwright worker retry <job> [id…]` makes parked work due again.')
  return 0
}
