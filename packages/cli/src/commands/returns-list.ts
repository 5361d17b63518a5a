import type { ReturnStatus } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { paged } from '../terminal/paged.ts'
import { table } from '../terminal/table.ts'
import { moment, spaced } from '../terminal/words.ts'
import { findOrder } from './find-order.ts'

interface ReturnsListOptions extends ShopOptions {
  readonly status?: ReturnStatus
  /** Number or id. */
  readonly order?: string
  readonly limit: number
  readonly after?: string
}

/** Lists returns, newest first. */
export async function returnsList(output: Output, options: ReturnsListOptions): Promise<number> {
  const { status, order, limit, after } = options
  const page = await withCommerce(options, { create: false }, async (commerce) =>
    commerce.returns.list({
      actor: staff,
      limit,
      ...(status === undefined ? {} : { status }),
      ...(order === undefined ? {} : { orderId: (await findOrder(commerce, order)).id }),
      ...(after === undefined ? {} : { after }),
    }),
  )
  output.result(page, () => {
    if (page.items.length === 0) return 'No returns.'
    const columns = [
      { title: 'return' },
      { title: 'asked' },
      { title: 'status' },
      { title: 'units', align: 'right' },
      { title: 'why', flexible: true },
    ] as const
    const rows = page.items.map(({ id, createdAt, status: now, lines }) => [
      id,
      moment(createdAt),
      output.paint(now === 'refunded' ? 'green' : now === 'rejected' || now === 'cancelled' ? 'dim' : 'yellow', now),
      String(lines.reduce((sum, { quantity }) => sum + quantity, 0)),
      [...new Set(lines.map(({ reason }) => spaced(reason)))].join(', '),
    ])
    const shown = table({ columns, rows, paint: output.paint, width: output.width })
    return paged(shown, page.next, output)
  })
  return 0
}
