import { createCommerce } from '@cartwright/core'
import { fakePayments, manualClock } from '@cartwright/testing'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { sqliteStorage } from '../src/sqlite-storage.ts'
import { scratchFile } from './scratch.ts'

const actor = { type: 'customer', customerId: 'ada' } as const
const admin = { type: 'admin', id: 'bob' } as const
const shippingAddress = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }
const minute = 60_000

/** A shop with three mugs and a free sticker, and a host that keeps notes in the same file through a handle of its own. */
async function shopAndHost() {
  const file = scratchFile()
  const clock = manualClock(new Date('2026-03-01T12:00:00Z'))
  const bank = fakePayments({ now: clock.date })
  const commerce = await createCommerce({ storage: sqliteStorage({ file, busyDeadlineMs: 50 }), currency: 'USD', payments: [bank], clock })
  const variant = (sku: string, amountMinor: number) => ({ sku, prices: [{ currency: 'USD', amountMinor }], stock: [{ quantity: 3 }] })
  const products = [
    { handle: 'mug', title: 'Mug', variants: [variant('MUG', 1250)] },
    { handle: 'sticker', title: 'Sticker', variants: [variant('STICKER', 0)] },
  ]
  await commerce.catalog.upsertMany({ products })
  const host = new Database(file, { timeout: 0 })
  host.exec('CREATE TABLE notes (id INTEGER PRIMARY KEY, note TEXT) STRICT')
  onTestFinished(async () => {
    host.close()
    await commerce.close()
  })
  return { commerce, bank, clock, host }
}

type Shop = Awaited<ReturnType<typeof shopAndHost>>

/** The host's work, with a note, in a transaction on its own handle. */
async function inTransaction<T>({ host, commerce }: Shop, work: (joined: ReturnType<Shop['commerce']['using']>) => Promise<T>): Promise<T> {
  host.exec('BEGIN IMMEDIATE')
  try {
    host.prepare('INSERT INTO notes DEFAULT VALUES').run()
    const result = await work(commerce.using(host))
    host.exec('COMMIT')
    return result
  } catch (error) {
    host.exec('ROLLBACK')
    throw error
  }
}

async function quoted({ commerce }: Shop, sku: string) {
  const { cart } = await commerce.carts.create({ actor })
  await commerce.carts.addLine({ actor, cartId: cart.id, sku, quantity: 1 })
  const { total } = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
  const payment = { provider: 'fake', method: 'card_ok' }
  return { order: { actor, cartId: cart.id, expectedTotal: total, payment, idempotencyKey: 'k' }, key: { actor, idempotencyKey: 'k' } }
}

test('wishes move with the host’s transaction, or not at all', async () => {
  const shop = await shopAndHost()
  const { commerce } = shop
  const { id: wishListId } = await inTransaction(shop, ({ wishLists }) => wishLists.create({ actor, name: 'Kitchen' }))
  await commerce.wishLists.addItem({ actor, wishListId, sku: 'MUG' })
  const { cart } = await commerce.carts.create({ actor })
  const move = { actor, wishListId, cartId: cart.id }
  await expect(
    inTransaction(shop, async ({ wishLists }) => {
      await wishLists.moveToCart(move)
      throw new Error('the host thinks again')
    }),
  ).rejects.toThrow('thinks again')
  expect((await commerce.wishLists.get({ actor, wishListId })).items).toMatchObject([{ sku: 'MUG', inStock: true }])
  expect((await commerce.carts.get({ actor, cartId: cart.id })).lines).toEqual([])
  await inTransaction(shop, ({ wishLists }) => wishLists.moveToCart(move))
  expect((await commerce.wishLists.get({ actor, wishListId })).items).toEqual([])
  expect((await commerce.carts.get({ actor, cartId: cart.id })).lines).toMatchObject([{ sku: 'MUG', quantity: 1 }])
})

test('credit moves with the host’s transaction, or not at all', async () => {
  const shop = await shopAndHost()
  const { commerce } = shop
  const card = { actor: admin, amountMinor: 10_00 }
  await expect(
    inTransaction(shop, async ({ giftCards }) => {
      await giftCards.issue(card)
      throw new Error('the host thinks again')
    }),
  ).rejects.toThrow('thinks again')
  expect((await commerce.giftCards.list({ actor: admin })).items).toEqual([])

  const { giftCard, code } = await inTransaction(shop, ({ giftCards }) => giftCards.issue(card))
  const left = async () => (await commerce.giftCards.find({ actor: admin, giftCardId: giftCard.id })).balanceMinor
  const { order, key } = await quoted(shop, 'MUG')
  const credits = { giftCards: [code ?? ''] }
  await commerce.checkout.quote({ actor, cartId: order.cartId, shippingAddress, shippingMethod: 'standard', credits })
  await inTransaction(shop, (joined) => joined.checkout.prepare(order))
  expect(await left()).toBe(0)
  expect(await commerce.checkout.pay(key)).toMatchObject({ outcome: 'confirmed', order: { creditMinor: 1000 } })
  const [, { order: other }] = [await commerce.giftCards.adjust({ ...card, giftCardId: giftCard.id, note: 'again' }), await quoted(shop, 'MUG')]
  await commerce.checkout.quote({ actor, cartId: other.cartId, shippingAddress, shippingMethod: 'standard', credits })
  await commerce.giftCards.disable({ actor: admin, giftCardId: giftCard.id })
  const late = inTransaction(shop, (joined) => joined.checkout.prepare({ ...other, idempotencyKey: 'l' }))
  await expect(late).rejects.toMatchObject({ code: 'CREDIT_INSUFFICIENT' })
  expect(await left()).toBe(1000)
  await expectSound(shop)
})

const notes = ({ host }: Shop) => (host.prepare('SELECT count(*) AS n FROM notes').get() as { n: number }).n

async function expectSound({ commerce }: Shop): Promise<void> {
  const { checks } = await commerce.audit({ providers: true })
  expect(checks.filter(({ violations }) => violations > 0)).toEqual([])
}

test("an order and the host's note are there together, and the order is paid afterwards, once", async () => {
  const shop = await shopAndHost()
  const { order, key } = await quoted(shop, 'MUG')
  const prepared = await inTransaction(shop, (joined) => joined.checkout.prepare(order))
  expect(prepared).toMatchObject({ outcome: 'prepared', order: { status: 'pending' } })
  expect(await inTransaction(shop, (joined) => joined.checkout.prepare(order))).toEqual(prepared)
  const paid = await shop.commerce.checkout.pay(key)
  expect(paid).toMatchObject({ outcome: 'confirmed', order: { id: prepared.order.id } })
  expect(await shop.commerce.checkout.pay(key)).toEqual(paid)
  expect(await inTransaction(shop, (joined) => joined.checkout.prepare(order))).toMatchObject({ outcome: 'confirmed' })
  expect(notes(shop)).toBe(3)
  expect(shop.bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 1250 } })
  await expectSound(shop)
})

test('neither is there when the host rolls back', async () => {
  const shop = await shopAndHost()
  const { order, key } = await quoted(shop, 'MUG')
  const run = inTransaction(shop, async (joined) => {
    await joined.checkout.prepare(order)
    throw new Error('the host changed its mind')
  })
  await expect(run).rejects.toThrow('changed its mind')
  expect(notes(shop)).toBe(0)
  await expect(shop.commerce.checkout.pay(key)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expectSound(shop)
})

test('a refusal leaves the rest of the transaction as it was, and is what the key stands for once the host commits', async () => {
  const shop = await shopAndHost()
  const { order, key } = await quoted(shop, 'MUG')
  await inTransaction(shop, async (joined) => {
    await joined.inventory.adjust({ sku: 'MUG', to: 0, reason: 'counted' })
    await expect(joined.checkout.prepare(order)).rejects.toMatchObject({ code: 'OUT_OF_STOCK' })
    await expect(joined.checkout.prepare(order)).rejects.toMatchObject({ code: 'OUT_OF_STOCK' })
    await expect(joined.checkout.prepare({ ...order, payment: { provider: 'fake', method: 'other' } })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    })
  })
  expect(notes(shop)).toBe(1)
  await expect(shop.commerce.checkout.pay(key)).rejects.toMatchObject({ code: 'OUT_OF_STOCK' })
  await expectSound(shop)
})

test('what would need a new quote, or the provider, is refused', async () => {
  const shop = await shopAndHost()
  const { order } = await quoted(shop, 'MUG')
  await inTransaction(shop, async (joined) => {
    await joined.catalog.setPrice({ sku: 'MUG', price: { currency: 'USD', amountMinor: 1300 } })
    await expect(joined.checkout.prepare(order)).rejects.toMatchObject({ code: 'QUOTE_STALE', retryable: true })
    await joined.catalog.setPrice({ sku: 'MUG', price: { currency: 'USD', amountMinor: 1250 } })
    const { order: first } = await joined.checkout.prepare(order)
    const another = joined.checkout.prepare({ ...order, idempotencyKey: 'another' })
    await expect(another).rejects.toMatchObject({ code: 'CHECKOUT_IN_PROGRESS', details: { orderId: first.id } })
  })
  await expectSound(shop)
})

test('what costs nothing is a sale at once', async () => {
  const shop = await shopAndHost()
  const { order, key } = await quoted(shop, 'STICKER')
  const { payment: _none, ...free } = order
  expect(await inTransaction(shop, (joined) => joined.checkout.prepare(free))).toMatchObject({ outcome: 'confirmed', payment: null })
  expect(await shop.commerce.checkout.pay(key)).toMatchObject({ outcome: 'confirmed' })
  await expectSound(shop)
})

test('an order that nobody paid for in time is paid by the worker, or by whoever comes first', async () => {
  const shop = await shopAndHost()
  const { order, key } = await quoted(shop, 'MUG')
  await inTransaction(shop, (joined) => joined.checkout.prepare(order))
  shop.clock.advance(minute)
  expect(await shop.commerce.checkout.pay(key)).toMatchObject({ outcome: 'confirmed' })
  await shop.commerce.worker.runOnce()
  expect(shop.bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 1250 } })
  expect(await shop.commerce.checkout.place(order)).toMatchObject({ outcome: 'confirmed' })
  await expectSound(shop)
})

test('an order that expired before it was paid is closed to both', async () => {
  const shop = await shopAndHost()
  const { order, key } = await quoted(shop, 'MUG')
  await inTransaction(shop, (joined) => joined.checkout.prepare(order))
  shop.clock.advance(20 * minute)
  await shop.commerce.worker.runOnce({ jobs: ['expiry'] })
  await expect(shop.commerce.checkout.pay(key)).rejects.toMatchObject({ code: 'ORDER_CLOSED' })
  await expect(inTransaction(shop, (joined) => joined.checkout.prepare(order))).rejects.toMatchObject({ code: 'ORDER_CLOSED' })
  await shop.commerce.worker.runOnce()
  await expectSound(shop)
})

test('a refusal by a provider that the host asked itself leaves the order waiting for another way to pay', async () => {
  const shop = await shopAndHost()
  const { order, key } = await quoted(shop, 'MUG')
  const { order: written, payment } = await inTransaction(shop, (joined) => joined.checkout.prepare(order))
  if (payment === null) throw new Error('a mug is not free')
  const decline = { code: 'insufficient_funds', buyerMessage: 'Please try another card.' }
  const news = { actor: admin, orderId: written.id, payment, answer: { outcome: 'rejected', decline, value: null } } as const
  expect(await inTransaction(shop, (joined) => joined.checkout.finalise(news))).toMatchObject({ outcome: 'declined', decline })
  expect(await shop.commerce.checkout.pay(key)).toMatchObject({ outcome: 'declined', decline })
  const resume = { actor, orderId: written.id, payment: { provider: 'fake', method: 'card_ok' }, idempotencyKey: 'second' }
  expect(await shop.commerce.checkout.resume(resume)).toMatchObject({ outcome: 'confirmed' })
  await expectSound(shop)
})

test('a handle is of use only while its transaction is open', async () => {
  const shop = await shopAndHost()
  const { commerce, host } = shop
  expect(() => commerce.using(host)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
  expect(() => commerce.using(undefined as never)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
  const kept = await inTransaction(shop, async (joined) => joined)
  await expect(kept.carts.create()).rejects.toMatchObject({ code: 'TRANSACTION_CLOSED' })
  expect(host.inTransaction).toBe(false)
  host.pragma('foreign_keys = OFF')
  host.exec('BEGIN IMMEDIATE')
  expect(() => commerce.using(host)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
})

test('a transaction that began as a reader and was overtaken is a CONFLICT', async () => {
  const { commerce, host } = await shopAndHost()
  host.exec('BEGIN')
  const joined = commerce.using(host)
  await joined.inventory.levels({ skus: ['MUG'] })
  await commerce.inventory.adjust({ sku: 'MUG', by: 1, reason: 'counted' })
  const late = joined.inventory.adjust({ sku: 'MUG', by: 1, reason: 'counted' })
  await expect(late).rejects.toMatchObject({ code: 'CONFLICT', retryable: true, cause: { code: 'SQLITE_BUSY_SNAPSHOT' } })
})

test('a storage without `within` says so', async () => {
  const storage = sqliteStorage({ file: ':memory:' })
  const lacking = new Proxy(storage, {
    get: (target, name) => {
      const member: unknown = name === 'within' ? undefined : Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  const commerce = await createCommerce({ storage: lacking, currency: 'USD' })
  expect(() => commerce.using({} as never)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
  await commerce.close()
})

test("a refund and the host's note are there together or not at all, the bank hears of it once the host has committed, from the worker", async () => {
  const shop = await shopAndHost()
  const { commerce, bank } = shop
  const { order } = await quoted(shop, 'MUG')
  const placed = await commerce.checkout.place(order)
  const refund = { actor: admin, orderId: placed.order.id, amountMinor: 250 }
  const undone = inTransaction(shop, async (joined) => {
    await joined.orders.refund(refund)
    throw new Error('the host changed its mind')
  })
  await expect(undone).rejects.toThrow('the host changed its mind')
  expect(await commerce.orders.refunds({ actor: admin, orderId: placed.order.id })).toEqual([])

  const booked = await inTransaction(shop, (joined) => joined.orders.refund(refund))
  expect(booked.refunds).toMatchObject([{ status: 'pending', amountMinor: 250 }])
  expect([notes(shop), bank.ledger.refunds().length]).toEqual([1, 0])
  await commerce.worker.runOnce()
  expect(bank.ledger.refunds()).toMatchObject([{ status: 'succeeded', amount: { amountMinor: 250 } }])
  await expectSound(shop)
})

test('a review and its rating are there with the host, or not at all', async () => {
  const shop = await shopAndHost()
  const { productId, id: reviewId } = await inTransaction(shop, ({ reviews }) => reviews.submit({ actor, handle: 'mug', rating: 4 }))
  const rated = async () => [(await shop.commerce.catalog.get({ handle: 'mug' })).ratingCount, (await shop.commerce.reviews.summary({ productId })).average]
  const approve = (after: () => void) =>
    inTransaction(shop, async ({ reviews }) => {
      await reviews.moderate({ actor: admin, reviewId, decision: 'approve' })
      after()
    })
  const giveUp = () => {
    throw new Error('the host gives up')
  }
  await expect(approve(giveUp)).rejects.toThrow('the host gives up')
  expect(await rated()).toEqual([0, null])
  await approve(() => {})
  expect(await rated()).toEqual([1, 4])
  await expectSound(shop)
})

test('a voucher is used with the order, and is free again when the host rolls back', async () => {
  const shop = await shopAndHost()
  const { commerce } = shop
  const effect = { type: 'percentage', basisPoints: 2_000 } as const
  const { id: promotionId } = await commerce.promotions.create({ actor: admin, name: 'Once', effect, limits: { total: 1, perCustomer: 1 } })
  await commerce.vouchers.create({ actor: admin, promotionId, code: 'ONCE' })
  const { cart } = await commerce.carts.create({ actor })
  await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 1 })
  await commerce.carts.applyVoucher({ actor, cartId: cart.id, code: 'ONCE' })
  const { total } = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
  const order = { actor, cartId: cart.id, expectedTotal: total, payment: { provider: 'fake', method: 'card_ok' }, idempotencyKey: 'k' }
  const used = async () => (await commerce.promotions.get({ actor: admin, promotionId })).used
  const undone = inTransaction(shop, async (joined) => {
    await joined.checkout.prepare(order)
    throw new Error('the host thinks better of it')
  })
  await expect(undone).rejects.toThrow('thinks better')
  expect(await used()).toBe(0)
  expect(await inTransaction(shop, (joined) => joined.checkout.prepare(order))).toMatchObject({ order: { totalMinor: 1_000, discountMinor: 250 } })
  expect(await used()).toBe(1)
  const again = await commerce.carts.create({ actor })
  await commerce.carts.addLine({ actor, cartId: again.cart.id, sku: 'MUG', quantity: 1 })
  await expect(inTransaction(shop, (joined) => joined.carts.applyVoucher({ actor, cartId: again.cart.id, code: 'ONCE' }))).rejects.toMatchObject({
    code: 'VOUCHER_REFUSED',
  })
  expect(await commerce.checkout.pay({ actor, idempotencyKey: 'k' })).toMatchObject({ outcome: 'confirmed' })
  await expectSound(shop)
})

test('an order is added to in the host’s transaction, or not at all', async () => {
  const shop = await shopAndHost()
  const { commerce } = shop
  const first = await quoted(shop, 'MUG')
  const { order } = await commerce.checkout.place(first.order)
  const { cartId, total } = await commerce.orders.quoteAddition({ actor, orderId: order.id, lines: [{ sku: 'MUG', quantity: 1 }] })
  const more = { ...first.order, cartId, expectedTotal: total, idempotencyKey: 'more' }
  await expect(
    inTransaction(shop, async (joined) => {
      await joined.checkout.prepare(more)
      throw new Error('the host changed its mind')
    }),
  ).rejects.toThrow('changed its mind')
  expect((await commerce.orders.get({ actor, id: order.id })).additions).toBeUndefined()
  await inTransaction(shop, (joined) => joined.checkout.prepare(more))
  expect(await commerce.checkout.pay({ actor, idempotencyKey: 'more' })).toMatchObject({ outcome: 'confirmed', order: { addsTo: order.id } })
  await expectSound(shop)
})
