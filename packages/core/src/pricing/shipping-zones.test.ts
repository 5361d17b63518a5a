import { describe, expect, test } from 'vitest'
import { type DispatchCalendar, estimateDelivery } from './delivery-estimate.ts'
import type { ShippingRequest } from './shipping-rates.ts'
import { type ShippingZones, shippingZones, type ZonedMethod } from './shipping-zones.ts'

const address = { name: 'Ada', line1: '1 Quay Street', city: 'Bristol', postalCode: 'BS1 4DJ', country: 'GB' }
const aRequest = (overrides: Partial<ShippingRequest> = {}): ShippingRequest => ({
  currency: 'GBP',
  shippingAddress: address,
  subtotalMinor: 20_00,
  weightGrams: 500,
  lines: [{ sku: 'MUG', quantity: 1 }],
  ...overrides,
})
const flat: ZonedMethod = { method: 'post', label: 'Post', price: { flat: { GBP: 390, EUR: 450 } } }
const atHome = (...methods: readonly ZonedMethod[]) => shippingZones({ zones: [{ name: 'Home', countries: ['GB'], methods }] })
const amountOf = async (method: ZonedMethod, overrides: Partial<ShippingRequest> = {}) => (await atHome(method).rates(aRequest(overrides)))[0]?.amountMinor

describe('zones', () => {
  const table = shippingZones({
    zones: [
      { name: 'World', methods: [{ ...flat, method: 'world' }] },
      { name: 'Home', countries: ['GB'], methods: [flat] },
      { name: 'Islands', countries: ['GB'], postalPrefixes: ['HS', 'ZE', 'KW15'], methods: [{ ...flat, method: 'ferry' }] },
      { name: 'Nowhere', countries: ['GB'], postalPrefixes: ['ZE3'], methods: [] },
    ],
  })
  test.each([
    ['BS1 4DJ', 'GB', ['post']],
    ['ze2 9AA', 'GB', ['ferry']],
    ['KW15 1AA', 'GB', ['ferry']],
    ['KW1 4AA', 'GB', ['post']],
    ['ZE3 9AA', 'GB', []],
    ['10115', 'DE', ['world']],
  ])('the most specific counts: %s in %s', async (postalCode, country, methods) => {
    const rates = await table.rates(aRequest({ shippingAddress: { ...address, postalCode, country } }))
    expect(rates.map(({ method }) => method)).toEqual(methods)
  })

  test('nothing is sent to an address in none', async () => {
    expect(await atHome(flat).rates(aRequest({ shippingAddress: { ...address, country: 'FR' } }))).toEqual([])
  })
})

describe('prices', () => {
  test('are by currency, and what has none in the cart’s is not offered', async () => {
    expect([await amountOf(flat), await amountOf(flat, { currency: 'EUR' }), await amountOf(flat, { currency: 'JPY' })]).toEqual([390, 450, undefined])
  })

  test('by weight: the first step that fits, whatever their order', async () => {
    const byWeight = {
      byWeight: [
        { upToGrams: 2_000, amount: { GBP: 700 } },
        { upToGrams: 500, amount: { GBP: 300 } },
      ],
    }
    const weighed = (weightGrams: number) => amountOf({ ...flat, price: byWeight }, { weightGrams })
    expect([await weighed(0), await weighed(500), await weighed(501), await weighed(2_000), await weighed(2_001)]).toEqual([300, 300, 700, 700, undefined])
  })

  test('by price: the last step that is reached', async () => {
    const byPrice = {
      byPrice: [
        { from: { GBP: 10_00 }, amount: { GBP: 500 } },
        { from: { GBP: 50_00 }, amount: { GBP: 200 } },
      ],
    }
    const worth = (subtotalMinor: number) => amountOf({ ...flat, price: byPrice }, { subtotalMinor })
    expect([await worth(9_99), await worth(10_00), await worth(49_99), await worth(50_00)]).toEqual([undefined, 500, 500, 200])
  })

  test('are nothing from a subtotal on', async () => {
    const free = { ...flat, freeFrom: { GBP: 20_00 } }
    expect([await amountOf(free), await amountOf(free, { subtotalMinor: 19_99 }), await amountOf(free, { currency: 'EUR' })]).toEqual([0, 390, 450])
  })

  test('are for some weights and subtotals only', async () => {
    expect(await amountOf({ ...flat, maxWeightGrams: 499 })).toBeUndefined()
    expect([await amountOf({ ...flat, minSubtotal: { GBP: 20_00 } }), await amountOf({ ...flat, minSubtotal: { GBP: 20_01 } })]).toEqual([390, undefined])
    expect([await amountOf({ ...flat, maxSubtotal: { GBP: 20_00 } }), await amountOf({ ...flat, maxSubtotal: { GBP: 19_99 } })]).toEqual([390, undefined])
    expect(await amountOf({ ...flat, maxSubtotal: { EUR: 1 } })).toBeUndefined()
  })
})

describe('pickup', () => {
  const shop = { ...address, name: 'The shop', city: 'London' }
  const table = shippingZones({
    zones: [{ name: 'Home', countries: ['GB'], methods: [flat] }],
    pickups: [
      { method: 'counter', label: 'Our shop', location: 'london', address: shop, delivery: { minDays: 0, maxDays: 1 } },
      { method: 'locker', label: 'Locker', location: 'locker-7', address: shop, price: { EUR: 100 } },
    ],
  })
  test('is offered to whoever gives no address, and in the country of the place', async () => {
    const { shippingAddress: _none, ...request } = aRequest({ at: new Date('2026-03-06T12:00:00Z') })
    const estimate = { earliest: '2026-03-06', latest: '2026-03-09' }
    expect(await table.pickups?.(request)).toEqual([
      { method: 'counter', label: 'Our shop', amountMinor: 0, estimate, pickup: { location: 'london', address: shop } },
    ])
    expect((await table.rates(aRequest({ currency: 'EUR' }))).map(({ method, amountMinor }) => [method, amountMinor])).toEqual([
      ['post', 450],
      ['counter', 0],
      ['locker', 100],
    ])
    expect(await table.rates(aRequest({ shippingAddress: { ...address, country: 'FR' } }))).toEqual([])
  })
})

describe('delivery estimates', () => {
  const estimate = (at: string, calendar: DispatchCalendar = {}, days = { minDays: 1, maxDays: 3 }) =>
    Object.values(estimateDelivery(days, calendar, new Date(at)))
  test.each([
    ['a Monday', '2026-03-02T10:00:00Z', {}, ['2026-03-03', '2026-03-05']],
    ['a Friday', '2026-03-06T10:00:00Z', {}, ['2026-03-09', '2026-03-11']],
    ['a Saturday leaves on Monday', '2026-03-07T10:00:00Z', {}, ['2026-03-10', '2026-03-12']],
    ['just before the cut-off', '2026-03-02T13:59:59Z', { cutOffHour: 14 }, ['2026-03-03', '2026-03-05']],
    ['at the cut-off', '2026-03-02T14:00:00Z', { cutOffHour: 14 }, ['2026-03-04', '2026-03-06']],
    ['the cut-off of another zone', '2026-03-02T13:30:00Z', { cutOffHour: 14, timeZone: 'Europe/Berlin' }, ['2026-03-04', '2026-03-06']],
    ['another zone’s day', '2026-03-02T23:30:00Z', { timeZone: 'Asia/Tokyo' }, ['2026-03-04', '2026-03-06']],
    ['the hour that summer time leaves out', '2026-03-29T01:30:00Z', { timeZone: 'Europe/Berlin' }, ['2026-03-31', '2026-04-02']],
    ['holidays', '2026-12-24T10:00:00Z', { holidays: ['2026-12-25', '2026-12-28'] }, ['2026-12-29', '2026-12-31']],
    ['a weekend of Friday and Saturday', '2026-03-05T10:00:00Z', { weekend: [5, 6] }, ['2026-03-08', '2026-03-10']],
    ['the end of a leap February', '2028-02-28T10:00:00Z', {}, ['2028-02-29', '2028-03-02']],
  ])('%s', (_what, at, calendar, expected) => {
    expect(estimate(at, calendar)).toEqual(expected)
  })

  test('are told only by those who know the moment and the time it takes', async () => {
    const timed = { ...flat, delivery: { minDays: 1, maxDays: 2 } }
    expect((await atHome(timed).rates(aRequest()))[0]).not.toHaveProperty('estimate')
    expect((await atHome(flat).rates(aRequest({ at: new Date() })))[0]).not.toHaveProperty('estimate')
    expect((await atHome(timed).rates(aRequest({ at: new Date('2026-03-02T10:00:00Z') })))[0]?.estimate).toEqual({
      earliest: '2026-03-03',
      latest: '2026-03-04',
    })
  })
})

test.each<[string, object]>([
  ['a method twice in a zone', { zones: [{ name: 'A', methods: [flat, flat] }] }],
  ['a pickup by the name of a method', { zones: [{ name: 'A', methods: [flat] }], pickups: [{ method: 'post', label: 'x', location: 'x', address }] }],
  ['a prefix without a country', { zones: [{ name: 'A', postalPrefixes: ['1'], methods: [] }] }],
  ['a negative amount', { zones: [{ name: 'A', methods: [{ ...flat, price: { flat: { GBP: -1 } } }] }] }],
  ['a zone of time that does not exist', { zones: [], calendar: { timeZone: 'Mars/Olympus' } }],
  ['a week without work', { zones: [], calendar: { weekend: [0, 1, 2, 3, 4, 5, 6] } }],
  ['a longest time below the shortest', { zones: [{ name: 'A', methods: [{ ...flat, delivery: { minDays: 2, maxDays: 1 } }] }] }],
])('refuses %s', (_what, table) => {
  expect(() => shippingZones(table as ShippingZones)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
})
