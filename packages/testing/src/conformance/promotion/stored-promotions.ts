import type { CustomerId, Order, Promotion, PromotionId, PromotionStore, PromotionUse, RedeemResult, Storage, Voucher } from '@cartwright/core/ports'
import { anOrder, ids } from '../fixtures.ts'
import { at, moment, start } from '../moments.ts'
import { insertedOrder } from '../order/stored-orders.ts'

function aPromotion(overrides: Partial<Promotion> = {}): Promotion {
  return {
    id: ids.next<PromotionId>(),
    name: 'Spring ☀',
    automatic: false,
    status: 'active',
    effect: { type: 'percentage', basisPoints: 1_000 },
    items: null,
    except: null,
    conditions: { minimumSubtotal: null, minimumQuantity: null, groups: null, firstOrder: false },
    stacking: { priority: 0, exclusive: false, group: null, combinesWith: null },
    limits: { total: null, perCustomer: null },
    used: 0,
    startsAt: null,
    endsAt: null,
    version: 1,
    createdAt: start,
    updatedAt: start,
    ...overrides,
  }
}

export function aVoucher({ id }: Pick<Promotion, 'id'>, code: string, limit: number | null = null): Voucher {
  return { code, promotionId: id, limit, used: 0, endedAt: null, createdAt: start }
}

/** A promotion in the database, with these codes. */
export async function insertedPromotion(
  storage: Storage,
  overrides: Partial<Promotion> = {},
  codes: Readonly<Record<string, number | null>> = {},
): Promise<Promotion> {
  const promotion = aPromotion(overrides)
  await storage.transaction(at(0), async (tx) => {
    await tx.promotions.insert(promotion)
    if (promotion.automatic) await tx.promotions.automaticChanged({ active: 1 })
    await tx.promotions.insertVouchers({ vouchers: Object.entries(codes).map(([code, limit]) => aVoucher(promotion, code, limit)) })
  })
  return promotion
}

export function useOf(promotion: Promotion, codeKey: string | null = null): PromotionUse {
  const { id: promotionId, version, limits, conditions } = promotion
  return { promotionId, version, codeKey, perCustomer: limits.perCustomer, firstOrder: conditions.firstOrder }
}

export interface Redeeming {
  readonly uses: readonly PromotionUse[]
  readonly customerId?: string
  readonly email?: string
}

/** A new order that uses promotions, as a checkout writes it: all of it, or nothing when it is refused. */
export async function redeemed(
  storage: Storage,
  { uses, customerId, email }: Redeeming,
  order: Order = ofBuyer(customerId, email),
): Promise<{ order: Order; result: RedeemResult }> {
  await insertedOrder(storage, order)
  const emailKey = email === undefined ? null : email.toLowerCase()
  const customerKey = customerId === undefined ? (emailKey === null ? null : `email:${emailKey}`) : `customer:${customerId}`
  const params = { orderId: order.id, cartId: order.cartId, customerKey, customerId: (customerId ?? null) as CustomerId | null, emailKey, uses }
  return { order, result: await attempt(storage, (promotions) => promotions.redeem(params)) }
}

function ofBuyer(customerId: string | undefined, email: string | undefined): Order {
  return anOrder({ customerId: (customerId ?? null) as CustomerId | null, guestTokenHash: customerId === undefined ? ids.next() : null, email: email ?? null })
}

class Undone extends Error {
  readonly result: RedeemResult
  constructor(result: RedeemResult) {
    super('refused')
    this.result = result
  }
}

async function attempt(storage: Storage, redeem: (promotions: PromotionStore) => Promise<RedeemResult>): Promise<RedeemResult> {
  try {
    return await storage.transaction(at(1), async (tx) => {
      const result = await redeem(tx.promotions)
      if (result.outcome === 'refused') throw new Undone(result)
      return result
    })
  } catch (error) {
    if (error instanceof Undone) return error.result
    throw error
  }
}

/** How often a promotion, its code and a customer's share of it count as used. */
export async function usesOf(storage: Storage, { id }: Promotion, codeKey: string): Promise<readonly (number | undefined)[]> {
  const found = await storage.snapshot(
    { source: 'value', at: moment(2) },
    async ({ promotions }) => [(await promotions.find({ promotionId: id }))?.used, (await promotions.findVoucher({ codeKey }))?.voucher.used],
    { fresh: true },
  )
  return found
}
