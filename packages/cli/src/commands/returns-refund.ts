import { withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { noteRefunds, refundWords } from './orders-refund.ts'
import { type ReturnOptions, readReturn } from './returns-show.ts'
import { minorOf } from './wanted-units.ts'

interface ReturnsRefundOptions extends ReturnOptions {
  readonly amount?: string
  readonly deduct?: string
  readonly shipping?: true
  readonly storeCredit?: true
  readonly reason?: string
}

/** Refunds the goods of a return that have come. Exits with 1 when a part of it was rejected by its payment provider. */
export async function returnsRefund(output: Output, options: ReturnsRefundOptions): Promise<number> {
  const { returned: returnId, amount, deduct, shipping, storeCredit, reason } = options
  const { order, refunded } = await withCommerce(options, { create: false }, async (commerce) => {
    const { order } = await readReturn(commerce, returnId)
    const refunded = await commerce.returns.refund({
      actor: staff,
      returnId,
      ...(amount === undefined ? {} : { amountMinor: minorOf(order, amount) }),
      ...(deduct === undefined ? {} : { deductionMinor: minorOf(order, deduct) }),
      ...(shipping === undefined ? {} : { shipping }),
      ...(storeCredit === undefined ? {} : { to: 'store_credit' as const }),
      ...(reason === undefined ? {} : { reason }),
    })
    return { order, refunded }
  })
  output.result(refunded, () => refundWords(order, refunded.refund))
  return noteRefunds(output, refunded.refund)
}
