import { describe, expect, test } from 'vitest'
import { expectSound, placeWith, quotedCart, staff, stockOf, testShop } from '../../test/test-shop.ts'

const usd = (amountMinor: number) => [{ currency: 'USD', amountMinor }]

/** The test shop with a breakfast set: two mugs, a tee and a download, for 40.00. */
async function shopWithSet(options: Parameters<typeof testShop>[0] = {}) {
  const shop = await testShop(options)
  const components = [{ sku: 'MUG', quantity: 2 }, { sku: 'TEE-S' }, { sku: 'PDF' }]
  const offer = (overrides: object = {}) =>
    shop.commerce.catalog.upsertMany({
      products: [{ handle: 'set', title: 'Breakfast set', variants: [{ sku: 'SET', prices: usd(4000), components, ...overrides }] }],
    })
  const { rejected } = await offer()
  if (rejected.length > 0) throw new Error(JSON.stringify(rejected))
  return { ...shop, offer }
}

const setAvailability = async ({ commerce }: Awaited<ReturnType<typeof shopWithSet>>) => (await commerce.catalog.availability({ handle: 'set' })).variants[0]
const setLimits = (commerce: Awaited<ReturnType<typeof testShop>>['commerce'], sku: string, to: number) =>
  commerce.inventory.adjust({ sku, to, reason: 'counted' })

describe('a bundle in the catalogue', () => {
  test('is shown with its components, and has no stock of its own', async () => {
    const { commerce } = await shopWithSet()
    const { variants } = await commerce.catalog.get({ handle: 'set' })
    expect(variants[0]).toMatchObject({
      stockTracked: false,
      components: [
        { sku: 'MUG', quantity: 2 },
        { sku: 'TEE-S', quantity: 1 },
        { sku: 'PDF', quantity: 1 },
      ],
    })
  })

  test('imported again as it is changes nothing; with other components it does', async () => {
    const { offer } = await shopWithSet()
    expect((await offer()).results).toMatchObject([{ outcome: 'unchanged' }])
    expect((await offer({ components: [{ sku: 'MUG', quantity: 3 }] })).results).toMatchObject([{ outcome: 'updated' }])
  })

  test.each([
    ['a component that does not exist', { components: [{ sku: 'NOTHING' }] }, 'COMPONENT_UNKNOWN'],
    ['a component that is a bundle', { sku: 'SETS', components: [{ sku: 'SET', quantity: 2 }] }, 'BUNDLE_NESTED'],
    ['itself as a component', { components: [{ sku: 'SET' }] }, 'BUNDLE_NESTED'],
    ['a component twice', { components: [{ sku: 'MUG' }, { sku: 'MUG' }] }, 'INVALID_INPUT'],
    ['none of a component', { components: [{ sku: 'MUG', quantity: 0 }] }, 'INVALID_INPUT'],
    ['stock of its own', { stock: [{ quantity: 3 }] }, 'INVALID_INPUT'],
    ['backorders of its own', { backorder: 'allow' }, 'INVALID_INPUT'],
  ])('is refused with %s', async (_, overrides, code) => {
    const { commerce } = await shopWithSet()
    const record = { handle: 'other', title: 'Other', variants: [{ sku: 'OTHER', prices: usd(1), components: [{ sku: 'MUG' }], ...overrides }] }
    const handle = 'sku' in overrides ? 'other' : 'set'
    const { rejected } = await commerce.catalog.upsertMany({
      products: [{ ...record, handle, variants: [{ ...record.variants[0], sku: 'SET', ...overrides }] }],
    })
    expect(rejected).toMatchObject([{ index: 0, variant: 0, code }])
    expect((await commerce.catalog.get({ handle: 'set' })).variants[0]?.components).toHaveLength(3)
  })

  test('cannot be made of a variant that another bundle has as a component', async () => {
    const { commerce } = await shopWithSet()
    const mug = { handle: 'mug', title: 'Mug', variants: [{ sku: 'MUG', prices: usd(1250), components: [{ sku: 'PDF' }] }] }
    expect((await commerce.catalog.upsertMany({ products: [mug] })).rejected).toMatchObject([{ code: 'BUNDLE_NESTED' }])
    expect((await commerce.catalog.get({ handle: 'mug' })).variants[0]).not.toHaveProperty('components')
  })

  test('may come in one call with its components', async () => {
    const { commerce } = await testShop()
    const products = [
      { handle: 'duo', title: 'Duo', variants: [{ sku: 'DUO', prices: usd(100), components: [{ sku: 'NEW', quantity: 2 }] }] },
      { handle: 'new', title: 'New', variants: [{ sku: 'NEW', prices: usd(1), stock: [{ quantity: 2 }] }] },
    ]
    expect((await commerce.catalog.upsertMany({ products })).rejected).toEqual([])
    await placeWith(commerce, await quotedCart(commerce, { DUO: 1 }), 'card_ok', 'k')
    expect(await stockOf(commerce, 'NEW')).toEqual({ onHand: 2, reserved: 2 })
  })

  test('is as scarce as its scarcest component, and not to be had while one is not on sale', async () => {
    const shop = await shopWithSet({ inventory: { lowStockUnits: 2 } })
    const { commerce } = shop
    expect(await setAvailability(shop)).toEqual({ sku: 'SET', band: 'in_stock', buyable: true })
    await setLimits(commerce, 'MUG', 5)
    expect(await setAvailability(shop)).toEqual({ sku: 'SET', band: 'low', buyable: true })
    await setLimits(commerce, 'MUG', 1)
    expect(await setAvailability(shop)).toEqual({ sku: 'SET', band: 'out', buyable: false })
    await setLimits(commerce, 'MUG', 50)
    await setLimits(commerce, 'TEE-S', 0)
    expect(await setAvailability(shop)).toEqual({ sku: 'SET', band: 'out', buyable: false })
    await setLimits(commerce, 'TEE-S', 9)
    const { id } = await commerce.catalog.get({ handle: 'guide' })
    await commerce.catalog.archive({ productId: id })
    expect(await setAvailability(shop)).toEqual({ sku: 'SET', band: 'out', buyable: false })
  })

  test('is found by the search as long as it can be bought, to the unit', async () => {
    const { commerce } = await shopWithSet()
    const found = async () => (await commerce.search.query({ text: 'breakfast', filter: { inStock: true } })).items.length
    expect(await found()).toBe(1)
    await setLimits(commerce, 'MUG', 2)
    expect(await found()).toBe(1)
    await setLimits(commerce, 'MUG', 1)
    expect(await found()).toBe(0)
    await setLimits(commerce, 'MUG', 2)
    expect(await found()).toBe(1)
    const { id } = await commerce.catalog.get({ handle: 'tee' })
    await commerce.catalog.archive({ productId: id })
    expect(await found()).toBe(0)
  })

  test('is not shown out of a cache once a component is too few', async () => {
    const shop = await shopWithSet({ cache: { maxLagMs: 1 } })
    expect(await setAvailability(shop)).toMatchObject({ buyable: true })
    await setLimits(shop.commerce, 'MUG', 1)
    await expect.poll(() => setAvailability(shop)).toMatchObject({ buyable: false })
  })
})

describe('a bundle in a cart', () => {
  test('shares units with other lines: what earlier ones take is not there for later ones', async () => {
    const { commerce } = await shopWithSet()
    const { cart, guestToken = '' } = await commerce.carts.create()
    const lines = [
      { sku: 'MUG', quantity: 7 },
      { sku: 'SET', quantity: 2 },
    ]
    const view = await commerce.carts.addLines({ actor: { type: 'guest', token: guestToken }, cartId: cart.id, lines })
    expect(view.lines.map(({ problems }) => problems)).toEqual([[], [{ type: 'insufficient', sku: 'SET', requested: 2, available: 1 }]])
    expect(view.subtotalMinor).toBe(7 * 1250 + 2 * 4000)
  })

  test('names the component that has been taken off sale, in the cart and at the quote', async () => {
    const { commerce } = await shopWithSet()
    const { actor, cartId, quote } = await quotedCart(commerce, { SET: 1 })
    const { id } = await commerce.catalog.get({ handle: 'tee' })
    await commerce.catalog.archive({ productId: id })
    const problems = [{ type: 'unavailable', sku: 'SET', component: 'TEE-S' }]
    expect((await commerce.carts.get({ actor, cartId })).lines).toMatchObject([{ unitMinor: null, problems }])
    await expect(placeWith(commerce, { actor, cartId, quote }, 'card_ok', 'k')).rejects.toMatchObject({ code: 'CART_PROBLEMS', details: { problems } })
    await expect(commerce.carts.addLine({ actor, cartId, sku: 'SET', quantity: 1 })).rejects.toMatchObject({ code: 'PRODUCT_UNAVAILABLE' })
  })
})

describe('a bundle that is bought', () => {
  test('takes its components with the lines of the same SKUs, all or none', async () => {
    const { commerce } = await shopWithSet()
    const cart = await quotedCart(commerce, { SET: 2, MUG: 3 })
    expect(cart.quote.lines[0]).toMatchObject({ sku: 'SET', totalMinor: 8000, components: [{ sku: 'MUG', title: 'Stoneware mug', quantity: 2 }, {}, {}] })
    const { order } = await placeWith(commerce, cart, 'card_ok', 'k')
    expect(order.lines[0]).toMatchObject({
      sku: 'SET',
      quantity: 2,
      stockTracked: false,
      components: [{ sku: 'MUG', quantity: 2, stockTracked: true }, {}, {}],
    })
    expect(order.lines[0]?.components?.[0]).not.toHaveProperty('backorder')
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 7 })
    expect(await stockOf(commerce, 'TEE-S')).toEqual({ onHand: 5, reserved: 2 })
    const second = await quotedCart(commerce, { SET: 1, MUG: 2 })
    await expect(placeWith(commerce, second, 'card_ok', 'k2')).rejects.toMatchObject({
      code: 'OUT_OF_STOCK',
      details: { sku: 'MUG', requested: 4, available: 3 },
    })
    expect(await stockOf(commerce, 'TEE-S')).toEqual({ onHand: 5, reserved: 2 })
    await expectSound(commerce)
  })

  test('is quoted anew when it is made of something else by then', async () => {
    const { commerce, offer } = await shopWithSet()
    const cart = await quotedCart(commerce, { SET: 1 })
    await offer({ components: [{ sku: 'MUG', quantity: 3 }] })
    const { order } = await placeWith(commerce, cart, 'card_ok', 'k')
    expect(order.lines[0]?.components).toMatchObject([{ sku: 'MUG', quantity: 3 }])
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 3 })
    expect(await stockOf(commerce, 'TEE-S')).toEqual({ onHand: 5, reserved: 0 })
    await offer({ components: [{ sku: 'TEE-S' }] })
    expect((await commerce.orders.get({ actor: staff, id: order.id })).lines[0]?.components).toMatchObject([{ sku: 'MUG', quantity: 3 }])
    await expectSound(commerce)
  })

  test('gives its components back when it is cancelled', async () => {
    const { commerce } = await shopWithSet()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { SET: 2 }), 'card_ok', 'k')
    await commerce.orders.cancel({ actor: staff, orderId: order.id })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 0 })
    expect(await stockOf(commerce, 'TEE-S')).toEqual({ onHand: 5, reserved: 0 })
    await expectSound(commerce)
  })

  test('ships, comes back and is refunded in units of the bundle, which move its components', async () => {
    const { commerce } = await shopWithSet()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { SET: 3, MUG: 1 }), 'card_ok', 'k')
    const orderLineId = order.lines.find(({ sku }) => sku === 'SET')?.id ?? ''
    await commerce.orders.fulfil({ actor: staff, orderId: order.id, lines: [{ orderLineId, quantity: 2 }] })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 6, reserved: 3 })
    expect(await stockOf(commerce, 'TEE-S')).toEqual({ onHand: 3, reserved: 1 })
    await expectSound(commerce)

    await commerce.orders.refund({ actor: staff, orderId: order.id, lines: [{ orderLineId, quantity: 1 }] })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 6, reserved: 1 })
    const { id: returnId } = await commerce.returns.request({ actor: staff, orderId: order.id, lines: [{ orderLineId, quantity: 1, reason: 'changed_mind' }] })
    await commerce.returns.approve({ actor: staff, returnId })
    await commerce.returns.receive({ actor: staff, returnId })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 8, reserved: 1 })
    expect(await stockOf(commerce, 'TEE-S')).toEqual({ onHand: 4, reserved: 0 })
    await commerce.returns.refund({ actor: staff, returnId })
    await commerce.orders.refund({ actor: staff, orderId: order.id, lines: [{ orderLineId, quantity: 1 }] })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 1 })
    await commerce.orders.fulfil({ actor: staff, orderId: order.id })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 9, reserved: 0 })
    await expectSound(commerce)
  })

  test('is damaged as a whole: what may not be sold again leaves the stock', async () => {
    const { commerce } = await shopWithSet()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { SET: 1 }), 'card_ok', 'k')
    await commerce.orders.refund({ actor: staff, orderId: order.id, lines: [{ orderLineId: order.lines[0]?.id ?? '', quantity: 1, restock: false }] })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 8, reserved: 0 })
    await expectSound(commerce)
  })

  test.each(['conditional', 'optimistic', 'pessimistic', 'batched'] as const)('is reserved whole by the strategy %s', async (strategy) => {
    const { commerce } = await shopWithSet({ inventory: { strategy } })
    const carts = await Promise.all(Array.from({ length: 8 }, () => quotedCart(commerce, { SET: 1 })))
    const placed = await Promise.allSettled(carts.map((cart, index) => placeWith(commerce, cart, 'card_ok', `k${index}`)))
    expect(placed.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 10 })
    expect(await stockOf(commerce, 'TEE-S')).toEqual({ onHand: 5, reserved: 5 })
    await expectSound(commerce)
  })

  test('is reserved again when its money comes after its hold has ended', async () => {
    const { commerce, clock } = await shopWithSet()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { SET: 1 }), 'card_timeout', 'late')
    clock.advance(20 * 60_000)
    await placeWith(commerce, await quotedCart(commerce, { MUG: 9 }), 'card_ok', 'soon')
    await setLimits(commerce, 'MUG', 12)
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ status: 'confirmed' })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 12, reserved: 11 })
    expect(await stockOf(commerce, 'TEE-S')).toEqual({ onHand: 5, reserved: 1 })
    await expectSound(commerce)
  })
})
