import { emailKey } from '../customers/customer.ts'
import { CommerceError, type VoucherRefusal } from '../errors.ts'
import type { Order } from '../orders/order.ts'
import type { StorageTransaction } from '../storage/storage.ts'

import { type AppliedPromotion, codeKey, customerKey } from './promotion.ts'
import type { PromotionUse } from './promotion-store.ts'

/** Whether an order has uses that are counted. */
function usesOf({ promotions = [] }: Pick<Order, 'promotions'>): readonly AppliedPromotion[] {
  return promotions.filter(({ counted }) => counted)
}

/**
 * Counts the uses of an order that has just been written, in its transaction. Anything but `undefined` makes the caller give the transaction up.
 *
 * @returns `stale` when a promotion is another one than in the quote, or one that came by itself is used up: a new quote tells what the cart costs without. A
 * VOUCHER_REFUSED when the buyer has to know that their code is no good.
 */
export async function redeemPromotions(tx: StorageTransaction, order: Order): Promise<'stale' | CommerceError | undefined> {
  const applied = usesOf(order)
  if (applied.length === 0) return undefined
  const { customerId, email } = order
  const key = customerKey({ customerId, email })
  const unknown = applied.find(({ perCustomer }) => perCustomer !== null && key === null)
  if (unknown !== undefined) return refused(unknown, 'email_required')
  const uses = applied.map(
    ({ promotionId, version, code, perCustomer, firstOrder }): PromotionUse => ({
      promotionId,
      version,
      codeKey: code === null ? null : codeKey(code),
      perCustomer,
      firstOrder,
    }),
  )
  const who = { customerKey: key, customerId, emailKey: email === null ? null : emailKey(email) }
  const redeemed = await tx.promotions.redeem({ orderId: order.id, cartId: order.cartId, ...who, uses })
  if (redeemed.outcome === 'redeemed') return undefined
  const promotion = applied.find(({ promotionId }) => promotionId === redeemed.promotionId)
  return redeemed.reason === 'changed' || promotion === undefined || promotion.code === null ? 'stale' : refused(promotion, redeemed.reason)
}

function refused({ code }: AppliedPromotion, reason: VoucherRefusal): CommerceError {
  return new CommerceError('VOUCHER_REFUSED', { details: { code: code ?? '', reason } })
}

/** Locks what several orders that end have used, for `releasePromotions`. */
export async function lockPromotions(tx: StorageTransaction, orders: readonly Order[]): Promise<void> {
  const orderIds = orders.filter((order) => usesOf(order).length > 0).map(({ id }) => id)
  if (orderIds.length > 0) await tx.promotions.lockUsed({ orderIds })
}

/** Gives back what an order that ends has used. Safe to repeat. */
export async function releasePromotions(tx: StorageTransaction, order: Order): Promise<void> {
  if (usesOf(order).length > 0) await tx.promotions.release({ orderId: order.id })
}

/**
 * Counts the uses of an order that had ended once more, because its money has come after all.
 *
 * @returns false when others have used them up meanwhile; nothing was counted then
 */
export async function reclaimPromotions(tx: StorageTransaction, order: Order): Promise<boolean> {
  return usesOf(order).length === 0 || tx.promotions.reclaim({ orderId: order.id })
}
