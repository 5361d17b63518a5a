import type { Commerce, OrderView, Return, ReturnHistoryEntry } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { titled } from '../terminal/titled.ts'
import { moment, spaced } from '../terminal/words.ts'

/** What every command about one return takes. */
export interface ReturnOptions extends ShopOptions {
  readonly returned: string
}

export interface WholeReturn {
  readonly returned: Return
  readonly order: OrderView
  readonly history: readonly ReturnHistoryEntry[]
}

/** Shows one return. */
export async function returnsShow(output: Output, options: ReturnOptions): Promise<number> {
  const whole = await withCommerce(options, { create: false }, (commerce) => readReturn(commerce, options.returned))
  output.result(whole, () => returnWords(whole, output))
  return 0
}

export async function readReturn({ returns, orders }: Commerce, returnId: string): Promise<WholeReturn> {
  const returned = await returns.get({ actor: staff, returnId })
  return { returned, order: await orders.get({ actor: staff, id: returned.orderId }), history: await returns.history({ actor: staff, returnId }) }
}

export function returnWords({ returned, order, history }: WholeReturn, output: Output): string {
  const columns = [
    { title: 'SKU' },
    { title: 'units', align: 'right' },
    { title: 'received', align: 'right' },
    { title: 'restocked', align: 'right' },
    { title: 'why', flexible: true },
  ] as const
  const rows = returned.lines.map(({ orderLineId, quantity, receivedQuantity, restockedQuantity, reason, note }) => [
    order.lines.find(({ id }) => id === orderLineId)?.sku ?? orderLineId,
    String(quantity),
    String(receivedQuantity),
    String(restockedQuantity),
    note === null ? spaced(reason) : `${spaced(reason)}: ${note}`,
  ])
  const rejection = returned.rejection === null ? '' : `: ${returned.rejection}`
  const steps = history.map(({ at, status, actor }) => `${moment(at)}  ${status.padEnd(9)}  by ${actor.id ?? actor.type}`)
  return [
    `${output.paint('bold', returned.status)}${rejection}  of order ${order.number}\n${output.paint('dim', returned.id)}`,
    table({ columns, rows, paint: output.paint, width: output.width }),
    titled('History', steps, output),
  ].join('\n\n')
}
