import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seed } from '../../test/property-seed.ts'
import { type Order, type OrderLine, unmoved } from './order.ts'
import type { OrderRefund } from './order-refund.ts'
import { chooseRefundUnits, planRefund, refundedLines, unitsIn } from './order-refund-rules.ts'

const sold = (id: string, quantity: number, patch: object = {}) => {
  const price = { unitMinor: 1000, totalMinor: 1000 * quantity, discountMinor: 0, taxMinor: 0, includedTaxMinor: 0 }
  return { id, sku: id, quantity, stockTracked: true, ...price, ...unmoved, ...patch } as unknown as OrderLine
}
const orderOf = (lines: readonly OrderLine[], patch: object = {}) =>
  ({ id: 'o-1', lines, shippingMinor: 500, taxMinor: 100 + lines.reduce((sum, { taxMinor }) => sum + taxMinor, 0), ...patch }) as unknown as Order
const units = (orderLineId: string, quantity: number, patch: object = {}) => ({ orderLineId, quantity, restock: true, ...patch })

describe('units to refund', () => {
  const line = sold('a', 5, { fulfilledQuantity: 3, cancelledQuantity: 1, refundedQuantity: 2, returningQuantity: 1 })

  test('are unshipped, with the buyer, or in a return, and those that were refunded are nowhere', () => {
    expect(unitsIn(line)).toEqual({ unshipped: 1, shipped: 1, returning: 1 })
  })

  test('are those that were not shipped, then those that were', () => {
    expect(chooseRefundUnits(orderOf([line]), [units('a', 2)]).map(({ place, quantity }) => [place, quantity])).toEqual([
      ['unshipped', 1],
      ['shipped', 1],
    ])
    expect(chooseRefundUnits(orderOf([line]), [units('a', 1, { from: 'shipped' })]).map(({ place }) => place)).toEqual(['shipped'])
  })

  test('are never more than there are, in all that is said of their line, nor of another order', () => {
    for (const wanted of [[units('a', 3)], [units('a', 1), units('a', 2)], [units('a', 2, { from: 'shipped' })], [units('z', 1)]]) {
      expect(() => chooseRefundUnits(orderOf([line]), wanted)).toThrow(expect.objectContaining({ code: 'NOTHING_TO_REFUND' }))
    }
  })
})

test(`all units of a line get exactly what was charged for it, in whatever steps they are refunded, and its taxes exactly (seed ${seed})`, () => {
  const charge = fc.record({
    quantity: fc.integer({ min: 1, max: 60 }),
    unitMinor: fc.integer({ min: 0, max: 10_000 }),
    taxMinor: fc.nat(50_000),
    share: fc.nat(100),
    taxed: fc.nat(100),
  })
  fc.assert(
    fc.property(charge, fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 20 }), ({ quantity, unitMinor, taxMinor, share, taxed }, steps) => {
      const discountMinor = Math.floor((unitMinor * quantity * share) / 100)
      const includedTaxMinor = Math.floor(((unitMinor * quantity - discountMinor) * taxed) / 100)
      let order = orderOf([sold('a', quantity, { unitMinor, totalMinor: unitMinor * quantity, discountMinor, taxMinor, includedTaxMinor })])
      const given: { amountMinor: number; taxMinor: number; includedTaxMinor: number }[] = []
      for (const step of [...steps, quantity]) {
        const left = unitsIn(order.lines[0] as OrderLine).unshipped
        if (left === 0) break
        const chosen = chooseRefundUnits(order, [units('a', Math.min(step, left))])
        const [line] = planRefund(order, [], chosen, {}).lines
        if (line === undefined || line.amountMinor < 0) throw new Error('no amount')
        expect(line.includedTaxMinor).toBeGreaterThanOrEqual(0)
        expect(line.includedTaxMinor).toBeLessThanOrEqual(line.amountMinor - line.taxMinor)
        given.push(line)
        order = { ...order, lines: refundedLines(order, chosen) }
      }
      expect(given.reduce((sum, line) => sum + line.amountMinor, 0)).toBe(unitMinor * quantity - discountMinor + taxMinor)
      expect(given.reduce((sum, line) => sum + line.taxMinor, 0)).toBe(taxMinor)
      expect(given.reduce((sum, line) => sum + line.includedTaxMinor, 0)).toBe(includedTaxMinor)
    }),
    { seed, numRuns: 200 },
  )
})

describe('what a refund comes to', () => {
  const order = orderOf([sold('a', 3, { discountMinor: 100, taxMinor: 290, includedTaxMinor: 290 }), sold('b', 1)])
  const earlier = [{ shippingMinor: 250 }] as unknown as OrderRefund[]
  const plan = (wanted: readonly ReturnType<typeof units>[], terms: Parameters<typeof planRefund>[3], before: readonly OrderRefund[] = []) =>
    planRefund(order, before, chooseRefundUnits(order, wanted), terms)

  test('is the lines’ shares and what is left of the shipping with its tax', () => {
    expect(plan([units('a', 1), units('b', 1)], { shipping: true })).toEqual({
      amountMinor: 1000 - 34 + 97 + 1000 + 600,
      shippingMinor: 600,
      lines: [
        { orderLineId: 'a', quantity: 1, cancelledQuantity: 1, restockedQuantity: 0, amountMinor: 1063, taxMinor: 97, includedTaxMinor: 96 },
        { orderLineId: 'b', quantity: 1, cancelledQuantity: 1, restockedQuantity: 0, amountMinor: 1000, taxMinor: 0, includedTaxMinor: 0 },
      ],
    })
    expect(plan([], { shipping: true }, earlier)).toMatchObject({ amountMinor: 350, shippingMinor: 350 })
    expect(plan([], { shipping: 100 }, earlier)).toMatchObject({ amountMinor: 100, shippingMinor: 100 })
  })

  test('is an amount for nothing in particular', () => {
    expect(plan([], { amountMinor: 1 })).toEqual({ amountMinor: 1, shippingMinor: 0, lines: [] })
  })

  test('can be less than that, all parts alike, down to nothing for units', () => {
    const half = plan([units('b', 1)], { shipping: true, amountMinor: 800 })
    expect(half).toMatchObject({ amountMinor: 800, shippingMinor: 300, lines: [{ amountMinor: 500 }] })
    expect(plan([units('b', 1)], { deductionMinor: 1 })).toMatchObject({ amountMinor: 999 })
    expect(plan([units('a', 1)], { amountMinor: 0 })).toMatchObject({
      amountMinor: 0,
      lines: [{ quantity: 1, amountMinor: 0, taxMinor: 0, includedTaxMinor: 0 }],
    })
  })

  test.each([
    ['more than the units come to', [units('b', 1)], { amountMinor: 1001 }, { requestedMinor: 1001, refundableMinor: 1000 }],
    ['more kept back than the units come to', [units('b', 1)], { deductionMinor: 1001 }, { requestedMinor: 1001, refundableMinor: 1000 }],
    ['more than is left of the shipping', [], { shipping: 351 }, { requestedMinor: 351, refundableMinor: 350 }],
  ] as const)('is never %s', (_name, wanted, terms, details) => {
    expect(() => plan(wanted, terms, earlier)).toThrow(expect.objectContaining({ code: 'REFUND_TOO_MUCH', details: { orderId: 'o-1', ...details } }))
  })

  test('is refused when there is nothing', () => {
    const all = [{ shippingMinor: 600 }] as unknown as OrderRefund[]
    expect(() => plan([], { shipping: true }, all)).toThrow(expect.objectContaining({ code: 'REFUND_TOO_MUCH' }))
  })
})
