import { beforeEach, describe, expect, it } from 'vitest'
import { importProducts } from '../../test/catalogue-fixture.ts'
import { testContext } from '../../test/test-context.ts'
import type { Actor } from '../actor.ts'
import { CatalogService } from '../catalog/catalog-service.ts'
import type { CartId } from '../ids.ts'
import { InventoryService } from '../inventory/inventory-service.ts'
import { addMs, type Now } from '../time.ts'
import { CartService } from './cart-service.ts'

const start = new Date('2026-01-01T00:00:00Z')
const day = 24 * 60 * 60_000

let context: Awaited<ReturnType<typeof testContext>>
let carts: CartService

beforeEach(async () => {
  context = await testContext({ limits: { maxLines: 3, maxQuantity: 50 } })
  carts = new CartService(context)
})

async function guestCart(): Promise<{ actor: Actor; cartId: CartId }> {
  const { cart, guestToken } = await carts.create()
  return { actor: { type: 'guest', token: guestToken ?? '' }, cartId: cart.id }
}

describe('create', () => {
  it('gives a guest a token of 256 random bits and keeps only its hash', async () => {
    const first = await carts.create()
    const second = await carts.create()
    expect(first.guestToken).toMatch(/^[\w-]{43}$/)
    expect(second.guestToken).not.toBe(first.guestToken)
    const stored = await context.storage.snapshot(context.clock.now(), (snapshot) => snapshot.carts.find({ cartId: first.cart.id, owner: { type: 'any' } }))
    expect(stored?.guestTokenHash).toMatch(/^[\da-f]{64}$/)
    expect(JSON.stringify(stored)).not.toContain(first.guestToken)
  })

  it('makes an empty cart in the currency of the shop, or another, that lives a week', async () => {
    const { cart } = await carts.create()
    expect(cart).toMatchObject({
      customerId: null,
      currency: 'USD',
      status: 'active',
      version: 1,
      lines: [],
      subtotalMinor: 0,
      expiresAt: addMs(start, 7 * day),
    })
    expect((await carts.create({ currency: 'EUR' })).cart.currency).toBe('EUR')
  })

  it('makes a customer cart without a token', async () => {
    const created = await carts.create({ actor: { type: 'customer', customerId: 'c-1' } })
    expect(created).not.toHaveProperty('guestToken')
    expect(created.cart.customerId).toBe('c-1')
  })

  it('does not let a guest choose the token', async () => {
    const token = 'a-token-that-the-guest-made-up'
    const { cart, guestToken } = await carts.create({ actor: { type: 'guest', token } })
    expect(guestToken).not.toBe(token)
    await expect(carts.get({ actor: { type: 'guest', token }, cartId: cart.id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('never shows the hash of the token', async () => {
    const { actor, cartId } = await guestCart()
    const view = JSON.stringify(await carts.get({ actor, cartId }))
    expect(view).not.toMatch(/token|hash/i)
  })
})

describe('owners', () => {
  const calls: Readonly<Record<string, (params: { actor: Actor; cartId: CartId }) => Promise<unknown>>> = {
    get: (params) => carts.get(params),
    addLine: (params) => carts.addLine({ ...params, sku: 'MUG', quantity: 1 }),
    updateLine: (params) => carts.updateLine({ ...params, sku: 'MUG', quantity: 1 }),
    removeLine: (params) => carts.removeLine({ ...params, sku: 'MUG' }),
    clear: (params) => carts.clear(params),
  }
  const strangers: readonly (readonly [string, Actor])[] = [
    ['another customer', { type: 'customer', customerId: 'c-2' }],
    ['a guest with another token', { type: 'guest', token: 'x'.repeat(43) }],
    ['a guest who tries what a missing token might look like', { type: 'guest', token: 'undefined'.padEnd(20, ' ') }],
    ['a customer whose id is the text null', { type: 'customer', customerId: 'null' }],
  ]

  describe.each(Object.entries(calls))('%s', (_name, call) => {
    it.each(strangers)('hides the carts of others from %s, and a missing one looks the same', async (_who, actor) => {
      await importProducts(context, [{ sku: 'MUG' }])
      const guests = await guestCart()
      const customers = await carts.create({ actor: { type: 'customer', customerId: 'c-1' } })
      const missing = context.ids.next<CartId>()
      for (const cartId of [guests.cartId, customers.cart.id, missing]) {
        await expect(call({ actor, cartId })).rejects.toMatchObject({ code: 'NOT_FOUND', details: { object: 'cart' } })
      }
      expect((await carts.get(guests)).version).toBe(1)
    })

    it('refuses whoever is nobody', async () => {
      const { cartId } = await guestCart()
      for (const actor of [undefined, null, {}, { type: 'guest' }, { type: 'guest', token: '' }, { type: 'customer', customerId: '' }, { type: 'anonymous' }]) {
        await expect(call({ actor: actor as unknown as Actor, cartId })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
      }
    })

    it('serves the owner and staff', async () => {
      await importProducts(context, [{ sku: 'MUG' }])
      const guests = await guestCart()
      const actor: Actor = { type: 'customer', customerId: 'c-1' }
      const { cart } = await carts.create({ actor })
      const owners = [guests, { actor, cartId: cart.id }, { actor: { type: 'admin', id: 'a-1' } as const, cartId: cart.id }]
      for (const owner of owners) {
        await carts.addLine({ ...owner, sku: 'MUG', quantity: 1 })
        await expect(call(owner)).resolves.toMatchObject({ id: owner.cartId })
      }
    })
  })
})

describe('changes', () => {
  it('adds, updates, removes and clears, one version each', async () => {
    await importProducts(context, [
      { sku: 'MUG', amountMinor: 500 },
      { sku: 'POT', amountMinor: 900 },
    ])
    const cart = await guestCart()
    await carts.addLine({ ...cart, sku: 'MUG', quantity: 2 })
    expect(await carts.addLine({ ...cart, sku: 'MUG', quantity: 1 })).toMatchObject({
      version: 3,
      lines: [{ sku: 'MUG', quantity: 3, unitMinor: 500, totalMinor: 1500 }],
    })
    await carts.addLine({ ...cart, sku: 'POT', quantity: 1 })
    expect(await carts.updateLine({ ...cart, sku: 'MUG', quantity: 1 })).toMatchObject({ version: 5, subtotalMinor: 1400 })
    expect(await carts.removeLine({ ...cart, sku: 'MUG' })).toMatchObject({ version: 6, lines: [{ sku: 'POT' }] })
    expect(await carts.removeLine({ ...cart, sku: 'MUG' })).toMatchObject({ version: 6 })
    expect(await carts.clear(cart)).toMatchObject({ version: 7, lines: [], subtotalMinor: 0 })
    expect(await carts.get(cart)).toMatchObject({ version: 7, lines: [] })
  })

  it('counts every one of 32 additions that meet', async () => {
    await importProducts(context, [{ sku: 'MUG' }])
    const cart = await guestCart()
    await Promise.all(Array.from({ length: 32 }, () => carts.addLine({ ...cart, sku: 'MUG', quantity: 1 })))
    expect(await carts.get(cart)).toMatchObject({ version: 33, lines: [{ sku: 'MUG', quantity: 32 }] })
  })

  it('stops 32 additions that meet at the limit', async () => {
    await importProducts(context, [{ sku: 'MUG' }])
    const cart = await guestCart()
    const results = await Promise.allSettled(Array.from({ length: 32 }, () => carts.addLine({ ...cart, sku: 'MUG', quantity: 3 })))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(16)
    expect(await carts.get(cart)).toMatchObject({ lines: [{ quantity: 48 }] })
  })

  it('decides again when another change came first, and gives up after five times', async () => {
    await importProducts(context, [{ sku: 'MUG' }, { sku: 'POT' }])
    const cart = await guestCart()
    let rivals = 4
    const rival = () => {
      rivals -= 1
      return rivals >= 0
    }
    const beaten = new CartService({ ...context, storage: overtaken(rival) })
    expect(await beaten.addLine({ ...cart, sku: 'MUG', quantity: 1 })).toMatchObject({ lines: [{ sku: 'MUG', quantity: 1 }] })
    rivals = 5
    await expect(beaten.addLine({ ...cart, sku: 'MUG', quantity: 1 })).rejects.toMatchObject({ code: 'CONFLICT', retryable: true })
    expect(await carts.get(cart)).toMatchObject({ lines: [{ sku: 'MUG', quantity: 1 }] })
  })

  it.each(
    [0, -1, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 51, 2 ** 53, '1', '1e3', null, undefined, [1], { valueOf: () => 1 }, true, 1n].map((quantity) => [
      typeof quantity,
      quantity,
    ]),
  )('refuses a quantity that is the %s %o', async (_type, quantity) => {
    await importProducts(context, [{ sku: 'MUG' }])
    const cart = await guestCart()
    await carts.addLine({ ...cart, sku: 'MUG', quantity: 1 })
    const params = { ...cart, sku: 'MUG', quantity: quantity as number }
    await expect(carts.addLine(params)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(carts.updateLine(params)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect(await carts.get(cart)).toMatchObject({ version: 2, lines: [{ quantity: 1 }] })
  })

  it('refuses unknown parameters, prices above all, and SKUs that are none', async () => {
    await importProducts(context, [{ sku: 'MUG' }])
    const cart = await guestCart()
    const add = (extra: object) => carts.addLine({ ...cart, sku: 'MUG', quantity: 1, ...extra })
    for (const extra of [
      { unitMinor: 1 },
      { price: { amountMinor: 1 } },
      { discount: 1 },
      { sku: '' },
      { sku: 'x'.repeat(101) },
      { sku: 'a\u0000b' },
      { sku: 7 },
      { cartId: "' OR 1=1 --" },
    ]) {
      await expect(add(extra)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    }
    const polluted = JSON.parse('{"sku":"MUG","quantity":1,"__proto__":{"type":"admin"}}')
    await expect(carts.addLine({ ...polluted, ...cart, constructor: {} })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  it.each([
    ['a draft', { status: 'draft' }],
    ['archived', { status: 'archived' }],
    ['without a price', { amountMinor: null }],
  ] as const)('refuses a product that is %s', async (_what, product) => {
    await importProducts(context, [{ sku: 'MUG', ...product }])
    await expect(carts.addLine({ ...(await guestCart()), sku: 'MUG', quantity: 1 })).rejects.toMatchObject({
      code: 'PRODUCT_UNAVAILABLE',
      details: { sku: 'MUG' },
    })
  })

  it('refuses an unknown SKU, and one without a price in the currency of the cart', async () => {
    await importProducts(context, [{ sku: 'MUG' }])
    const { cart, guestToken = '' } = await carts.create({ currency: 'EUR' })
    const params = { actor: { type: 'guest', token: guestToken }, cartId: cart.id, quantity: 1 } as const
    await expect(carts.addLine({ ...params, sku: 'NONE' })).rejects.toMatchObject({ code: 'PRODUCT_UNAVAILABLE' })
    await expect(carts.addLine({ ...params, sku: 'MUG' })).rejects.toMatchObject({ code: 'PRODUCT_UNAVAILABLE' })
  })

  it('renews the expiry with each change, and closes the cart after it', async () => {
    await importProducts(context, [{ sku: 'MUG' }])
    const cart = await guestCart()
    context.setTime(addMs(start, 6 * day))
    await carts.addLine({ ...cart, sku: 'MUG', quantity: 1 })
    context.setTime(addMs(start, 13 * day - 1))
    expect((await carts.get(cart)).status).toBe('active')
    context.setTime(addMs(start, 13 * day))
    expect((await carts.get(cart)).status).toBe('expired')
    const closed = { code: 'CART_CLOSED', details: { cartId: cart.cartId, status: 'expired' } }
    await expect(carts.addLine({ ...cart, sku: 'MUG', quantity: 1 })).rejects.toMatchObject(closed)
    await expect(carts.clear(cart)).rejects.toMatchObject(closed)
  })

  it('does not make a cart active again that was ordered meanwhile', async () => {
    await importProducts(context, [{ sku: 'MUG' }])
    const cart = await guestCart()
    const now = context.clock.now()
    const before = await context.storage.snapshot(now, (snapshot) => snapshot.carts.find({ cartId: cart.cartId, owner: { type: 'any' } }))
    await context.storage.transaction(now, (tx) => tx.carts.complete({ cartId: cart.cartId }))
    if (before === undefined) throw new Error('the cart is gone')
    const saved = await context.storage.transaction(now, (tx) => tx.carts.save({ cart: { ...before, version: 2 }, expectedVersion: 1 }))
    expect(saved).toBe('stale')
    await expect(carts.addLine({ ...cart, sku: 'MUG', quantity: 1 })).rejects.toMatchObject({ code: 'CART_CLOSED', details: { status: 'ordered' } })
  })
})

describe('several lines at once', () => {
  it('go in as one change, summed by SKU, on top of what is there', async () => {
    await importProducts(context, [
      { sku: 'A', amountMinor: 100 },
      { sku: 'B', amountMinor: 250 },
    ])
    const { actor, cartId } = await guestCart()
    await carts.addLine({ actor, cartId, sku: 'B', quantity: 1 })
    const lines = [
      { sku: 'A', quantity: 2 },
      { sku: 'B', quantity: 3 },
      { sku: 'A', quantity: 1 },
    ]
    const view = await carts.addLines({ actor, cartId, lines })
    expect(view.lines.map(({ sku, quantity, unitMinor }) => [sku, quantity, unitMinor])).toEqual([
      ['B', 4, 250],
      ['A', 3, 100],
    ])
    expect([view.subtotalMinor, view.version]).toEqual([1_300, 3])
  })

  it.each([
    [
      'a SKU that is not on sale',
      [
        { sku: 'A', quantity: 1 },
        { sku: 'NONE', quantity: 1 },
      ],
      { code: 'PRODUCT_UNAVAILABLE', details: { sku: 'NONE' } },
    ],
    [
      'more units than a line may have',
      [
        { sku: 'A', quantity: 30 },
        { sku: 'A', quantity: 30 },
      ],
      { code: 'CART_LIMIT' },
    ],
    ['no line', [], { code: 'INVALID_INPUT' }],
    ['more lines than a cart may have', ['A', 'B', 'C', 'D'].map((sku) => ({ sku, quantity: 1 })), { code: 'INVALID_INPUT' }],
  ])('%s puts nothing in', async (_what, lines, error) => {
    await importProducts(context, [{ sku: 'A' }])
    const { actor, cartId } = await guestCart()
    await expect(carts.addLines({ actor, cartId, lines })).rejects.toMatchObject(error)
    expect((await carts.get({ actor, cartId })).lines).toEqual([])
  })

  it('are put in where they are not yet, however often, and left alone where they are', async () => {
    await importProducts(context, [
      { sku: 'A', amountMinor: 100, stock: 9 },
      { sku: 'B', amountMinor: 250, stock: 9 },
    ])
    const cart = await guestCart()
    await carts.addLine({ ...cart, sku: 'A', quantity: 3 })
    const ensured = {
      ...cart,
      lines: [
        { sku: 'A', quantity: 1 },
        { sku: 'B', quantity: 2 },
        { sku: 'B', quantity: 5 },
      ],
    }
    const { version } = await carts.ensureLines(ensured)
    const again = await carts.ensureLines(ensured)
    expect(again.lines.map(({ sku, quantity, unitMinor }) => [sku, quantity, unitMinor])).toEqual([
      ['A', 3, 100],
      ['B', 2, 250],
    ])
    expect(again.version).toBe(version)
    await expect(carts.ensureLines({ ...cart, lines: [{ sku: 'NONE', quantity: 1 }] })).rejects.toMatchObject({ code: 'PRODUCT_UNAVAILABLE' })
  })

  it('look like a missing cart to anyone else', async () => {
    await importProducts(context, [{ sku: 'A' }])
    const { cartId } = await guestCart()
    const { actor } = await guestCart()
    await expect(carts.addLines({ actor, cartId, lines: [{ sku: 'A', quantity: 1 }] })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('problems', () => {
  it('names a line that is no longer on sale, and leaves it out of the subtotal', async () => {
    await importProducts(context, [
      { sku: 'MUG', stock: 9 },
      { sku: 'POT', amountMinor: 900, stock: 9 },
    ])
    const cart = await guestCart()
    await carts.addLine({ ...cart, sku: 'MUG', quantity: 1 })
    await carts.addLine({ ...cart, sku: 'POT', quantity: 1 })
    const catalog = new CatalogService(context)
    await catalog.archive({ productId: (await catalog.get({ sku: 'MUG' })).id })
    const view = await carts.get(cart)
    expect(view.lines[0]).toMatchObject({ sku: 'MUG', title: 'The MUG', unitMinor: null, totalMinor: null, problems: [{ type: 'unavailable', sku: 'MUG' }] })
    expect(view.subtotalMinor).toBe(900)
  })

  it('names a changed price once, until the line is changed at the new price', async () => {
    await importProducts(context, [{ sku: 'MUG', amountMinor: 500, stock: 9 }])
    const cart = await guestCart()
    await carts.addLine({ ...cart, sku: 'MUG', quantity: 2 })
    await new CatalogService(context).setPrice({ sku: 'MUG', price: { currency: 'USD', amountMinor: 600 } })
    expect(await carts.get(cart)).toMatchObject({
      lines: [{ unitMinor: 600, totalMinor: 1200, problems: [{ type: 'price_changed', sku: 'MUG', fromMinor: 500, toMinor: 600 }] }],
      subtotalMinor: 1200,
    })
    expect((await carts.updateLine({ ...cart, sku: 'MUG', quantity: 2 })).lines[0]?.problems).toEqual([])
  })

  it('names a line that is short of stock, counting what others hold and only open locations', async () => {
    await importProducts(context, [{ sku: 'MUG', stock: 4 }])
    const inventory = new InventoryService(context)
    await inventory.ensureLocation({ code: 'second' })
    await inventory.adjust({ sku: 'MUG', location: 'second', by: 3, reason: 'received' })
    const closed = { id: context.ids.next(), code: 'closed', name: 'closed', priority: 0, active: false } as const
    await context.storage.transaction(context.clock.now(), async (tx) => {
      const location = await tx.stock.ensureLocation({ ...closed, id: context.ids.next() })
      await tx.stock.adjust({
        entryId: context.ids.next(),
        sku: 'MUG',
        locationId: location.id,
        change: { to: 50 },
        reason: 'received',
        note: null,
        shortfall: 'refuse',
      })
    })
    await inventory.reserve({ claims: [{ sku: 'MUG', quantity: 2 }], holder: { type: 'external', id: 'x' } })
    const cart = await guestCart()
    expect((await carts.addLine({ ...cart, sku: 'MUG', quantity: 5 })).lines[0]?.problems).toEqual([])
    expect((await carts.addLine({ ...cart, sku: 'MUG', quantity: 1 })).lines[0]?.problems).toEqual([
      { type: 'insufficient', sku: 'MUG', requested: 6, available: 5 },
    ])
  })

  it('does not ask for stock of what never runs out or may be backordered', async () => {
    await importProducts(context, [{ sku: 'FILE', stockTracked: false }, { sku: 'SOFA', backorder: 'allow' }, { sku: 'MUG' }])
    const cart = await guestCart()
    for (const sku of ['FILE', 'SOFA', 'MUG']) await carts.addLine({ ...cart, sku, quantity: 2 })
    const problems = (await carts.get(cart)).lines.map((line) => line.problems)
    expect(problems).toEqual([[], [], [{ type: 'insufficient', sku: 'MUG', requested: 2, available: 0 }]])
  })
})

/** The shop's storage, in which somebody else changes the cart just before each save for as long as `rival` says so. */
function overtaken(rival: () => boolean): typeof context.storage {
  const { storage } = context
  return {
    ...storage,
    transaction: <T>(now: Now, work: Parameters<typeof storage.transaction<T>>[1]) =>
      storage.transaction(now, (tx) => {
        const save: typeof tx.carts.save = async (params) =>
          rival() ? tx.carts.save({ ...params, expectedVersion: params.expectedVersion - 1 }) : tx.carts.save(params)
        const overtakenCarts = { find: tx.carts.find, holdOf: tx.carts.holdOf, save } as typeof tx.carts
        return work({ now: tx.now, catalog: tx.catalog, stock: tx.stock, carts: overtakenCarts } as typeof tx)
      }),
  } as typeof storage
}
