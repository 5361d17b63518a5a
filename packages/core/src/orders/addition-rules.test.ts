import { describe, expect, test } from 'vitest'
import type { PickupPoint, ShippingRate } from '../pricing/shipping-rates.ts'
import { goodsTogether, mergedBySku, rateOfMore, requireOpenForMore } from './addition-rules.ts'
import { type Order, unmoved } from './order.ts'

const line = (sku: string, quantity: number, patch: object = {}) => ({ id: sku, sku, quantity, unitMinor: 100, discountMinor: 0, ...unmoved, ...patch })
const order = (patch: object = {}) =>
  ({
    id: 'o-1',
    addsTo: null,
    status: 'confirmed',
    paymentStatus: 'paid',
    fulfilmentStatus: 'none',
    disputed: false,
    lines: [line('MUG', 2)],
    shippingMinor: 500,
    shippingMethod: 'post',
    pickupLocation: null,
    ...patch,
  }) as unknown as Order

describe('an order is added to', () => {
  test('while all its parcels are still to be packed', () => {
    for (const patch of [{}, { paymentStatus: 'authorised' }, { paymentStatus: 'partially_refunded' }]) requireOpenForMore(order(patch))
  })

  test.each([
    ['pending', { status: 'pending' }],
    ['cancelled', { status: 'cancelled' }],
    ['disputed', { disputed: true }],
    ['review', { paymentStatus: 'review' }],
    ['refunded', { paymentStatus: 'refunded' }],
    ['partial', { fulfilmentStatus: 'partial' }],
    ['nothing left to ship', { lines: [line('MUG', 2, { cancelledQuantity: 2 })] }],
    ['addition', { addsTo: 'o-0' }],
  ])('not when it is %s', (status, patch) => {
    expect(() => requireOpenForMore(order(patch))).toThrowError(expect.objectContaining({ code: 'ORDER_CLOSED', details: { orderId: 'o-1', status } }))
  })
})

describe('what goes together', () => {
  test('is one line a SKU, without what was removed and its share of the discount', () => {
    const first = order({ lines: [line('MUG', 3, { cancelledQuantity: 1, discountMinor: 100 }), line('TEE', 1, { cancelledQuantity: 1 })] })
    const goods = goodsTogether([first, order({ lines: [line('MUG', 1)] })])
    expect(goods).toEqual([{ sku: 'MUG', quantity: 3, totalMinor: 300, discountMinor: 66 }])
    expect(mergedBySku([...goods, { sku: 'TEE', quantity: 1, totalMinor: 9, discountMinor: 0 }])).toHaveLength(2)
  })
})

describe('sending more', () => {
  const post = (amountMinor: number): ShippingRate => ({ method: 'post', label: 'Post', amountMinor })

  test('costs what all of it costs beyond the order alone, and never less than nothing', () => {
    expect(rateOfMore(order(), [], [post(500)], [post(800)])).toEqual(post(300))
    expect(rateOfMore(order(), [], [post(800)], [post(500)])).toEqual(post(0))
  })

  test('is reckoned from what was charged where the order’s method has gone for the order alone', () => {
    expect(rateOfMore(order(), [order({ shippingMinor: 100 })], [], [post(800)])).toEqual(post(200))
  })

  test('goes by the order’s own method, from the same place', () => {
    const at = (location: string): ShippingRate => ({ ...post(0), pickup: { location, address: {} } as unknown as PickupPoint })
    expect(rateOfMore(order({ pickupLocation: 'quay' }), [], [at('quay')], [at('quay')])).toEqual(at('quay'))
    for (const together of [[], [{ ...post(0), method: 'courier' }], [at('quay')]]) {
      expect(() => rateOfMore(order(), [], [post(500)], together)).toThrowError(expect.objectContaining({ code: 'SHIPPING_UNAVAILABLE' }))
    }
  })
})
