import { describe, expect, test } from 'vitest'
import { address, expectSound, placeWith, staff, stockOf, testShop } from '../../test/test-shop.ts'
import type { CartId } from '../ids.ts'

const minute = 60_000
const ada = { type: 'customer', customerId: 'ada' } as const
const ben = { type: 'customer', customerId: 'ben' } as const

type Shop = Awaited<ReturnType<typeof testShop>>
type Buyer = { readonly type: 'customer'; readonly customerId: string }

async function filled({ commerce }: Shop, actor: Buyer, goods: Readonly<Record<string, number>>): Promise<{ actor: Buyer; cartId: CartId }> {
  const { cart } = await commerce.carts.create({ actor })
  await commerce.carts.addLines({ actor, cartId: cart.id, lines: Object.entries(goods).map(([sku, quantity]) => ({ sku, quantity })) })
  return { actor, cartId: cart.id }
}

async function bought({ commerce }: Shop, cart: { actor: Buyer; cartId: CartId }, method = 'card_ok', key = `k-${cart.cartId}`) {
  const quote = await commerce.checkout.quote({ ...cart, shippingAddress: address, shippingMethod: 'standard' })
  return placeWith(commerce, { ...cart, quote } as never, method, key)
}

describe('holding a cart', () => {
  test('keeps its units from everybody else until the time is up', async () => {
    const shop = await testShop()
    const { commerce, clock } = shop
    const cart = await filled(shop, ada, { MUG: 8, PDF: 1 })
    const hold = await commerce.carts.hold(cart)
    expect(hold).toMatchObject({ cartId: cart.cartId, units: 8, expiresAt: new Date(clock.date().getTime() + 10 * minute) })
    expect(await commerce.carts.getHold(cart)).toEqual(hold)
    const other = await filled(shop, ben, { MUG: 3 })
    expect((await commerce.carts.get(other)).lines[0]?.problems).toMatchObject([{ type: 'insufficient', available: 2 }])
    expect((await commerce.carts.get(cart)).lines[0]?.problems).toEqual([])
    await expect(bought(shop, other)).rejects.toMatchObject({ code: 'OUT_OF_STOCK' })
    await expectSound(commerce)
    clock.advance(10 * minute)
    await commerce.worker.runOnce()
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 0 })
    expect(await commerce.carts.getHold(cart)).toBeNull()
    await expectSound(commerce)
  })

  test('is taken over by the order, which needs no unit that is left', async () => {
    const shop = await testShop()
    const { commerce } = shop
    const cart = await filled(shop, ada, { MUG: 10 })
    const hold = await commerce.carts.hold(cart)
    const { order } = await bought(shop, cart)
    expect(order.status).toBe('confirmed')
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 10 })
    expect(await commerce.inventory.reservation({ reservationId: hold?.reservationId ?? '' })).toMatchObject({
      status: 'committed',
      holder: { type: 'order', id: order.id },
    })
    expect(await commerce.carts.getHold(cart)).toBeNull()
    await expectSound(commerce)
  })

  test('lasts as long as the order does once that is placed, and goes when it is given up', async () => {
    const shop = await testShop()
    const { commerce, clock } = shop
    const cart = await filled(shop, ada, { MUG: 10 })
    await commerce.carts.hold({ ...cart, minutes: 1 })
    await bought(shop, cart, 'card_requires_action')
    clock.advance(5 * minute)
    await commerce.worker.runOnce()
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 10 })
    clock.advance(40 * minute)
    await commerce.worker.runOnce()
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 0 })
    await expectSound(commerce)
  })

  test.each(['conditional', 'optimistic', 'pessimistic', 'batched'] as const)(
    'follows what the cart has become at the checkout, under %s',
    async (strategy) => {
      const shop = await testShop({ inventory: { strategy } })
      const { commerce } = shop
      const cart = await filled(shop, ada, { MUG: 9 })
      await commerce.carts.hold(cart)
      await commerce.carts.updateLine({ ...cart, sku: 'MUG', quantity: 10 })
      await commerce.carts.addLine({ ...cart, sku: 'TEE-S', quantity: 2 })
      expect((await bought(shop, cart)).order.status).toBe('confirmed')
      expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 10 })
      expect(await stockOf(commerce, 'TEE-S')).toEqual({ onHand: 5, reserved: 2 })
      await expectSound(commerce)
    },
  )

  test('survives an order that is refused for units beyond it, and frees what an order does not need', async () => {
    const shop = await testShop()
    const { commerce } = shop
    const cart = await filled(shop, ada, { MUG: 9 })
    await commerce.carts.hold(cart)
    await commerce.carts.addLine({ ...cart, sku: 'TEE-S', quantity: 6 })
    await expect(bought(shop, cart)).rejects.toMatchObject({ code: 'OUT_OF_STOCK', details: { sku: 'TEE-S', available: 5 } })
    expect(await commerce.carts.getHold(cart)).toMatchObject({ units: 9 })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 9 })
    await commerce.carts.removeLine({ ...cart, sku: 'TEE-S' })
    await commerce.carts.updateLine({ ...cart, sku: 'MUG', quantity: 1 })
    expect((await bought(shop, cart, 'card_ok', 'again')).order.status).toBe('confirmed')
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 1 })
    await expectSound(commerce)
  })

  test('again holds what the cart has now, not beyond the longest time from the first', async () => {
    const shop = await testShop({ cartHolds: { minutes: 10, maxMinutes: 12 } })
    const { commerce, clock } = shop
    const start = clock.date().getTime()
    const cart = await filled(shop, ada, { MUG: 8 })
    await commerce.carts.hold(cart)
    clock.advance(8 * minute)
    await commerce.carts.updateLine({ ...cart, sku: 'MUG', quantity: 10 })
    expect(await commerce.carts.hold(cart)).toMatchObject({ units: 10, since: new Date(start), expiresAt: new Date(start + 12 * minute) })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 10 })
    await commerce.carts.updateLine({ ...cart, sku: 'MUG', quantity: 1 })
    await commerce.carts.addLine({ ...cart, sku: 'TEE-S', quantity: 6 })
    await expect(commerce.carts.hold(cart)).rejects.toMatchObject({ code: 'OUT_OF_STOCK' })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 10 })
    await expectSound(commerce)
  })

  test('is given up when asked, and when the cart needs nothing of the stock any more', async () => {
    const shop = await testShop()
    const { commerce } = shop
    const cart = await filled(shop, ada, { MUG: 2, PDF: 1 })
    await commerce.carts.hold(cart)
    await commerce.carts.releaseHold(cart)
    await commerce.carts.releaseHold(cart)
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 0 })
    await commerce.carts.hold(cart)
    await commerce.carts.removeLine({ ...cart, sku: 'MUG' })
    expect(await commerce.carts.hold(cart)).toBeNull()
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 0 })
    await expectSound(commerce)
  })

  test('holds the components of bundles', async () => {
    const shop = await testShop()
    const variants = [{ sku: 'DUO', prices: [{ currency: 'USD', amountMinor: 2000 }], components: [{ sku: 'MUG', quantity: 2 }] }]
    await shop.commerce.catalog.upsertMany({ products: [{ handle: 'duo', title: 'Duo', variants }] })
    const cart = await filled(shop, ada, { DUO: 3, MUG: 1 })
    expect(await shop.commerce.carts.hold(cart)).toMatchObject({ units: 7 })
    expect((await bought(shop, cart)).order.status).toBe('confirmed')
    expect(await stockOf(shop.commerce, 'MUG')).toEqual({ onHand: 10, reserved: 7 })
    await expectSound(shop.commerce)
  })
})

test('is dropped by the order that late money revives: nothing is kept twice for one cart', async () => {
  const shop = await testShop()
  const { commerce, bank, clock } = shop
  const cart = await filled(shop, ada, { MUG: 2 })
  const { order } = await bought(shop, cart, 'card_unreachable')
  clock.advance(60 * minute)
  await commerce.worker.runOnce()
  expect(await commerce.carts.hold(cart)).toMatchObject({ units: 2 })
  const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId: order.id })
  bank.ledger.chargeElsewhere({ amount: { amountMinor: 2500, currency: 'USD' }, paymentId: payment?.id ?? null, orderId: order.id })
  clock.advance(9 * minute)
  await commerce.worker.runOnce()
  expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' })
  expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 2 })
  expect(await commerce.carts.hold(await filled(shop, ada, { MUG: 1 }))).toMatchObject({ units: 1 })
  await expectSound(commerce)
})

describe('limits', () => {
  test.each(['conditional', 'batched'] as const)('bind one customer over all carts, whoever asks first, under %s', async (strategy) => {
    const shop = await testShop({ inventory: { strategy }, cartHolds: { maxHolds: 2, maxUnits: 6 } })
    const { commerce } = shop
    const carts = await Promise.all(Array.from({ length: 8 }, () => filled(shop, ada, { MUG: 1 })))
    const asked = await Promise.allSettled(carts.map((cart) => commerce.carts.hold(cart)))
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    for (const answer of asked)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'HOLD_LIMIT', details: { limit: 'maxHolds', max: 2 } })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 2 })
    const large = await filled(shop, ben, { MUG: 7 })
    await expect(commerce.carts.hold(large)).rejects.toMatchObject({ code: 'HOLD_LIMIT', details: { limit: 'maxUnits', max: 6 } })
    await expectSound(commerce)
  })

  test('keep guests out unless the shop lets them in, and others from a cart that is not theirs', async () => {
    const closed = await testShop()
    const { cart, guestToken = '' } = await closed.commerce.carts.create()
    const guest = { actor: { type: 'guest', token: guestToken } as const, cartId: cart.id }
    await closed.commerce.carts.addLine({ ...guest, sku: 'MUG', quantity: 1 })
    await expect(closed.commerce.carts.hold(guest)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const theirs = await filled(closed, ada, { MUG: 1 })
    for (const call of ['hold', 'getHold', 'releaseHold'] as const)
      await expect(closed.commerce.carts[call]({ ...theirs, actor: ben })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(closed.commerce.carts.hold({ ...theirs, minutes: 16 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  test('refuse an empty cart, one with an order, one that is closed, and goods that are not on sale', async () => {
    const shop = await testShop()
    const { commerce } = shop
    const { cart } = await commerce.carts.create({ actor: ada })
    await expect(commerce.carts.hold({ actor: ada, cartId: cart.id })).rejects.toMatchObject({ code: 'CART_EMPTY' })
    const pending = await filled(shop, ada, { MUG: 1 })
    await bought(shop, pending, 'card_requires_action')
    await expect(commerce.carts.hold(pending)).rejects.toMatchObject({ code: 'CHECKOUT_IN_PROGRESS' })
    const closed = await filled(shop, ada, { MUG: 1 })
    await bought(shop, closed)
    await expect(commerce.carts.hold(closed)).rejects.toMatchObject({ code: 'CART_CLOSED' })
    const gone = await filled(shop, ada, { 'TEE-S': 1 })
    await commerce.catalog.archive({ productId: (await commerce.catalog.get({ handle: 'tee' })).id })
    await expect(commerce.carts.hold(gone)).rejects.toMatchObject({ code: 'CART_PROBLEMS', details: { problems: [{ sku: 'TEE-S' }] } })
  })
})

test('a guest’s hold ends when the cart is merged or adopted, a customer’s when they are erased', async () => {
  const shop = await testShop({ cartHolds: { guests: true } })
  const { commerce } = shop
  for (const own of [undefined, await filled(shop, ada, { 'TEE-S': 1 })]) {
    const { cart, guestToken = '' } = await commerce.carts.create()
    const guest = { actor: { type: 'guest', token: guestToken } as const, cartId: cart.id }
    await commerce.carts.addLine({ ...guest, sku: 'MUG', quantity: 2 })
    await commerce.carts.hold(guest)
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 2 })
    await commerce.carts.merge({ actor: ada, guestCartId: cart.id, guestToken, ...(own === undefined ? {} : { cartId: own.cartId }) })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 0 })
  }
  await commerce.carts.hold(await filled(shop, ben, { MUG: 3 }))
  await commerce.customers.erase({ actor: staff, customerId: 'ben' })
  expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 0 })
  await expectSound(commerce)
})
