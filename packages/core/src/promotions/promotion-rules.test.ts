import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seed } from '../../test/property-seed.ts'
import type { CustomerId, ProductId, PromotionId } from '../ids.ts'
import type { PromotableLine } from './discount-lines.ts'
import type { Promotion, PromotionEffect, Voucher } from './promotion.ts'
import { applyPromotions, discountShipping, nextTurn, type OfferedPromotion, type PromotionFacts } from './promotion-rules.ts'

const now = new Date('2026-06-01T12:00:00Z')
const noConditions = { minimumSubtotal: null, minimumQuantity: null, groups: null, firstOrder: false }
const usual = { priority: 0, exclusive: false, group: null, combinesWith: null }

let made = 0
function promotion(effect: PromotionEffect, changes: Partial<Promotion> = {}): Promotion {
  made += 1
  return {
    id: `p${String(made).padStart(6, '0')}` as PromotionId,
    name: `Promotion ${made}`,
    automatic: true,
    status: 'active',
    effect,
    items: null,
    except: null,
    conditions: noConditions,
    stacking: usual,
    limits: { total: null, perCustomer: null },
    used: 0,
    startsAt: null,
    endsAt: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
    ...changes,
  }
}

function line(sku: string, quantity: number, unitMinor: number, categories: readonly string[][] = []): PromotableLine {
  return { sku, productId: `product-of-${sku}`, categories, quantity, unitMinor, totalMinor: unitMinor * quantity }
}

const guest: PromotionFacts = { currency: 'USD', shippingMethod: 'standard', customer: null, now }
const ada = { id: 'ada' as CustomerId, groups: ['wholesale'], hasOrdered: false, used: new Map<string, number>() }
const percent = (basisPoints: number): PromotionEffect => ({ type: 'percentage', basisPoints })
const offered = (...promotions: readonly Promotion[]): OfferedPromotion[] => promotions.map((one) => ({ promotion: one, voucher: null }))
const apply = (lines: readonly PromotableLine[], promotions: readonly Promotion[], facts = guest) => applyPromotions(lines, offered(...promotions), facts)
const off = (lines: readonly PromotableLine[], effect: PromotionEffect, changes: Partial<Promotion> = {}) =>
  apply(lines, [promotion(effect, changes)]).lineDiscountsMinor
const whyNot = (changes: Partial<Promotion>, facts = guest, lines = [line('A', 2, 500)]) =>
  apply(lines, [promotion(percent(1_000), changes)], facts).notApplied[0]?.reason

describe('what a promotion takes off', () => {
  it('is a share of its lines together, split by the largest remainders', () => {
    expect(off([line('A', 1, 333), line('B', 1, 333), line('C', 1, 334)], percent(1_000))).toEqual([33, 33, 34])
    expect(off([line('A', 1, 5)], percent(1_000))).toEqual([1])
    expect(off([line('A', 1, 999)], percent(10_000))).toEqual([999])
  })

  it('is an amount for the order, or for each unit, and no more than there is', () => {
    expect(off([line('A', 1, 100), line('B', 3, 100)], { type: 'fixed', amounts: { USD: 101 }, per: 'order' })).toEqual([25, 76])
    expect(off([line('A', 1, 100), line('B', 3, 50)], { type: 'fixed', amounts: { USD: 60 }, per: 'unit' })).toEqual([60, 150])
    expect(off([line('A', 1, 100)], { type: 'fixed', amounts: { USD: 5_000 }, per: 'order' })).toEqual([100])
  })

  it('is the cheapest of what is got when others are bought, each unit once', () => {
    const free = { type: 'buy_get', buy: 2, get: 1, getItems: null, basisPoints: 10_000, times: null } as const
    expect(off([line('A', 3, 500)], free)).toEqual([500])
    expect(off([line('A', 5, 500)], free)).toEqual([500])
    expect(off([line('A', 6, 500)], free)).toEqual([1_000])
    expect(off([line('DEAR', 2, 900), line('CHEAP', 1, 100)], free)).toEqual([0, 100])
    expect(off([line('A', 6, 500)], { ...free, times: 1 })).toEqual([500])
    expect(off([line('A', 2, 501), line('B', 2, 301)], { ...free, buy: 1, basisPoints: 5_000 })).toEqual([0, 301])
  })

  it('can be units of other lines than those bought', () => {
    const gift = { type: 'buy_get', buy: 1, get: 1, getItems: { skus: ['GIFT'] }, basisPoints: 10_000, times: null } as const
    expect(off([line('MUG', 3, 900), line('GIFT', 2, 200)], gift, { items: { skus: ['MUG'] } })).toEqual([0, 400])
    expect(off([line('GIFT', 2, 200)], gift, { items: { skus: ['MUG'] } })).toEqual([0])
    // A unit that is got was not bought: of four of one kind, two are.
    expect(off([line('GIFT', 4, 200)], gift, { items: { skus: ['GIFT'] } })).toEqual([400])
  })

  it('grows by tiers of units or of the subtotal', () => {
    const byUnits = {
      type: 'quantity_tiers',
      tiers: [
        { from: 3, basisPoints: 500 },
        { from: 10, basisPoints: 2_000 },
      ],
    } as const
    expect([2, 3, 9, 10].map((units) => off([line('A', units, 100)], byUnits)[0])).toEqual([0, 15, 45, 200])
    const bySubtotal = { type: 'subtotal_tiers', tiers: [{ from: { USD: 1_000 }, basisPoints: 1_000 }] } as const
    expect([999, 1_000].map((unit) => off([line('A', 1, unit)], bySubtotal)[0])).toEqual([0, 100])
  })

  it('is of the lines that it is for, by SKU, product or category, the excepted ones left out', () => {
    const lines = [line('A', 1, 100, [['Kitchen', 'Mugs']]), line('B', 1, 100, [['Kitchen']]), line('C', 1, 100, [['Kitchenware']])]
    expect(off(lines, percent(5_000), { items: { categories: [['Kitchen']] } })).toEqual([50, 50, 0])
    expect(off(lines, percent(5_000), { items: { categories: [['Kitchen']] }, except: { skus: ['B'] } })).toEqual([50, 0, 0])
    expect(off(lines, percent(5_000), { items: { productIds: ['product-of-C' as ProductId] } })).toEqual([0, 0, 50])
    expect(apply(lines, [promotion(percent(5_000), { items: { skus: ['A'] } })]).applied[0]?.lines).toEqual([
      { sku: 'A', discountMinor: 50, reason: null },
      { sku: 'B', discountMinor: 0, reason: 'not_included' },
      { sku: 'C', discountMinor: 0, reason: 'not_included' },
    ])
  })
})

describe('why a promotion does not apply', () => {
  it('is told', () => {
    expect(whyNot({ status: 'ended' })).toBe('ended')
    expect(whyNot({ endsAt: now })).toBe('ended')
    expect(whyNot({ startsAt: new Date(now.getTime() + 1) })).toBe('not_started')
    expect(whyNot({ limits: { total: 3, perCustomer: null }, used: 3 })).toBe('used_up')
    expect(whyNot({ items: { skus: ['X'] } })).toBe('no_items')
    expect(whyNot({ conditions: { ...noConditions, minimumQuantity: 3 } })).toBe('minimum_quantity')
    expect(whyNot({ conditions: { ...noConditions, minimumSubtotal: { USD: 1_001 } } })).toBe('minimum_subtotal')
    expect(whyNot({ conditions: { ...noConditions, minimumSubtotal: { EUR: 1 } } })).toBe('currency')
    expect(whyNot({ effect: { type: 'fixed', amounts: { EUR: 1 }, per: 'order' } })).toBe('currency')
    expect(whyNot({ effect: { type: 'free_shipping', basisPoints: 10_000, methods: ['express'] } })).toBe('shipping_method')
    expect(whyNot({ effect: percent(1) })).toBe('nothing_to_discount')
    expect(whyNot({ startsAt: now, endsAt: new Date(now.getTime() + 1) })).toBeUndefined()
  })

  it('may be who buys', () => {
    const forWholesale = { conditions: { ...noConditions, groups: ['wholesale', 'staff'] } }
    const first = { conditions: { ...noConditions, firstOrder: true } }
    const once = { limits: { total: null, perCustomer: 1 } }
    expect([forWholesale, first, once].map((changes) => whyNot(changes))).toEqual(['sign_in', 'sign_in', 'sign_in'])
    expect([first, once].map((changes) => whyNot({ ...changes, automatic: false }))).toEqual([undefined, undefined])
    expect([forWholesale, first, once].map((changes) => whyNot(changes, { ...guest, customer: ada }))).toEqual([undefined, undefined, undefined])
    expect(whyNot(forWholesale, { ...guest, customer: { ...ada, groups: [] } })).toBe('customer_group')
    expect(whyNot(first, { ...guest, customer: { ...ada, hasOrdered: true } })).toBe('first_order')
    const loyal = promotion(percent(1_000), once)
    expect(apply([line('A', 1, 100)], [loyal], { ...guest, customer: { ...ada, used: new Map([[loyal.id, 1]]) } }).notApplied[0]?.reason).toBe(
      'used_up_by_customer',
    )
  })

  it('may be its code', () => {
    const voucher: Voucher = { code: 'X', promotionId: 'p' as PromotionId, limit: 1, used: 1, endedAt: null, createdAt: now }
    const reason = (changes: Partial<Voucher>) =>
      applyPromotions([line('A', 1, 100)], [{ promotion: promotion(percent(1_000)), voucher: { ...voucher, ...changes } }], guest).notApplied[0]?.reason
    expect([reason({}), reason({ used: 0, endedAt: now }), reason({ used: 0 })]).toEqual(['used_up', 'ended', undefined])
  })
})

describe('promotions together', () => {
  const lines = [line('A', 1, 1_000)]

  it('take what is left by those before, by priority and then by age', () => {
    const half = promotion(percent(5_000))
    const fixed = promotion({ type: 'fixed', amounts: { USD: 100 }, per: 'order' })
    expect(apply(lines, [fixed, half]).applied.map(({ discountMinor }) => discountMinor)).toEqual([500, 100])
    const urgent = { ...fixed, stacking: { ...usual, priority: 1 } }
    expect(apply(lines, [half, urgent]).applied.map(({ discountMinor }) => discountMinor)).toEqual([100, 450])
  })

  it('give way to an exclusive one that comes first, which gives way to others', () => {
    const exclusive = promotion(percent(1_000), { stacking: { ...usual, exclusive: true, priority: 1 } })
    const other = promotion(percent(5_000))
    expect(apply(lines, [other, exclusive])).toMatchObject({ applied: [{ promotionId: exclusive.id }], notApplied: [{ reason: 'not_combinable' }] })
    const later = { ...exclusive, stacking: { ...exclusive.stacking, priority: -1 } }
    expect(apply(lines, [other, later]).applied.map(({ promotionId }) => promotionId)).toEqual([other.id])
    // One that takes nothing stands in nobody's way.
    const idle = promotion(
      { type: 'fixed', amounts: { USD: 1 }, per: 'order' },
      { items: { skus: ['X'] }, stacking: { ...usual, exclusive: true, priority: 9 } },
    )
    expect(apply(lines, [idle, other]).applied.map(({ promotionId }) => promotionId)).toEqual([other.id])
  })

  it('stand together as their groups say', () => {
    const of = (group: string | null, combinesWith: string[] | null = null) => promotion(percent(1_000), { stacking: { ...usual, group, combinesWith } })
    const count = (...promotions: Promotion[]) => apply(lines, promotions).applied.length
    expect(count(of('season'), of('season'))).toBe(1)
    expect(count(of('season'), of('loyalty'))).toBe(2)
    expect(count(of('season', ['loyalty']), of('loyalty'))).toBe(2)
    expect(count(of('season', []), of('loyalty'))).toBe(1)
    expect(count(of('season', ['loyalty']), of(null))).toBe(1)
    expect(count(of(null), of(null))).toBe(2)
  })

  it('about shipping take it off once it is known, and did not apply where it is free', () => {
    const half = promotion({ type: 'free_shipping', basisPoints: 5_000, methods: null })
    const all = promotion({ type: 'free_shipping', basisPoints: 10_000, methods: ['standard'] })
    const third = promotion({ type: 'free_shipping', basisPoints: 10_000, methods: null })
    const decided = apply(lines, [half, all, third])
    expect(discountShipping(decided, [half, all, third], 499)).toMatchObject({
      shippingDiscountMinor: 499,
      applied: [{ shippingDiscountMinor: 250 }, { shippingDiscountMinor: 249 }],
      notApplied: [{ promotionId: third.id, reason: 'nothing_to_discount' }],
    })
    expect(discountShipping(decided, [half, all, third], 0)).toMatchObject({ shippingDiscountMinor: 0, applied: [] })
  })

  it('hold until the next of them begins or ends', () => {
    const later = (ms: number) => new Date(now.getTime() + ms)
    const some = [promotion(percent(1), { endsAt: later(50) }), promotion(percent(1), { startsAt: later(20), endsAt: later(90) })]
    expect(nextTurn(some, now)).toEqual(later(20))
    expect(nextTurn([...some, promotion(percent(1), { status: 'ended', endsAt: later(5) })], later(20))).toEqual(later(50))
    expect(nextTurn([promotion(percent(1))], now)).toBeUndefined()
  })
})

describe(`whatever the cart and the promotions (seed ${seed})`, () => {
  const share = fc.integer({ min: 1, max: 10_000 })
  const amount = fc.record({ USD: fc.integer({ min: 1, max: 1_000_000 }) })
  const few = fc.integer({ min: 1, max: 5 })
  const filter = fc.option(fc.record({ skus: fc.subarray(['A', 'B', 'C', 'D'], { minLength: 1 }) }), { nil: null })
  const effects: fc.Arbitrary<PromotionEffect> = fc.oneof(
    fc.record({ type: fc.constant('percentage' as const), basisPoints: share }),
    fc.record({ type: fc.constant('fixed' as const), amounts: amount, per: fc.constantFrom('order' as const, 'unit' as const) }),
    fc.record({ type: fc.constant('free_shipping' as const), basisPoints: share, methods: fc.constant(null) }),
    fc.record({ type: fc.constant('buy_get' as const), buy: few, get: few, getItems: filter, basisPoints: share, times: fc.option(few, { nil: null }) }),
    fc.record({ type: fc.constant('quantity_tiers' as const), tiers: fc.array(fc.record({ from: few, basisPoints: share }), { minLength: 1, maxLength: 3 }) }),
    fc.record({
      type: fc.constant('subtotal_tiers' as const),
      tiers: fc.array(fc.record({ from: amount, basisPoints: share }), { minLength: 1, maxLength: 3 }),
    }),
  )
  const stacking = fc.record({
    priority: fc.integer({ min: -2, max: 2 }),
    exclusive: fc.boolean(),
    group: fc.constantFrom(null, 'g', 'h'),
    combinesWith: fc.constantFrom(null, [], ['g'], ['g', 'h']),
  })
  const promotions = fc
    .array(fc.record({ effect: effects, items: filter, except: filter, stacking }), { maxLength: 6 })
    .map((list) => list.map(({ effect, ...rest }) => promotion(effect, rest)))
  const lines = fc
    .array(
      fc.record({ quantity: fc.integer({ min: 1, max: 1_000 }), unitMinor: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 10 ** 11 })) }),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    .map((list) => list.map(({ quantity, unitMinor }, index) => line('ABCD'[index] ?? 'A', quantity, unitMinor)))
  const sum = (amounts: readonly number[]) => amounts.reduce((total, one) => total + one, 0)

  it('discounts add up, are whole, and never exceed a line or the shipping', () => {
    fc.assert(
      fc.property(lines, promotions, fc.integer({ min: 0, max: 10_000 }), (cart, rules, rateMinor) => {
        const decided = apply(cart, rules)
        for (const [index, { totalMinor }] of cart.entries()) {
          const discountMinor = decided.lineDiscountsMinor[index] ?? -1
          expect(Number.isSafeInteger(discountMinor) && discountMinor >= 0 && discountMinor <= totalMinor).toBe(true)
          expect(sum(decided.applied.map(({ lines: parts }) => parts[index]?.discountMinor ?? 0))).toBe(discountMinor)
        }
        const shipped = discountShipping(decided, rules, rateMinor)
        expect(sum(shipped.applied.map(({ discountMinor }) => discountMinor))).toBe(sum(decided.lineDiscountsMinor))
        expect(sum(shipped.applied.map(({ shippingDiscountMinor }) => shippingDiscountMinor))).toBe(shipped.shippingDiscountMinor)
        expect(shipped.shippingDiscountMinor).toBeLessThanOrEqual(rateMinor)
        expect(shipped.applied.length + shipped.notApplied.length).toBe(rules.length)
        expect(shipped.applied.every(({ discountMinor, shippingDiscountMinor }) => discountMinor + shippingDiscountMinor > 0)).toBe(true)
      }),
      { seed, numRuns: 300 },
    )
  })

  it('the order in which promotions come does not matter', () => {
    fc.assert(
      fc.property(lines, promotions, (cart, rules) => {
        expect(apply(cart, [...rules].reverse())).toEqual(apply(cart, rules))
      }),
      { seed, numRuns: 100 },
    )
  })
})
