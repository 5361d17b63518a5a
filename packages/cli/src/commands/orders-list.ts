import type { OrderView } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { paged } from '../terminal/paged.ts'
import { table } from '../terminal/table.ts'
import { amount, moment } from '../terminal/words.ts'

interface OrdersListOptions extends ShopOptions {
  readonly status?: OrderView['status']
  readonly limit: number
  readonly after?: string
}

/** Lists orders, newest first. */
export async function ordersList(output: Output, options: OrdersListOptions): Promise<number> {
  const { status, limit, after } = options
  const query = { actor: staff, limit, ...(status === undefined ? {} : { status }), ...(after === undefined ? {} : { after }) }
  const page = await withCommerce(options, { create: false }, ({ orders }) => orders.list(query))
  output.result(page, () => {
    if (page.items.length === 0) return 'No orders.'
    const columns = [
      { title: 'number' },
      { title: 'placed' },
      { title: 'status' },
      { title: 'units', align: 'right' },
      { title: 'total', align: 'right' },
      { title: 'email', flexible: true },
    ] as const
    const rows = page.items.map((order) => [
      output.paint('bold', order.number),
      moment(order.placedAt),
      output.paint(statusStyle(order), order.displayStatus),
      String(order.lines.reduce((sum, { quantity }) => sum + quantity, 0)),
      amount(order.totalMinor, order.currency),
      order.email ?? '',
    ])
    const shown = table({ columns, rows, paint: output.paint, width: output.width })
    return paged(shown, page.next, output)
  })
  return 0
}

/** Green for what goes well, yellow for what waits, red for what needs someone. */
export function statusStyle(order: OrderView): 'green' | 'yellow' | 'red' | 'dim' {
  if (order.displayStatus === 'under review') return 'red'
  if (order.status === 'pending') return 'yellow'
  return order.status === 'confirmed' ? 'green' : 'dim'
}
