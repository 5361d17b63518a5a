import { readFileSync } from 'node:fs'
import { type Commerce, createCommerce } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'
import { expect, test } from 'vitest'
import { postgresStorage } from '../src/index.ts'
import { commitsIn, roundTripsOf } from './round-trips.ts'
import { migratedDatabase } from './scratch-database.ts'

const skus = ['ONE', 'TWO', 'THREE']
const shippingAddress = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }
const staff = { type: 'admin', id: 'staff' } as const

async function fill(commerce: Commerce): Promise<void> {
  const products = skus.map((sku) => ({
    handle: sku.toLowerCase(),
    title: sku,
    variants: [{ sku, prices: [{ currency: 'USD', amountMinor: 1999 }], stock: [{ quantity: 1_000 }] }],
  }))
  await commerce.catalog.upsertMany({ products })
}

/** A cart of three lines, and a gift card that is to pay a part of it. */
async function cartWithCard(commerce: Commerce) {
  const { code } = await commerce.giftCards.issue({ actor: staff, amountMinor: 1000 })
  const { cart, guestToken = '' } = await commerce.carts.create()
  const actor = { type: 'guest', token: guestToken } as const
  await commerce.carts.addLines({ actor, cartId: cart.id, lines: skus.map((sku) => ({ sku, quantity: 1 })) })
  return { actor, cartId: cart.id, shippingAddress, shippingMethod: 'standard', credits: { giftCards: [code ?? ''] } }
}

type Count = <T>(call: string, work: () => Promise<T>) => Promise<T>

/** The same goods for a guest with a code that may be used once, in a shop with an automatic promotion besides. */
async function countWithVoucher(commerce: Commerce, count: Count): Promise<void> {
  const effect = { type: 'percentage', basisPoints: 1_000 } as const
  const { id: promotionId } = await commerce.promotions.create({ actor: staff, name: 'Tenth', effect, limits: { perCustomer: 1 } })
  await commerce.vouchers.create({ actor: staff, promotionId, code: 'TENTH', limit: 1 })
  const automatic = await commerce.promotions.create({ actor: staff, automatic: true, name: 'Ninth', effect })
  const { cart, guestToken = '' } = await commerce.carts.create()
  const of = { actor: { type: 'guest', token: guestToken } as const, cartId: cart.id }
  await commerce.carts.addLines({ ...of, lines: skus.map((sku) => ({ sku, quantity: 1 })) })
  const ask = () => commerce.checkout.quote({ ...of, shippingAddress, shippingMethod: 'standard' })
  await count('checkout.quote, automatic promotion', ask)
  await commerce.carts.applyVoucher({ ...of, code: 'TENTH' })
  const { total } = await count('checkout.quote, voucher', ask)
  const payment = { provider: 'fake', method: 'card_ok' }
  const place = { ...of, expectedTotal: total, payment, email: 'ada@example.com', idempotencyKey: 'voucher' }
  const { order } = await count('checkout.place, voucher', () => commerce.checkout.place(place))
  expect(order.promotions).toHaveLength(2)
  await commerce.promotions.end({ actor: staff, promotionId: automatic.id })
}

/** Three lines of which one is on backorder, with a day on which more units are expected. */
async function countWithBackorder(commerce: Commerce, count: Count): Promise<void> {
  const late = { sku: 'LATE', prices: [{ currency: 'USD', amountMinor: 1999 }], stock: [{ quantity: 0 }], backorder: 'allow', restockDate: '2999-12-31' }
  await commerce.catalog.upsertMany({ products: [{ handle: 'late', title: 'Late', variants: [late] }] })
  const { cart, guestToken = '' } = await commerce.carts.create()
  const of = { actor: { type: 'guest', token: guestToken } as const, cartId: cart.id }
  await commerce.carts.addLines({ ...of, lines: ['ONE', 'TWO', 'LATE'].map((sku) => ({ sku, quantity: 1 })) })
  const { total } = await count('checkout.quote, backorder with a day', () => commerce.checkout.quote({ ...of, shippingAddress, shippingMethod: 'standard' }))
  const place = { ...of, expectedTotal: total, payment: { provider: 'fake', method: 'card_ok' }, idempotencyKey: 'backorder' }
  const { order } = await count('checkout.place, backorder with a day', () => commerce.checkout.place(place))
  expect(order.lines.map(({ expectedAt }) => expectedAt)).toEqual([undefined, undefined, late.restockDate])
}

/** A table row for each call of a purchase and what follows it. */
async function costs(commerce: Commerce): Promise<readonly string[]> {
  const rows: string[] = []
  const count = async <T>(call: string, work: () => Promise<T>): Promise<T> => {
    let answer: T | undefined
    const trips = await roundTripsOf(async () => {
      answer = await work()
    })
    rows.push(`| \`${call}\` | ${trips.length} | ${trips.flat().length} | ${commitsIn(trips)} |`)
    return answer as T
  }
  await count('catalog.get', () => commerce.catalog.get({ handle: 'one' }))
  await count('catalog.list', () => commerce.catalog.list())
  const { cart, guestToken = '' } = await count('carts.create', () => commerce.carts.create())
  const actor = { type: 'guest', token: guestToken } as const
  const cartId = cart.id
  await commerce.carts.addLines({ actor, cartId, lines: skus.slice(1).map((sku) => ({ sku, quantity: 1 })) })
  await count('carts.addLine', () => commerce.carts.addLine({ actor, cartId, sku: 'ONE', quantity: 1 }))
  await count('carts.get', () => commerce.carts.get({ actor, cartId }))
  const quote = await count('checkout.quote', () => commerce.checkout.quote({ actor, cartId, shippingAddress, shippingMethod: 'standard' }))
  const place = { actor, cartId, expectedTotal: quote.total, payment: { provider: 'fake', method: 'card_ok' }, idempotencyKey: 'key' }
  const { order } = await count('checkout.place', () => commerce.checkout.place(place))
  expect(order).toMatchObject({ status: 'confirmed', lines: [{ sku: 'TWO' }, { sku: 'THREE' }, { sku: 'ONE' }] })
  await countWithVoucher(commerce, count)
  await count('checkout.place, repeated', () => commerce.checkout.place(place))
  const credit = await cartWithCard(commerce)
  const { total, dueMinor } = await count('checkout.quote, with a gift card', () => commerce.checkout.quote(credit))
  const { actor: buyer, cartId: other } = credit
  const split = { ...place, actor: buyer, cartId: other, expectedTotal: total, idempotencyKey: 'split' }
  expect(await count('checkout.place, with a gift card', () => commerce.checkout.place(split))).toMatchObject({
    order: { status: 'confirmed', creditMinor: 1000 },
  })
  expect(dueMinor).toBe(4997)
  await countWithBackorder(commerce, count)
  await count('orders.get', () => commerce.orders.get({ actor, id: order.id }))
  await count('orders.list', () => commerce.orders.list({ actor }))
  await count('orders.fulfil', () => commerce.orders.fulfil({ actor: staff, orderId: order.id, idempotencyKey: 'parcel' }))
  return rows
}

test('each call takes as many round trips, statements and commits as docs/postgres.md says', async () => {
  const database = await migratedDatabase()
  const commerce = await createCommerce({ storage: postgresStorage({ url: database.url }), currency: 'USD', payments: [fakePayments()] })
  try {
    await fill(commerce)
    const docs = readFileSync(new URL('../../../docs/postgres.md', import.meta.url), 'utf8')
    const documented = docs.split('\n').filter((line) => /^\| `(?:catalog|carts|checkout|orders)\./.test(line))
    expect(documented).toEqual(await costs(commerce))
  } finally {
    await commerce.close()
    await database.drop()
  }
})
