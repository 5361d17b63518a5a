import type { ActorRecord } from '../actor.ts'
import type { OrderId, OrderLineId, OrderRefundId, ReturnId } from '../ids.ts'
import type { Currency } from '../money/money.ts'

/** What was refunded of one line. */
export interface OrderRefundLine {
  readonly orderLineId: OrderLineId
  /** Units, all of them. */
  readonly quantity: number
  /** Those of them that had not been shipped, and never will be. */
  readonly cancelledQuantity: number
  /** Those of them that had been shipped and were put back on the shelf with this refund. */
  readonly restockedQuantity: number
  readonly amountMinor: number
  /** The part of the amount that is tax. */
  readonly taxMinor: number
  /** The tax that the price had in it, in the part of the amount that is not `taxMinor`: for the accounts, nothing is paid for it. */
  readonly includedTaxMinor: number
}

/** A decision of staff to give money back. The money goes by one `Refund` for each payment that it comes from. */
export interface OrderRefund {
  readonly id: OrderRefundId
  readonly orderId: OrderId
  /** The return that it settles; null for one without. */
  readonly returnId: ReturnId | null
  /** In all: the lines, the shipping, and what was given beside them. */
  readonly amountMinor: number
  /** The part of the amount that is for shipping, its tax included. */
  readonly shippingMinor: number
  readonly currency: Currency
  readonly lines: readonly OrderRefundLine[]
  readonly reason: string
  readonly actor: ActorRecord
  readonly createdAt: Date
}
