import { expect, test } from 'vitest'
import { address, expectSound, placeWith, quotedCart, staff, testShop } from '../../test/test-shop.ts'
import type { Commerce } from '../create-commerce.ts'
import type { ShippingRate, ShippingRates } from '../pricing/shipping-rates.ts'
import type { TaxRequest, TaxResult } from '../pricing/tax-calculator.ts'
import { taxTable } from '../pricing/tax-table.ts'

const vatIn = taxTable({ pricesInclude: 'tax', places: [{ countries: ['GB'], taxes: [{ name: 'VAT', rate: '20', categories: { reduced: '5' } }] }] })
const vatOn = taxTable({
  places: [
    { countries: ['GB'], taxes: [{ name: 'VAT', rate: '20' }], taxIdExempts: true },
    { countries: ['DE'], taxes: [{ name: 'USt', rate: '19' }] },
  ],
})
const post: ShippingRate = { method: 'standard', label: 'Post', amountMinor: 300, estimate: { earliest: '2026-03-03', latest: '2026-03-05' } }
const shop = { ...address, name: 'The shop', line1: 'Hafenstr. 1', city: 'Hamburg', postalCode: '20457', country: 'DE', phone: '040 1' }
const counter: ShippingRate = { method: 'counter', label: 'Fetch it in Hamburg', amountMinor: 0, pickup: { location: 'hamburg', address: shop } }
const shipping: ShippingRates = { rates: async () => [post], pickups: async () => [counter] }

async function guestCart(commerce: Commerce, goods: Readonly<Record<string, number>>) {
  const { cart, guestToken = '' } = await commerce.carts.create({ currency: 'USD' })
  const actor = { type: 'guest', token: guestToken } as const
  for (const [sku, quantity] of Object.entries(goods)) await commerce.carts.addLine({ actor, cartId: cart.id, sku, quantity })
  return { actor, cartId: cart.id }
}

test('tax that prices include is charged nothing for, and is told by line, by rate, on the order and in refunds', async () => {
  const { commerce } = await testShop({ tax: vatIn, shipping })
  await commerce.catalog.upsertMany({
    products: [
      {
        handle: 'stove',
        title: 'Stove',
        taxCategory: 'reduced',
        variants: [{ sku: 'STOVE', prices: [{ currency: 'USD', amountMinor: 2100 }], stock: [{ quantity: 3 }] }],
      },
    ],
  })
  const cart = await quotedCart(commerce, { MUG: 2, STOVE: 1 })
  expect(cart.quote).toMatchObject({
    subtotalMinor: 4600,
    taxMinor: 0,
    total: { amountMinor: 4900 },
    lines: [{ taxMinor: 0, includedTaxMinor: 417 }, { includedTaxMinor: 100 }],
    taxes: [
      { name: 'VAT', rate: '20', amountMinor: 467, taxableMinor: 2333, included: true },
      { name: 'VAT', rate: '5', amountMinor: 100, taxableMinor: 2000, included: true },
    ],
    deliveryEstimate: { earliest: '2026-03-03', latest: '2026-03-05' },
  })
  const { order } = await placeWith(commerce, cart, 'card_ok', 'a')
  expect(order).toMatchObject({ totalMinor: 4900, taxes: cart.quote.taxes, lines: [{ includedTaxMinor: 417 }, { includedTaxMinor: 100 }] })
  expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({
    taxes: cart.quote.taxes,
    deliveryEstimate: post.estimate,
    pickupLocation: null,
  })

  const [mugs] = order.lines
  const one = { actor: staff, orderId: order.id, lines: [{ orderLineId: mugs?.id ?? '', quantity: 1 }], reason: 'broken' }
  const first = await commerce.orders.refund(one)
  const second = await commerce.orders.refund(one)
  expect([first, second].map(({ lines }) => lines[0])).toMatchObject([
    { amountMinor: 1250, taxMinor: 0, includedTaxMinor: 208 },
    { amountMinor: 1250, taxMinor: 0, includedTaxMinor: 209 },
  ])
  await expectSound(commerce)
})

test('a tax number or an exemption, said by the host, lasts through a new quote and onto the order', async () => {
  const { commerce } = await testShop({ tax: vatOn, shipping })
  const { actor, cartId } = await guestCart(commerce, { MUG: 1 })
  const ask = (facts: object) => commerce.checkout.quote({ actor, cartId, shippingAddress: address, shippingMethod: 'standard', ...facts })
  expect(await ask({})).toMatchObject({ taxMinor: 310, total: { amountMinor: 1860 } })
  expect(await ask({ taxExemption: 'certificate 7' })).toMatchObject({ taxMinor: 0, taxes: [], taxExemption: 'certificate 7' })
  const quote = await ask({ taxId: 'GB 999' })
  expect(quote).toMatchObject({ taxMinor: 0, total: { amountMinor: 1550 } })
  // The price moves away and back: the order is made from a second quote.
  await commerce.catalog.setPrice({ sku: 'MUG', price: { currency: 'USD', amountMinor: 1200 } })
  const placed = commerce.checkout.place({
    actor,
    cartId,
    expectedTotal: { amountMinor: 1500, currency: 'USD' },
    payment: { provider: 'fake', method: 'card_ok' },
    idempotencyKey: 'b',
  })
  expect((await placed).order).toMatchObject({ totalMinor: 1500, taxMinor: 0, taxId: 'GB 999', taxExemption: null })
  await expectSound(commerce)
})

test('who fetches an order needs no address: it goes to the place, is taxed there, and stays so when it is quoted again', async () => {
  const { commerce } = await testShop({ tax: vatOn, shipping })
  const { actor, cartId } = await guestCart(commerce, { MUG: 1 })
  expect(await commerce.checkout.shippingRates({ actor, cartId, shippingAddress: address })).toEqual([post])
  expect(await commerce.checkout.shippingRates({ actor, cartId })).toEqual([counter])
  const quote = await commerce.checkout.quote({ actor, cartId, pickup: { name: 'Ada' }, shippingMethod: 'counter' })
  const { phone: _shops, ...place } = shop
  expect(quote).toMatchObject({ pickupLocation: 'hamburg', taxes: [{ name: 'USt', amountMinor: 238 }], billingAddress: { city: 'Hamburg' } })
  expect(quote.shippingAddress).toEqual({ ...place, name: 'Ada' })
  await commerce.catalog.setPrice({ sku: 'MUG', price: { currency: 'USD', amountMinor: 1000 } })
  const expectedTotal = { amountMinor: 1190, currency: 'USD' }
  const { order } = await commerce.checkout.place({ actor, cartId, expectedTotal, payment: { provider: 'fake', method: 'card_ok' }, idempotencyKey: 'c' })
  expect(order).toMatchObject({ totalMinor: 1190, pickupLocation: 'hamburg', shippingAddress: { name: 'Ada', city: 'Hamburg' } })

  await expect(commerce.checkout.quote({ actor, cartId, pickup: { name: 'Ada' }, shippingAddress: address, shippingMethod: 'counter' })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  })
  await expect(commerce.checkout.quote({ actor, cartId, shippingMethod: 'counter' })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
})

test('an address that was typed at the checkout must be one that the post can use', async () => {
  const { commerce } = await testShop({})
  const { actor, cartId } = await guestCart(commerce, { MUG: 1 })
  const ask = (changed: object) => commerce.checkout.quote({ actor, cartId, shippingAddress: { ...address, ...changed }, shippingMethod: 'standard' })
  await expect(ask({ country: 'US', postalCode: '1' })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    details: { issues: [{ path: 'shippingAddress.region' }, { path: 'shippingAddress.postalCode' }] },
  })
  expect(await ask({ country: 'US', region: 'NY', postalCode: '10001' })).toMatchObject({ total: { amountMinor: 1250 } })
})

test.each<[string, Partial<TaxResult>]>([
  ['too few lines', { lines: [] }],
  ['a negative amount', { lines: [-1] }],
  ['a fraction', { shippingMinor: 0.5 }],
  ['more included than there is price', { included: { lines: [1251], shippingMinor: 0 } }],
  ['taxes that do not sum', { lines: [2], taxes: [{ name: 'VAT', rate: '1', taxableMinor: 200, amountMinor: 1, included: false }] }],
])('a tax calculator that answers %s is found out before anything is charged', async (_what, wrong) => {
  const calculate = async ({ lines }: TaxRequest): Promise<TaxResult> => ({ lines: lines.map(() => 0), shippingMinor: 0, ...wrong })
  const { commerce } = await testShop({ tax: { calculate } })
  await expect(quotedCart(commerce, { MUG: 1 })).rejects.toMatchObject({ code: 'ANSWER_INVALID', retryable: false, details: { dependency: 'tax' } })
})

test.each<[string, readonly ShippingRate[]]>([
  ['a negative amount', [{ ...post, amountMinor: -1 }]],
  ['one method twice', [post, { ...post, amountMinor: 1 }]],
])('shipping rates with %s are found out', async (_what, rates) => {
  const { commerce } = await testShop({ shipping: { rates: async () => rates } })
  await expect(quotedCart(commerce, { MUG: 1 })).rejects.toMatchObject({ code: 'ANSWER_INVALID', details: { dependency: 'shipping' } })
})

test('a service that does not answer is waited for no longer than a provider is', async () => {
  const aborted: string[] = []
  const calculate = ({ signal }: TaxRequest) => new Promise<TaxResult>(() => signal?.addEventListener('abort', () => aborted.push('tax')))
  const { commerce } = await testShop({ tax: { calculate }, timing: { providerTimeoutMs: 20 } })
  await expect(quotedCart(commerce, { MUG: 1 })).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE', details: { dependency: 'tax', reason: 'timeout' } })
  expect(aborted).toEqual(['tax'])
})
