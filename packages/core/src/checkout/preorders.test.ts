import { describe, expect, test } from 'vitest'
import { address, expectSound, placeWith, quotedCart, staff, testShop } from '../../test/test-shop.ts'

const usd = (amountMinor: number) => [{ currency: 'USD', amountMinor }]
const day = 86_400_000

/** The test shop, on 1 March, with a book that comes out on the 10th, of which 3 are in the house, and a hat on backorder, of which 1 is left and more come on the 5th. */
async function shopWithDays() {
  const shop = await testShop()
  const { catalog } = shop.commerce
  const upsert = (handle: string, variant: object) =>
    catalog.upsertMany({ products: [{ handle, title: handle, variants: [{ prices: usd(1000), ...variant }] }] })
  const book = (overrides: object = {}) => upsert('book', { sku: 'BOOK', stock: [{ quantity: 3 }], availableFrom: '2026-03-10', ...overrides })
  const hat = (overrides: object = {}) => upsert('hat', { sku: 'HAT', stock: [{ quantity: 1 }], backorder: 'allow', restockDate: '2026-03-05', ...overrides })
  for (const { rejected } of [await book(), await hat()]) expect(rejected).toEqual([])
  return { ...shop, upsert, book, hat }
}

type Shop = Awaited<ReturnType<typeof shopWithDays>>

async function ordered({ commerce }: Pick<Shop, 'commerce'>, goods: Readonly<Record<string, number>>, key = 'k') {
  const quoted = await quotedCart(commerce, goods)
  const cart = await commerce.carts.get({ actor: quoted.actor, cartId: quoted.cartId })
  const { order } = await placeWith(commerce, quoted, 'card_ok', key)
  return { ...quoted, cart, order }
}

/** The days of lines, by SKU. */
const daysOf = (lines: readonly { readonly sku: string; readonly availableFrom?: string; readonly expectedAt?: string }[]) =>
  Object.fromEntries(lines.map(({ sku, availableFrom = null, expectedAt = null }) => [sku, [availableFrom, expectedAt]]))

describe('the days of variants', () => {
  test('are shown with the product, and what is out of stock says when it comes', async () => {
    const { commerce, hat, book } = await shopWithDays()
    expect((await commerce.catalog.get({ sku: 'BOOK' })).variants).toMatchObject([{ availableFrom: '2026-03-10' }])
    const available = async (handle: string) => (await commerce.catalog.availability({ handle })).variants[0]
    expect(await available('book')).toEqual({ sku: 'BOOK', band: 'low', buyable: true, availableFrom: '2026-03-10' })
    expect(await available('hat')).toEqual({ sku: 'HAT', band: 'low', buyable: true })
    await commerce.inventory.adjust({ sku: 'HAT', to: 0, reason: 'counted' })
    expect(await available('hat')).toEqual({ sku: 'HAT', band: 'out', buyable: true, restockDate: '2026-03-05' })
    expect((await hat()).results).toMatchObject([{ outcome: 'unchanged' }])
    expect((await book({ availableFrom: null })).results).toMatchObject([{ outcome: 'updated' }])
    expect((await commerce.catalog.get({ sku: 'BOOK' })).variants[0]).not.toHaveProperty('availableFrom')
  })

  test.each([
    ['a day that does not exist', { availableFrom: '2026-02-30' }, 'availableFrom'],
    ['a moment', { restockDate: '2026-03-05T00:00:00Z' }, 'restockDate'],
    ['a restock date of a bundle', { restockDate: '2026-03-05', components: [{ sku: 'MUG' }] }, 'restockDate'],
    ['a limit to backorders that are not allowed', { backorderLimit: 5 }, 'backorderLimit'],
    ['a limit of nothing', { backorder: 'allow', backorderLimit: 0 }, 'backorderLimit'],
  ])('are refused: %s', async (_, variant, column) => {
    const { upsert } = await shopWithDays()
    expect((await upsert('odd', { sku: 'ODD', ...variant })).rejected).toMatchObject([{ column, code: 'INVALID_INPUT' }])
  })
})

describe('buying before the day', () => {
  test('cart, quote and order line say when all units are expected', async () => {
    const shop = await shopWithDays()
    const { cart, quote, order } = await ordered(shop, { BOOK: 1, HAT: 2, MUG: 1 })
    const days = { BOOK: ['2026-03-10', '2026-03-10'], HAT: [null, '2026-03-05'], MUG: [null, null] }
    expect(daysOf(cart.lines)).toEqual(days)
    expect(daysOf(quote.lines)).toEqual(days)
    expect(daysOf(order.lines)).toEqual(days)
    expect(order.lines.every((line) => !('restockDate' in line))).toBe(true)
    await expectSound(shop.commerce)
  })

  test('units that are there are not waited for, and days that have come say nothing', async () => {
    const shop = await shopWithDays()
    const first = await ordered(shop, { HAT: 1 }, 'k1')
    for (const lines of [first.cart.lines, first.quote.lines, first.order.lines]) expect(daysOf(lines)).toEqual({ HAT: [null, null] })
    shop.clock.advance(9 * day)
    const { cart, order } = await ordered(shop, { HAT: 1, BOOK: 1 }, 'k2')
    for (const lines of [cart.lines, order.lines]) expect(daysOf(lines)).toEqual({ HAT: [null, null], BOOK: [null, null] })
  })

  test('an order says what the stock was when it was placed, not when it was quoted', async () => {
    const shop = await shopWithDays()
    const quoted = await quotedCart(shop.commerce, { HAT: 1 })
    await ordered(shop, { HAT: 1 }, 'first')
    expect(daysOf(quoted.quote.lines)).toEqual({ HAT: [null, null] })
    const { order } = await placeWith(shop.commerce, quoted, 'card_ok', 'second')
    expect(daysOf(order.lines)).toEqual({ HAT: [null, '2026-03-05'] })
    await expectSound(shop.commerce)
  })

  test('a preorder without backorders sells the units that were entered, and no more', async () => {
    const shop = await shopWithDays()
    await ordered(shop, { BOOK: 3 }, 'k1')
    const late = await quotedCart(shop.commerce, { BOOK: 1 })
    await expect(placeWith(shop.commerce, late, 'card_ok', 'k2')).rejects.toMatchObject({ code: 'OUT_OF_STOCK', details: { sku: 'BOOK', available: 0 } })
    await expectSound(shop.commerce)
  })

  test('a day that was moved since the quote is quoted anew: the order has the new one', async () => {
    const shop = await shopWithDays()
    const quoted = await quotedCart(shop.commerce, { BOOK: 1, HAT: 2 })
    await shop.book({ availableFrom: '2026-04-01' })
    await shop.hat({ restockDate: '2026-04-02' })
    const { order } = await placeWith(shop.commerce, quoted, 'card_ok', 'k')
    expect(daysOf(order.lines)).toEqual({ BOOK: ['2026-04-01', '2026-04-01'], HAT: [null, '2026-04-02'] })
  })

  test('a held cart is not told to wait for what it holds; its order waits for what is not there', async () => {
    const shop = await shopWithDays()
    const { commerce } = shop
    const actor = { type: 'customer', customerId: 'ada' } as const
    const held = async (quantity: number) => {
      const { cart } = await commerce.carts.create({ actor })
      await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'HAT', quantity })
      await commerce.carts.hold({ actor, cartId: cart.id })
      const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' })
      const { lines } = await commerce.carts.get({ actor, cartId: cart.id })
      const payment = { provider: 'fake', method: 'card_ok' }
      const { order } = await commerce.checkout.place({ actor, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: `k${quantity}` })
      return [lines, quote.lines, order.lines].map(daysOf)
    }
    const none = { HAT: [null, null] }
    expect(await held(1)).toEqual([none, none, none])
    await commerce.inventory.adjust({ sku: 'HAT', by: 1, reason: 'received' })
    const waits = { HAT: [null, '2026-03-05'] }
    expect(await held(2)).toEqual([waits, waits, waits])
    await expectSound(commerce)
  })

  test('a bundle is expected when the last of its parts is', async () => {
    const shop = await shopWithDays()
    await shop.upsert('set', { sku: 'SET', components: [{ sku: 'BOOK' }, { sku: 'HAT', quantity: 2 }] })
    const { cart, quote, order } = await ordered(shop, { SET: 1 })
    for (const lines of [cart.lines, quote.lines, order.lines]) expect(daysOf(lines)).toEqual({ SET: ['2026-03-10', '2026-03-10'] })
    await shop.hat({ restockDate: '2026-03-20' })
    const later = await ordered(shop, { SET: 1 }, 'k2')
    for (const lines of [later.cart.lines, later.quote.lines, later.order.lines]) expect(daysOf(lines)).toEqual({ SET: ['2026-03-10', '2026-03-20'] })
    expect((await shop.commerce.catalog.availability({ handle: 'set' })).variants).toMatchObject([{ availableFrom: '2026-03-10', restockDate: '2026-03-20' }])
    await expectSound(shop.commerce)
  })
})

describe('sending', () => {
  test('a preorder waits for its day, and staff may send it early', async () => {
    const shop = await shopWithDays()
    const { orders } = shop.commerce
    const { order } = await ordered(shop, { BOOK: 2, MUG: 1 })
    const [book, mug] = order.lines
    const all = { actor: staff, orderId: order.id }
    const plan = () => orders.planShipments(all)
    const { parcels, waiting } = await plan()
    expect(parcels).toMatchObject([{ lines: [{ sku: 'MUG', quantity: 1 }] }])
    expect(waiting).toEqual([{ orderLineId: book?.id, sku: 'BOOK', quantity: 2, expectedAt: '2026-03-10' }])
    const refusal = { code: 'NOT_YET_AVAILABLE', details: { orderLineId: book?.id, sku: 'BOOK', availableFrom: '2026-03-10' } }
    await expect(orders.fulfil(all)).rejects.toMatchObject(refusal)
    await orders.fulfil({ ...all, lines: [{ orderLineId: mug?.id ?? '', quantity: 1 }] })
    await orders.fulfil({ ...all, lines: [{ orderLineId: book?.id ?? '', quantity: 1 }], early: true })
    shop.clock.set(new Date('2026-03-09T23:59:59Z'))
    await expect(orders.fulfil(all)).rejects.toMatchObject(refusal)
    shop.clock.set(new Date('2026-03-10T00:00:00Z'))
    expect(await plan()).toMatchObject({ parcels: [{ lines: [{ sku: 'BOOK', quantity: 1 }] }], waiting: [] })
    await orders.fulfil(all)
    expect(await orders.get({ actor: staff, id: order.id })).toMatchObject({ fulfilmentStatus: 'shipped' })
    await expectSound(shop.commerce)
  })

  test('a download waits for its day, too', async () => {
    const shop = await shopWithDays()
    await shop.upsert('game', { sku: 'GAME', stockTracked: false, availableFrom: '2026-03-10' })
    const { order } = await ordered(shop, { GAME: 1 })
    expect(await shop.commerce.orders.planShipments({ actor: staff, orderId: order.id })).toMatchObject({ parcels: [], waiting: [{ sku: 'GAME' }] })
    await expect(shop.commerce.orders.fulfil({ actor: staff, orderId: order.id })).rejects.toMatchObject({ code: 'NOT_YET_AVAILABLE' })
  })
})

describe('a limit to what is promised beyond the stock', () => {
  const sold = async (shop: Shop, quantity: number, key: string) => ordered(shop, { HAT: quantity }, key)

  test('refuses whoever asks for more, saying what is left, until an order gives units back', async () => {
    const shop = await shopWithDays()
    expect((await shop.hat({ backorderLimit: 2 })).rejected).toEqual([])
    expect((await shop.commerce.catalog.get({ sku: 'HAT' })).variants).toMatchObject([{ backorder: 'allow', backorderLimit: 2 }])
    const { order } = await sold(shop, 2, 'a')
    await expect(sold(shop, 2, 'b')).rejects.toMatchObject({ code: 'OUT_OF_STOCK', details: { sku: 'HAT', requested: 2, available: 1 } })
    await sold(shop, 1, 'c')
    await expect(sold(shop, 1, 'd')).rejects.toMatchObject({ code: 'OUT_OF_STOCK' })
    await shop.commerce.checkout.cancel({ actor: staff, orderId: order.id })
    // One was on hand and one promised: both can be had again.
    await sold(shop, 2, 'e')
    await expect(sold(shop, 1, 'f')).rejects.toMatchObject({ code: 'OUT_OF_STOCK' })
    await expectSound(shop.commerce)
  })

  test('counts what a held cart is promised, once, and gives that cart its order', async () => {
    const shop = await shopWithDays()
    await shop.hat({ backorderLimit: 1 })
    const { carts, checkout } = shop.commerce
    const actor = { type: 'customer', customerId: 'ada' } as const
    const { cart } = await carts.create({ actor })
    await carts.addLine({ actor, cartId: cart.id, sku: 'HAT', quantity: 2 })
    await carts.hold({ actor, cartId: cart.id })
    await expect(sold(shop, 1, 'b')).rejects.toMatchObject({ code: 'OUT_OF_STOCK' })
    const quote = await checkout.quote({ actor, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' })
    const payment = { provider: 'fake', method: 'card_ok' }
    expect((await checkout.place({ actor, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: 'a' })).outcome).toBe('confirmed')
    await expectSound(shop.commerce)
  })

  test('lowered below what is owed takes nothing from anybody, and no limit is none', async () => {
    const shop = await shopWithDays()
    await shop.hat({ backorderLimit: 3 })
    const { order } = await sold(shop, 4, 'a')
    await shop.hat({ backorderLimit: 1 })
    await expect(sold(shop, 1, 'b')).rejects.toMatchObject({ code: 'OUT_OF_STOCK', details: { available: 0 } })
    await shop.hat({ backorderLimit: null })
    await sold(shop, 50, 'c')
    expect((await shop.commerce.orders.get({ actor: staff, id: order.id })).status).toBe('confirmed')
    await expectSound(shop.commerce)
  })

  test('of a component limits its bundles too', async () => {
    const shop = await shopWithDays()
    await shop.hat({ backorderLimit: 1 })
    await shop.upsert('pair', { sku: 'PAIR', components: [{ sku: 'HAT', quantity: 2 }] })
    await ordered(shop, { PAIR: 1 }, 'a')
    await expect(ordered(shop, { PAIR: 1 }, 'b')).rejects.toMatchObject({ code: 'OUT_OF_STOCK', details: { sku: 'HAT' } })
  })
})
