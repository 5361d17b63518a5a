import type { CustomerId, Order, Promotion, PromotionId } from '@cartwright/core/ports'
import { minutes, nextId, type OpenShop } from './small-shop.ts'

/** A promotion that one order uses with its code, and that another, which is over, has given back. */
export interface PromotedSales {
  readonly promotion: Promotion
  readonly code: string
  readonly using: Order
  readonly over: Order
}

export const shopper = 'customer:ada'

/** Both limits are reached: one order in all, one by its customer. */
export async function promoteSales(shop: OpenShop, using: Order, over: Order): Promise<PromotedSales> {
  const promotion: Promotion = {
    id: nextId<PromotionId>(),
    name: 'Spring',
    automatic: false,
    status: 'active',
    effect: { type: 'percentage', basisPoints: 1_000 },
    items: null,
    except: null,
    conditions: { minimumSubtotal: null, minimumQuantity: null, groups: null, firstOrder: false },
    stacking: { priority: 0, exclusive: false, group: null, combinesWith: null },
    limits: { total: 1, perCustomer: 1 },
    used: 0,
    startsAt: minutes(0),
    endsAt: minutes(9_999),
    version: 1,
    createdAt: minutes(0),
    updatedAt: minutes(0),
  }
  const code = 'Spring-1'
  const use = { promotionId: promotion.id, version: 1, codeKey: 'SPRING-1', perCustomer: 1, firstOrder: false }
  const who = { customerKey: shopper, customerId: 'ada' as CustomerId, emailKey: null, uses: [use] }
  await shop.at(minutes(175), async (tx) => {
    await tx.promotions.insert(promotion)
    await tx.promotions.insert({ ...promotion, id: nextId<PromotionId>(), automatic: true, limits: { total: null, perCustomer: null } })
    await tx.promotions.automaticChanged({ active: 1 })
    await tx.promotions.insertVouchers({ vouchers: [{ code, promotionId: promotion.id, limit: 1, used: 0, endedAt: null, createdAt: tx.now }] })
    await tx.promotions.redeem({ ...who, orderId: over.id, cartId: over.cartId })
    await tx.promotions.release({ orderId: over.id })
    await tx.promotions.redeem({ ...who, orderId: using.id, cartId: using.cartId })
  })
  return { promotion, code, using, over }
}
