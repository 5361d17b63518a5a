import type { OrderRefundView, OrderView } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { amount, spaced } from '../terminal/words.ts'
import { findOrder } from './find-order.ts'
import { minorOf, type SkuUnits, unitsOf } from './wanted-units.ts'

interface OrdersRefundOptions extends ShopOptions {
  /** Number or id. */
  readonly order: string
  readonly line?: readonly SkuUnits[]
  readonly amount?: string
  readonly shipping?: true
  readonly storeCredit?: true
  readonly restock: boolean
  readonly reason?: string
  readonly key?: string
}

/** Refunds units, shipping or an amount of an order. Exits with 1 when a part of it was rejected by its payment provider. */
export async function ordersRefund(output: Output, options: OrdersRefundOptions): Promise<number> {
  const { order: name, line, amount: text, shipping, storeCredit, restock, reason, key } = options
  const { order, refund } = await withCommerce(options, { create: false }, async (commerce) => {
    const found = await findOrder(commerce, name)
    const refund = await commerce.orders.refund({
      actor: staff,
      orderId: found.id,
      ...(line === undefined ? {} : { lines: unitsOf(found, line).map((units) => ({ ...units, restock })) }),
      ...(shipping === undefined ? {} : { shipping }),
      ...(storeCredit === undefined ? {} : { to: 'store_credit' as const }),
      ...(text === undefined ? {} : { amountMinor: minorOf(found, text) }),
      ...(reason === undefined ? {} : { reason }),
      ...(key === undefined ? {} : { idempotencyKey: key }),
    })
    return { order: found, refund }
  })
  output.result(refund, () => refundWords(order, refund))
  return noteRefunds(output, refund)
}

/** Says what became of the money. @returns the exit code */
export function noteRefunds(output: Output, { refunds }: OrderRefundView): number {
  if (refunds.some(({ status }) => status === 'pending')) output.note('What is pending is sent by the worker: `cartwright worker`.')
  const failed = refunds.filter(({ status }) => status === 'failed').length
  if (failed > 0) output.note('The payment provider rejected it: the money is still here. Refund the amount again, or return it at the provider.')
  return failed === 0 ? 0 : 1
}

export function refundWords(order: Pick<OrderView, 'number' | 'lines'>, refund: OrderRefundView): string {
  const { currency } = refund
  const lines = refund.lines.map(({ orderLineId, quantity, amountMinor }) => {
    const sku = order.lines.find(({ id }) => id === orderLineId)?.sku ?? orderLineId
    return `  ${quantity} × ${sku}: ${amount(amountMinor, currency)}`
  })
  const shipping = refund.shippingMinor > 0 ? [`  shipping: ${amount(refund.shippingMinor, currency)}`] : []
  const money = refund.refunds.map(({ amountMinor, provider, status }) => `  ${amount(amountMinor, currency)} by ${provider}: ${spaced(status)}`)
  const credits = refund.credits.map(({ amountMinor, accountId }) => `  ${amount(amountMinor, currency)} to credit ${accountId}`)
  return [`Refunded ${amount(refund.amountMinor, currency)} of ${order.number}.`, ...lines, ...shipping, ...money, ...credits].join('\n')
}
