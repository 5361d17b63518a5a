import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Commerce, createCommerce, type ShopStep } from '@cartwright/core'
import { fakePayments, type MemoryLiveCarts, manualClock, manualTimers, memoryLiveCarts } from '@cartwright/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { address, expectSound, placeWith, quotedCart, stockOf, testShop } from './test-shop.ts'

let commerce: Commerce
let carts: MemoryLiveCarts
let clock: ReturnType<typeof manualClock>
/** What happens at a step of the shop, once. */
let at: Partial<Record<ShopStep, () => Promise<void>>>

beforeEach(async () => {
  carts = memoryLiveCarts()
  at = {}
  const probe = async (step: ShopStep) => {
    const happens = at[step]
    delete at[step]
    await happens?.()
  }
  const shop = await testShop({ carts, probe })
  commerce = shop.commerce
  clock = shop.clock
  return () => commerce.close()
})

const copy = () => commerce.worker.runOnce({ jobs: ['carts'] })

async function guestCart(goods: Readonly<Record<string, number>> = {}) {
  const { cart, guestToken } = await commerce.carts.create()
  const actor = { type: 'guest', token: guestToken ?? '' } as const
  const of = { actor, cartId: cart.id }
  for (const [sku, quantity] of Object.entries(goods)) await commerce.carts.addLine({ ...of, sku, quantity })
  return of
}

type Of = Awaited<ReturnType<typeof guestCart>>
const units = async (of: Of) => Object.fromEntries((await commerce.carts.get(of)).lines.map(({ sku, quantity }) => [sku, quantity]))
const stored = ({ cartId }: Of) => commerce.storage.snapshot({ source: 'database' }, (snapshot) => snapshot.carts.findCopy({ cartId, owner: { type: 'any' } }))

describe('a cart in a live store', () => {
  test('is changed there, and in the database only once it is copied', async () => {
    const of = await guestCart({ MUG: 2 })
    expect(await stored(of)).toBeUndefined()
    expect(await units(of)).toEqual({ MUG: 2 })
    expect(await copy()).toEqual({ carts: { done: 1, failed: 0 } })
    expect(await stored(of)).toMatchObject({ cart: { version: 2, lines: [{ sku: 'MUG', quantity: 2 }] }, custody: { term: 0, loan: 1 } })
    await commerce.carts.addLine({ ...of, sku: 'MUG', quantity: 1 })
    expect(await stored(of)).toMatchObject({ cart: { version: 2 } })
    expect(await commerce.carts.get(of)).toMatchObject({ version: 3, staleSince: null, subtotalMinor: 3750 })
    expect(await copy()).toEqual({ carts: { done: 1, failed: 0 } })
    expect(await copy()).toEqual({ carts: { done: 0, failed: 0 } })
  })

  test('lives on for seven days after each change, in both places', async () => {
    const of = await guestCart({ MUG: 1 })
    clock.advance(6 * 24 * 3_600_000)
    const { expiresAt } = await commerce.carts.addLine({ ...of, sku: 'MUG', quantity: 1 })
    expect(expiresAt.getTime() - clock.date().getTime()).toBe(7 * 24 * 3_600_000)
    await copy()
    clock.advance(6 * 24 * 3_600_000)
    await commerce.worker.runOnce({ jobs: ['sweep'] })
    expect(await commerce.carts.get(of)).toMatchObject({ status: 'active' })
    clock.advance(24 * 3_600_000)
    expect(await commerce.carts.get(of)).toMatchObject({ status: 'expired' })
    await expect(commerce.carts.clear(of)).rejects.toMatchObject({ code: 'CART_CLOSED' })
    await commerce.worker.runOnce({ jobs: ['sweep'] })
    await expect(commerce.carts.clear(of)).rejects.toMatchObject({ code: 'CART_CLOSED' })
  })

  test('is hidden from others, in either place', async () => {
    const of = await guestCart({ MUG: 1 })
    const foreign = { ...of, actor: { type: 'customer', customerId: 'somebody' } as const }
    for (const place of ['live', 'stored', 'away']) {
      await expect(commerce.carts.get(foreign)).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(commerce.carts.clear(foreign)).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await copy()
      if (place === 'live') carts.lose()
      if (place === 'stored') carts.fail('before')
    }
  })

  test('loses no change when many are made at once', async () => {
    const of = await guestCart({ MUG: 1 })
    const add = async () => {
      for (;;) {
        try {
          return await commerce.carts.addLine({ ...of, sku: 'PDF', quantity: 1 })
        } catch (error) {
          expect(error).toMatchObject({ code: 'CONFLICT' })
        }
      }
    }
    await Promise.all(Array.from({ length: 20 }, add))
    expect(await units(of)).toEqual({ MUG: 1, PDF: 20 })
  })

  test('that was only in the database is lent at the first change', async () => {
    carts.fail('before')
    const of = await guestCart({ MUG: 1 })
    carts.fail('never')
    expect(await commerce.carts.get(of)).toMatchObject({ staleSince: null })
    expect(await commerce.carts.addLine({ ...of, sku: 'MUG', quantity: 1 })).toMatchObject({ staleSince: null, version: 3 })
    expect(await stored(of)).toMatchObject({ cart: { version: 2 }, custody: { loan: 1 } })
    expect(await units(of)).toEqual({ MUG: 2 })
  })
})

describe('when the live store is lost', () => {
  test('the stored cart comes back, marked with the time since when changes may be missing, until it is changed', async () => {
    const of = await guestCart({ MUG: 1 })
    await copy()
    const copied = clock.date()
    clock.advance(60_000)
    await commerce.carts.addLine({ ...of, sku: 'MUG', quantity: 1 })
    carts.lose()
    expect(await commerce.carts.get(of)).toMatchObject({ staleSince: copied, lines: [{ quantity: 1 }] })
    expect(await commerce.carts.get(of)).toMatchObject({ staleSince: copied })
    expect(await commerce.carts.addLine({ ...of, sku: 'PDF', quantity: 1 })).toMatchObject({ staleSince: copied })
    expect(await commerce.carts.get(of)).toMatchObject({ staleSince: null })
    expect(await units(of)).toEqual({ MUG: 1, PDF: 1 })
    await copy()
    expect(await stored(of)).toMatchObject({ cart: { version: 3 }, custody: { term: 0, loan: 2 } })
  })

  test('a store that went back to an earlier moment is overruled by what was copied since', async () => {
    const of = await guestCart({ MUG: 1 })
    const goBack = carts.remember()
    await commerce.carts.addLine({ ...of, sku: 'MUG', quantity: 4 })
    await copy()
    goBack()
    expect(await commerce.carts.get(of)).toMatchObject({ staleSince: clock.date(), lines: [{ quantity: 5 }] })
    await commerce.carts.addLine({ ...of, sku: 'PDF', quantity: 1 })
    expect(await units(of)).toEqual({ MUG: 5, PDF: 1 })
    await copy()
    expect((await stored(of))?.cart.lines).toHaveLength(2)
  })

  test('a copier that slept through it writes nothing of before', async () => {
    const of = await guestCart({ MUG: 1 })
    await copy()
    await commerce.carts.addLine({ ...of, sku: 'MUG', quantity: 8 })
    const late = await carts.changed({ limit: 10 })
    carts.lose()
    await commerce.carts.addLine({ ...of, sku: 'PDF', quantity: 1 })
    expect(await commerce.storage.transaction({ source: 'database' }, (tx) => tx.carts.keep({ copies: late }))).toEqual(new Set())
    await copy()
    expect(await units(of)).toEqual({ MUG: 1, PDF: 1 })
  })
})

describe('while the live store is away', () => {
  test('carts are made, read and changed in the database, and what was live before never overwrites that', async () => {
    const of = await guestCart({ MUG: 1 })
    await copy()
    await commerce.carts.addLine({ ...of, sku: 'MUG', quantity: 7 })
    carts.fail('before')
    expect(await commerce.carts.get(of)).toMatchObject({ staleSince: clock.date(), lines: [{ quantity: 1 }] })
    expect(await commerce.carts.addLine({ ...of, sku: 'PDF', quantity: 1 })).toMatchObject({ staleSince: clock.date() })
    expect(await commerce.carts.get(of)).toMatchObject({ staleSince: null })
    const another = await guestCart({ 'TEE-S': 1 })

    carts.fail('never')
    expect(await units(of)).toEqual({ MUG: 1, PDF: 1 })
    await copy()
    expect(await units(of)).toEqual({ MUG: 1, PDF: 1 })
    await commerce.carts.addLine({ ...of, sku: 'PDF', quantity: 1 })
    await copy()
    expect((await stored(of))?.cart.lines).toMatchObject([{ quantity: 1 }, { quantity: 2 }])
    expect(await units(another)).toEqual({ 'TEE-S': 1 })
  })

  test.each(['before', 'afterwards'] as const)('a change that fails to be saved is made once (%s it was carried out)', async (how) => {
    const of = await guestCart({ MUG: 1 })
    at['cart.saving'] = async () => carts.fail(how)
    expect(await commerce.carts.addLine({ ...of, sku: 'MUG', quantity: 1 })).toMatchObject({ version: 3 })
    expect(await units(of)).toEqual({ MUG: 2 })
    carts.fail('never')
    expect(await units(of)).toEqual({ MUG: 2 })
    await copy()
    expect(await units(of)).toEqual({ MUG: 2 })
  })

  test('a change whose answer is lost after it was copied is made once', async () => {
    const of = await guestCart({ MUG: 1 })
    const save = carts.save
    carts.save = async (params) => {
      await save(params)
      await copy()
      carts.save = save
      throw new Error('the answer is lost')
    }
    await commerce.carts.addLine({ ...of, sku: 'MUG', quantity: 1 })
    expect(await units(of)).toEqual({ MUG: 2 })
  })

  test('a cart whose making was not confirmed is another cart', async () => {
    carts.fail('afterwards')
    const of = await guestCart({ MUG: 1 })
    carts.fail('never')
    await copy()
    expect(await units(of)).toEqual({ MUG: 1 })
  })

  test('a worker fails no other job', async () => {
    carts.fail('before')
    expect(await commerce.worker.runOnce()).toMatchObject({ carts: { done: 0, failed: 1 }, sweep: { failed: 0 } })
  })
})

const ofQuoted = ({ actor, cartId }: Of) => ({ actor, cartId })

describe('checkout of a live cart', () => {
  test('orders what is in it, though nothing of it was copied, and closes it', async () => {
    const cart = await quotedCart(commerce, { MUG: 2 })
    const placed = await placeWith(commerce, cart, 'card_ok', 'key')
    expect(placed).toMatchObject({ outcome: 'confirmed', order: { totalMinor: 2500 } })
    expect(await carts.find({ cartId: cart.cartId, owner: { type: 'any' } })).toBeUndefined()
    expect(await commerce.carts.get(ofQuoted(cart))).toMatchObject({ status: 'ordered', staleSince: null })
    await expect(commerce.carts.addLine({ ...ofQuoted(cart), sku: 'MUG', quantity: 1 })).rejects.toMatchObject({ code: 'CART_CLOSED' })
    await copy()
    expect(await commerce.carts.get(ofQuoted(cart))).toMatchObject({ status: 'ordered' })
    await expectSound(commerce)
  })

  test('asks again when the cart was changed since the quote, though the change was not copied', async () => {
    const cart = await quotedCart(commerce, { MUG: 1 })
    await commerce.carts.addLine({ ...ofQuoted(cart), sku: 'MUG', quantity: 1 })
    await expect(placeWith(commerce, cart, 'card_ok', 'key')).rejects.toMatchObject({ code: 'TOTAL_CHANGED', details: { total: { amountMinor: 2500 } } })
  })

  test('keeps the order as agreed when the cart is changed while it is placed, and after the payment exists', async () => {
    const cart = await quotedCart(commerce, { MUG: 1 })
    at['payment.starting'] = async () => void (await commerce.carts.addLine({ ...ofQuoted(cart), sku: 'MUG', quantity: 3 }))
    at['payment.started'] = async () => void (await copy())
    const placed = await placeWith(commerce, cart, 'card_ok', 'key')
    expect(placed).toMatchObject({ outcome: 'confirmed', order: { totalMinor: 1250, lines: [{ quantity: 1 }] } })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 1 })
    expect(await commerce.carts.get(ofQuoted(cart))).toMatchObject({ status: 'ordered' })
    await expectSound(commerce)
  })

  test('makes one order of one cart under many keys', async () => {
    const cart = await quotedCart(commerce, { MUG: 1 })
    const results = await Promise.allSettled(Array.from({ length: 16 }, (_, index) => placeWith(commerce, cart, 'card_ok', `key-${index}`)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expectSound(commerce)
  })

  test.each(['before', 'afterwards'] as const)('goes by the stored cart when the live store fails %s the freeze', async (how) => {
    const cart = await quotedCart(commerce, { MUG: 1 })
    at['place.quoted'] = async () => carts.fail(how)
    expect(await placeWith(commerce, cart, 'card_ok', 'key')).toMatchObject({ outcome: 'confirmed' })
    carts.fail('never')
    expect(await commerce.carts.get(ofQuoted(cart))).toMatchObject({ status: 'ordered' })
    await copy()
    await expectSound(commerce)
  })

  test('works with the live store away from first to last', async () => {
    carts.fail('before')
    const cart = await quotedCart(commerce, { MUG: 1 })
    expect(await placeWith(commerce, cart, 'card_ok', 'key')).toMatchObject({ outcome: 'confirmed' })
  })

  test('orders the cart of the database when it was changed there, whatever the live store has', async () => {
    const of = await guestCart({ MUG: 1 })
    await copy()
    await commerce.carts.addLine({ ...of, sku: 'MUG', quantity: 1 })
    await commerce.carts.addLine({ ...of, sku: 'MUG', quantity: 1 })
    carts.fail('before')
    await commerce.carts.addLine({ ...of, sku: 'TEE-S', quantity: 1 })
    carts.fail('never')
    const quote = await commerce.checkout.quote({ ...of, shippingAddress: address, shippingMethod: 'standard' })
    expect(await placeWith(commerce, { ...of, quote }, 'card_ok', 'key')).toMatchObject({ outcome: 'confirmed', order: { totalMinor: 3250 } })
  })
})

test('a cart that the database refuses does not hold up the others', async () => {
  const [good, bad, fine] = [await guestCart({ MUG: 1 }), await guestCart({ MUG: 1 }), await guestCart({ MUG: 1 })]
  const found = await carts.find({ cartId: bad.cartId, owner: { type: 'any' } })
  if (found === undefined) throw new Error('the cart is gone')
  const spoilt = { ...found.cart, version: 3, lines: [{ sku: 'MUG', quantity: 0, seenUnitMinor: null }] }
  await carts.save({ copy: { cart: spoilt, custody: found.custody }, expectedVersion: 2 })
  expect(await copy()).toMatchObject({ carts: { failed: 1 } })
  expect([await stored(good), await stored(bad), await stored(fine)]).toMatchObject([{ cart: { version: 2 } }, undefined, { cart: { version: 2 } }])
})

test('an open shop copies by itself, and once more when it is closed', async () => {
  const storage = sqliteStorage({ file: ':memory:' })
  const kept: string[] = []
  const heard = { ...memoryLiveCarts({ copyEveryMs: 200 }) }
  const { copied } = heard
  heard.copied = async (params) => {
    kept.push('copied')
    await copied(params)
  }
  const shop = await createCommerce({
    storage,
    currency: 'USD',
    payments: [fakePayments()],
    clock: manualClock(new Date('2026-03-01T12:00:00Z')),
    timers: manualTimers(),
    carts: heard,
  })
  await shop.carts.create()
  expect(kept).toEqual([])
  await shop.close()
  expect(kept).toEqual(['copied'])
})

test('what is added to an order is a cart of the database, which the live store never has', async () => {
  const { actor, cartId, quote } = await quotedCart(commerce, { MUG: 1 })
  const { order } = await placeWith(commerce, { actor, cartId, quote }, 'card_ok', 'order')
  const more = await commerce.orders.quoteAddition({ actor, orderId: order.id, lines: [{ sku: 'MUG', quantity: 2 }] })
  expect(await carts.find({ cartId: more.cartId, owner: { type: 'any' } })).toBeUndefined()
  expect(await placeWith(commerce, { actor, cartId: more.cartId, quote: more }, 'card_ok', 'more')).toMatchObject({ outcome: 'confirmed' })
  expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 3 })
  await expectSound(commerce)
})
