import { describe, expect, test } from 'vitest'
import { address, expectSound, placeWith, quotedCart, staff, stockOf, testShop } from '../../test/test-shop.ts'
import { isCommerceError } from '../errors.ts'
import { cryptoRandom, type Random } from '../ids.ts'

describe('place', () => {
  test('confirms an order with a good card, takes the money once and commits the stock', async () => {
    const { commerce, bank } = await testShop()
    const cart = await quotedCart(commerce, { MUG: 2, 'TEE-S': 1 })
    const placed = await placeWith(commerce, cart, 'card_ok', 'key-1')

    expect(placed.outcome).toBe('confirmed')
    expect(placed.order).toMatchObject({
      status: 'confirmed',
      paymentStatus: 'paid',
      totalMinor: 4500,
      displayStatus: 'confirmed',
      expiresAt: null,
      version: 2,
    })
    expect(placed.order).not.toHaveProperty('guestTokenHash')
    expect(bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 4500 } })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 2 })
    const { actor, cartId } = cart
    expect((await commerce.carts.get({ actor, cartId })).status).toBe('ordered')
    await expectSound(commerce)
  })

  test('answers a repeated key with the same order, and refuses it with other parameters', async () => {
    const { commerce, bank } = await testShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    const first = await placeWith(commerce, cart, 'card_ok', 'same')
    const second = await placeWith(commerce, cart, 'card_ok', 'same')
    expect(second).toEqual(first)
    expect(bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 1250 } })
    await expect(placeWith(commerce, cart, 'card_declined', 'same')).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
    await expectSound(commerce)
  })

  test('keeps order and stock after a decline, replays the decline, and takes another card', async () => {
    const { commerce, bank } = await testShop()
    const cart = await quotedCart(commerce, { MUG: 3 })
    const declined = await placeWith(commerce, cart, 'card_insufficient_funds', 'first')
    expect(declined).toMatchObject({ outcome: 'declined', decline: { code: 'insufficient_funds' }, order: { status: 'pending', paymentStatus: 'none' } })
    expect(await placeWith(commerce, cart, 'card_insufficient_funds', 'first')).toEqual(declined)
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 3 })

    const resume = { actor: cart.actor, orderId: declined.order.id, payment: { provider: 'fake', method: 'card_ok' }, idempotencyKey: 'second' }
    const resumed = await commerce.checkout.resume(resume)
    expect(resumed).toMatchObject({ outcome: 'confirmed', order: { id: declined.order.id, paymentStatus: 'paid' } })
    expect(await commerce.checkout.resume(resume)).toEqual(resumed)
    expect(await commerce.payments.ofOrder({ actor: cart.actor, orderId: declined.order.id })).toMatchObject([{ status: 'failed' }, { status: 'captured' }])
    expect(bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 3750 } })
    await expectSound(commerce)
  })

  test('hands out the action the buyer must take, and confirms once it was taken', async () => {
    const { commerce, bank } = await testShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    const waiting = await placeWith(commerce, cart, 'card_requires_action', 'k')
    expect(waiting).toMatchObject({ outcome: 'requires_action', action: { type: 'redirect' }, order: { status: 'pending', paymentStatus: 'pending' } })
    expect(await placeWith(commerce, cart, 'card_requires_action', 'k')).toEqual(waiting)

    const [payment] = await commerce.payments.ofOrder({ actor: cart.actor, orderId: waiting.order.id })
    bank.ledger.completeAction(payment?.providerPaymentId ?? '')
    const done = await commerce.checkout.resume({ actor: cart.actor, orderId: waiting.order.id, idempotencyKey: 'back' })
    expect(done).toMatchObject({ outcome: 'confirmed', order: { status: 'confirmed', paymentStatus: 'paid' } })
    await expectSound(commerce)
  })

  test('reports a lost answer as pending, and the worker finds the money', async () => {
    const { commerce, clock } = await testShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    const lost = await placeWith(commerce, cart, 'card_timeout', 'k')
    expect(lost).toMatchObject({ outcome: 'pending', order: { status: 'pending' } })
    clock.advance(10_000)
    expect(await commerce.worker.runOnce({ jobs: ['completer'] })).toEqual({ completer: { done: 1, failed: 0 } })
    expect(await placeWith(commerce, cart, 'card_timeout', 'k')).toMatchObject({ outcome: 'confirmed' })
    await expectSound(commerce)
  })

  test('confirms what costs nothing without a payment', async () => {
    const { commerce } = await testShop()
    const { actor, cartId, quote } = await quotedCart(commerce, { FREE: 2 })
    const place = { actor, cartId, expectedTotal: quote.total, idempotencyKey: 'free' }
    const placed = await commerce.checkout.place(place)
    expect(placed).toMatchObject({ outcome: 'confirmed', order: { paymentStatus: 'none', totalMinor: 0 } })
    expect(await commerce.checkout.place(place)).toEqual(placed)
    expect(await stockOf(commerce, 'FREE')).toEqual({ onHand: 3, reserved: 2 })
    await expectSound(commerce)
  })

  test('sells what is not stock-tracked without reserving anything', async () => {
    const { commerce } = await testShop()
    const placed = await placeWith(commerce, await quotedCart(commerce, { PDF: 4 }), 'card_ok', 'k')
    expect(placed.order).toMatchObject({ status: 'confirmed', reservationId: null })
    await expectSound(commerce)
  })

  test('authorises with manual capture; staff capture it later, once', async () => {
    const { commerce, bank } = await testShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    const placed = await placeWith(commerce, cart, 'card_ok', 'k', 'manual')
    expect(placed).toMatchObject({ outcome: 'confirmed', order: { paymentStatus: 'authorised' } })
    const orderId = placed.order.id
    await expect(commerce.payments.capture({ actor: cart.actor, orderId })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await commerce.payments.capture({ actor: staff, orderId })).toMatchObject({ status: 'captured', capturedMinor: 1250, authorisedMinor: 0 })
    expect(await commerce.payments.capture({ actor: staff, orderId })).toMatchObject({ status: 'captured' })
    expect(await commerce.orders.get({ actor: staff, id: orderId })).toMatchObject({ paymentStatus: 'paid' })
    expect(bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 1250 } })
    await expectSound(commerce)
  })
})

describe('place refuses', () => {
  test('a total the buyer did not agree to, for good under that key', async () => {
    const { commerce } = await testShop()
    const { actor, cartId, quote } = await quotedCart(commerce, { MUG: 1 })
    const place = { actor, cartId, expectedTotal: { amountMinor: 1, currency: 'USD' }, payment: { provider: 'fake', method: 'card_ok' }, idempotencyKey: 'k' }
    for (const _ of [1, 2]) {
      await expect(commerce.checkout.place(place)).rejects.toMatchObject({ code: 'TOTAL_CHANGED', details: { total: quote.total }, retryable: false })
    }
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 0 })
    await expectSound(commerce)
  })

  test('to oversell, naming what is available, and keeps refusing under that key', async () => {
    const { commerce } = await testShop()
    const cart = await quotedCart(commerce, { MUG: 4, 'TEE-S': 6 })
    await expect(placeWith(commerce, cart, 'card_ok', 'k')).rejects.toMatchObject({
      code: 'OUT_OF_STOCK',
      details: { sku: 'TEE-S', requested: 6, available: 5 },
    })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 0 })
    await commerce.inventory.adjust({ sku: 'TEE-S', by: 10, reason: 'received' })
    await expect(placeWith(commerce, cart, 'card_ok', 'k')).rejects.toMatchObject({ code: 'OUT_OF_STOCK' })
    expect(await placeWith(commerce, cart, 'card_ok', 'other')).toMatchObject({ outcome: 'confirmed' })
    await expectSound(commerce)
  })

  test('a price that rose since the quote, with the new total', async () => {
    const { commerce } = await testShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    await commerce.catalog.setPrice({ sku: 'MUG', price: { currency: 'USD', amountMinor: 1400 } })
    await expect(placeWith(commerce, cart, 'card_ok', 'k')).rejects.toMatchObject({
      code: 'TOTAL_CHANGED',
      details: { total: { amountMinor: 1400, currency: 'USD' } },
    })
    await expectSound(commerce)
  })

  test('a product withdrawn since the quote, naming the line', async () => {
    const { commerce } = await testShop()
    const cart = await quotedCart(commerce, { MUG: 1, PDF: 1 })
    const { id } = await commerce.catalog.get({ handle: 'mug' })
    await commerce.catalog.archive({ productId: id })
    await expect(placeWith(commerce, cart, 'card_ok', 'k')).rejects.toMatchObject({
      code: 'CART_PROBLEMS',
      details: { problems: [{ type: 'unavailable', sku: 'MUG' }] },
    })
  })

  test('a cart without a quote, a foreign cart, an unknown provider, a missing payment, and a card number', async () => {
    const { commerce } = await testShop()
    const { cart, guestToken = '' } = await commerce.carts.create({})
    const actor = { type: 'guest', token: guestToken } as const
    await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 1 })
    const expectedTotal = { amountMinor: 1250, currency: 'USD' }
    const payment = { provider: 'fake', method: 'card_ok' }
    const base = { actor, cartId: cart.id, expectedTotal, payment, idempotencyKey: 'k' }
    await expect(commerce.checkout.place(base)).rejects.toMatchObject({ code: 'QUOTE_MISSING' })
    const stranger = { type: 'guest', token: 'x'.repeat(43) } as const
    await expect(commerce.checkout.place({ ...base, actor: stranger })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' })
    await expect(commerce.checkout.place({ ...base, payment: { provider: 'nobody', method: 'm' } })).rejects.toMatchObject({
      code: 'PROVIDER_UNKNOWN',
      details: { configured: ['fake'] },
    })
    const { payment: _none, ...unpaid } = base
    await expect(commerce.checkout.place(unpaid)).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { issues: [{ path: 'payment' }] } })
    await expect(commerce.checkout.place({ ...base, payment: { provider: 'fake', method: '4242 4242 4242 4242' } })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    })
    await expect(
      commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: { ...address, line1: 'card 4000056655665556' }, shippingMethod: 'standard' }),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { issues: [{ path: 'shippingAddress.line1' }] } })
  })

  test('an amount the provider cannot charge and a method nobody ships by, in the quote', async () => {
    const { commerce } = await testShop()
    const { cart, guestToken = '' } = await commerce.carts.create({})
    const actor = { type: 'guest', token: guestToken } as const
    await commerce.catalog.setPrice({ sku: 'MUG', price: { currency: 'USD', amountMinor: 49 } })
    await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 1 })
    const quote = { actor, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' }
    await expect(commerce.checkout.quote(quote)).rejects.toMatchObject({ code: 'AMOUNT_NOT_CHARGEABLE', details: { amountMinor: 49 } })
    await expect(commerce.checkout.quote({ ...quote, shippingMethod: 'rocket' })).rejects.toMatchObject({
      code: 'SHIPPING_UNAVAILABLE',
      details: { available: ['standard'] },
    })
  })
})

describe('one cart, several attempts', () => {
  test('quotes again by itself when the cart grew but the total agreed to is the new one', async () => {
    const { commerce } = await testShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    await commerce.carts.addLine({ actor: cart.actor, cartId: cart.cartId, sku: 'PDF', quantity: 1 })
    const placed = await commerce.checkout.place({
      ...{ actor: cart.actor, cartId: cart.cartId, idempotencyKey: 'k' },
      expectedTotal: { amountMinor: 2150, currency: 'USD' },
      payment: { provider: 'fake', method: 'card_ok' },
    })
    expect(placed.order.lines.map(({ sku }) => sku)).toEqual(['MUG', 'PDF'])
    await expectSound(commerce)
  })

  test('a new attempt supersedes one whose card was declined, and one that waits for the buyer', async () => {
    const { commerce, clock } = await testShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    const first = await placeWith(commerce, cart, 'card_declined', 'a')
    const second = await placeWith(commerce, cart, 'card_requires_action', 'b')
    const third = await placeWith(commerce, cart, 'card_ok', 'c')
    expect(third).toMatchObject({ outcome: 'confirmed' })
    for (const { order } of [first, second]) expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ status: 'cancelled' })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 1 })
    clock.advance(3_600_000)
    await commerce.worker.runOnce()
    await expectSound(commerce)
  })

  test('a new attempt is refused, retryably, while an old payment may still succeed, and for good once the cart is an order', async () => {
    const { commerce } = await testShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    const waiting = await placeWith(commerce, cart, 'card_late', 'a')
    expect(waiting.outcome).toBe('pending')
    await expect(placeWith(commerce, cart, 'card_ok', 'b')).rejects.toMatchObject({
      code: 'CHECKOUT_IN_PROGRESS',
      retryable: true,
      details: { orderId: waiting.order.id },
    })
    const other = await quotedCart(commerce, { MUG: 1 })
    await placeWith(commerce, other, 'card_ok', 'c')
    const again = await placeWith(commerce, other, 'card_ok', 'd').catch((error: unknown) => error)
    expect(isCommerceError(again, 'CART_CLOSED')).toBe(true)
    await expectSound(commerce)
  })

  test('an edit in another tab after the payment began leaves the order as it was quoted', async () => {
    const { commerce, bank } = await testShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    const waiting = await placeWith(commerce, cart, 'card_requires_action', 'a')
    await commerce.carts.addLine({ actor: cart.actor, cartId: cart.cartId, sku: 'TEE-S', quantity: 5 })
    const [payment] = await commerce.payments.ofOrder({ actor: cart.actor, orderId: waiting.order.id })
    bank.ledger.completeAction(payment?.providerPaymentId ?? '')
    const done = await commerce.checkout.resume({ actor: cart.actor, orderId: waiting.order.id, idempotencyKey: 'r' })
    expect(done.order).toMatchObject({ status: 'confirmed', totalMinor: 1250, lines: [{ sku: 'MUG', quantity: 1 }] })
    expect(await stockOf(commerce, 'TEE-S')).toEqual({ onHand: 5, reserved: 0 })
    await expectSound(commerce)
  })
})

describe('the number of an order', () => {
  /** Draws the same eight bytes, which are an order's number, until it is told to go on; every other length is really random. */
  function repeatingNumbers(repeats: number): Random {
    let left = repeats
    return {
      bytes: (length) => {
        if (length !== 8 || left === 0) return cryptoRandom.bytes(length)
        left -= 1
        return new Uint8Array(8)
      },
    }
  }

  test('that another order has is drawn anew, and the order is placed once', async () => {
    const { commerce, bank } = await testShop({ random: repeatingNumbers(3) })
    const first = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'one')
    const second = await placeWith(commerce, await quotedCart(commerce, { MUG: 2 }), 'card_ok', 'two')
    expect(first.order.number).toBe('2222-2222')
    expect(second).toMatchObject({ outcome: 'confirmed', order: { number: expect.not.stringMatching('2222-2222') } })
    expect(bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 3750 } })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 3 })
    await expectSound(commerce)
  })

  test('that is never free is a conflict in the end, and nothing is held', async () => {
    const { commerce } = await testShop({ random: repeatingNumbers(100) })
    await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'one')
    const cart = await quotedCart(commerce, { MUG: 2 })
    await expect(placeWith(commerce, cart, 'card_ok', 'two')).rejects.toMatchObject({ code: 'CONFLICT', details: { object: 'order number' } })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 1 })
    await expectSound(commerce)
  })
})
