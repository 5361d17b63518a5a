import { type Commerce, isCommerceError } from '@cartwright/core'
import { describe, expect, test } from 'vitest'
import { faultyShop, unknown } from '../faulty-shop.ts'
import { address, expectSound, placeWith, quotedCart, staff, stockOf } from '../test-shop.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

async function workFor(commerce: Commerce, clock: { advance(ms: number): void }, days: number): Promise<void> {
  for (let hours = 0; hours < days * 24; hours += 2) {
    clock.advance(2 * hour)
    await commerce.worker.runOnce()
  }
}

describe('authorisations', () => {
  test('one that is voided while another call books it does not stand behind a confirmed order', async () => {
    const { commerce, bank, faults, theirs } = await faultyShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    const { order } = await placeWith(commerce, cart, 'card_requires_action', 'k', 'manual')
    bank.ledger.completeAction(theirs()[0]?.providerPaymentId ?? '')
    // The buyer's second tab asks how the payment stands, while the first one cancels.
    faults.void = async (params) => {
      delete faults.void
      const refreshed = commerce.checkout.resume({ actor: cart.actor, orderId: order.id, idempotencyKey: 'r' })
      await refreshed
      return bank.void(params)
    }
    await commerce.checkout.cancel({ actor: cart.actor, orderId: order.id }).catch((error: unknown) => expect(isCommerceError(error)).toBe(true))
    await commerce.worker.runOnce()
    expect(theirs()[0]?.status).toBe('canceled')
    expect((await commerce.orders.get({ actor: staff, id: order.id })).paymentStatus).not.toBe('authorised')
    await expect(commerce.orders.fulfil({ actor: staff, orderId: order.id })).rejects.toMatchObject({ code: 'ORDER_CLOSED' })
  })

  test('nor does one whose voiding got no answer', async () => {
    const { commerce, clock, bank, faults, theirs } = await faultyShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    const { order } = await placeWith(commerce, cart, 'card_requires_action', 'k', 'manual')
    bank.ledger.completeAction(theirs()[0]?.providerPaymentId ?? '')
    faults.getPayment = async (params) => {
      delete faults.getPayment
      const seen = await bank.getPayment(params)
      faults.void = async (asked) => {
        await bank.void(asked)
        return unknown()
      }
      await commerce.checkout.cancel({ actor: cart.actor, orderId: order.id }).catch((error: unknown) => expect(isCommerceError(error)).toBe(true))
      delete faults.void
      return seen
    }
    await commerce.checkout.resume({ actor: cart.actor, orderId: order.id, idempotencyKey: 'r' })
    await workFor(commerce, clock, 2)
    expect(theirs()[0]?.status).toBe('canceled')
    await expect(commerce.orders.fulfil({ actor: staff, orderId: order.id })).rejects.toMatchObject({ code: 'ORDER_CLOSED' })
    await expectSound(commerce)
  })

  test('one that comes when the goods are gone is let go', async () => {
    const { commerce, clock, theirs } = await faultyShop()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 10 }), 'card_timeout', 'k', 'manual')
    clock.advance(hour)
    expect((await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'l')).outcome).toBe('confirmed')
    await workFor(commerce, clock, 2)
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ status: 'expired' })
    expect(theirs()[0]).toMatchObject({ status: 'canceled', capturableMinor: 0 })
    await expectSound(commerce)
  })

  test('one whose payment could not be called off earlier is let go when staff cancel the order', async () => {
    const { commerce, clock, bank, theirs, ours } = await faultyShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    const { order } = await placeWith(commerce, cart, 'card_late', 'k', 'manual')
    await commerce.checkout.cancel({ actor: cart.actor, orderId: order.id }).catch(() => {})
    bank.ledger.settle(theirs()[0]?.providerPaymentId ?? '')
    clock.advance(hour)
    await commerce.worker.runOnce()
    await commerce.orders.cancel({ actor: staff, orderId: order.id })
    await workFor(commerce, clock, 2)
    expect(theirs()[0]).toMatchObject({ status: 'canceled', capturableMinor: 0 })
    expect((await ours(order.id))[0]).toMatchObject({ status: 'cancelled', authorisedMinor: 0, nextCheckAt: null })
    await expectSound(commerce)
  })

  test('one booked while another process found nothing at the bank is not cancelled on paper only', async () => {
    const { commerce, clock, faults, dieAt, ours, bank } = await faultyShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    dieAt('payment.starting')
    await expect(placeWith(commerce, cart, 'card_ok', 'k', 'manual')).rejects.toThrow('died')
    dieAt('')
    const [order] = (await commerce.orders.list({ actor: staff })).items
    const orderId = order?.id ?? ''
    clock.advance(31_000)
    // Staff cancel; the look-up finds nothing, and before that is booked the buyer's repeated call has paid.
    faults.findByOurId = async (params) => {
      delete faults.findByOurId
      const found = await bank.findByOurId(params)
      expect((await placeWith(commerce, cart, 'card_ok', 'k', 'manual')).outcome).toBe('confirmed')
      return found
    }
    await commerce.orders.cancel({ actor: staff, orderId }).catch((error: unknown) => expect(isCommerceError(error)).toBe(true))
    await workFor(commerce, clock, 2)
    const [payment] = await ours(orderId)
    if (payment?.status === 'cancelled') expect(payment.authorisedMinor).toBe(0)
    await expectSound(commerce)
  })

  test('one of less than the total does not confirm the order', async () => {
    const { commerce, faults, bank } = await faultyShop()
    faults.start = async (params) => {
      const answer = await bank.start(params)
      return answer.outcome === 'accepted' ? { ...answer, value: { ...answer.value, capturableMinor: 100 } } : answer
    }
    const placed = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'k', 'manual')
    expect(placed.outcome).not.toBe('confirmed')
  })
})

describe('payments that ended', () => {
  test('a payment given up unseen that then turns out to wait for the buyer is called off at the bank', async () => {
    const { commerce, clock, bank, faults, theirs, ours } = await faultyShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    faults.start = async (params) => {
      await bank.start(params)
      return unknown()
    }
    faults.findByOurId = async () => []
    const { order } = await placeWith(commerce, cart, 'card_requires_action', 'k')
    clock.advance(hour)
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ status: 'expired' })
    delete faults.start
    delete faults.findByOurId
    await workFor(commerce, clock, 7)
    expect(theirs()[0]?.status).toBe('canceled')
    expect((await ours(order.id))[0]?.nextCheckAt).toBeNull()
  })

  test('a payment given up unseen that then turns out to be declined is looked at no more', async () => {
    const { commerce, clock, bank, faults, ours } = await faultyShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    faults.start = async (params) => {
      await bank.start(params)
      return unknown()
    }
    faults.findByOurId = async () => []
    const { order } = await placeWith(commerce, cart, 'card_declined', 'k')
    clock.advance(hour)
    await commerce.worker.runOnce()
    delete faults.start
    delete faults.findByOurId
    await workFor(commerce, clock, 7)
    expect((await ours(order.id))[0]?.nextCheckAt).toBeNull()
  })

  test('one given up unseen is looked for during a day, however often it was asked for before', async () => {
    const { commerce, clock, bank, ours } = await faultyShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    const { order } = await placeWith(commerce, cart, 'card_unreachable', 'k')
    for (let tick = 0; tick < 200; tick += 1) {
      clock.advance(6_000)
      await commerce.worker.runOnce()
    }
    clock.advance(15 * minute)
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ status: 'expired' })
    clock.advance(hour)
    await commerce.worker.runOnce()
    const [payment] = await ours(order.id)
    bank.ledger.chargeElsewhere({ amount: { amountMinor: 1250, currency: 'USD' }, paymentId: payment?.id ?? null, orderId: order.id as never })
    await workFor(commerce, clock, 2)
    await expectSound(commerce)
  })

  test('one that the bank knows by its own id is not given up because a look-up came back empty once', async () => {
    const { commerce, clock, faults, ours } = await faultyShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    const { order } = await placeWith(commerce, cart, 'card_requires_action', 'k')
    faults.getPayment = async () => undefined
    clock.advance(minute)
    await commerce.worker.runOnce()
    expect((await ours(order.id))[0]?.status).toBe('requires_action')
  })

  test('an order is not cancelled while a payment known to the bank may still be made', async () => {
    const { commerce, clock, faults, theirs } = await faultyShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    const { order } = await placeWith(commerce, cart, 'card_requires_action', 'k')
    faults.getPayment = async () => undefined
    await commerce.checkout.cancel({ actor: cart.actor, orderId: order.id }).catch(() => {})
    delete faults.getPayment
    await workFor(commerce, clock, 2)
    expect(theirs()[0]?.status).toBe('canceled')
  })

  test('one that stopped processing and failed does not hold the goods for days', async () => {
    const { commerce, clock, bank, theirs } = await faultyShop()
    await placeWith(commerce, await quotedCart(commerce, { MUG: 10 }), 'card_never', 'k')
    bank.ledger.settle(theirs()[0]?.providerPaymentId ?? '', 'failed')
    clock.advance(hour)
    await commerce.worker.runOnce()
    clock.advance(hour)
    await commerce.worker.runOnce()
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 0 })
  })
})

describe('keys past the 23 hours that a provider remembers them', () => {
  test('a refund that takes days is looked up, not sent again', async () => {
    const { commerce, clock, bank, faults } = await faultyShop()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_slow_refund', 'k')
    let sent = 0
    faults.refund = async (params) => {
      sent += 1
      // A provider forgets a key after a day.
      return bank.refund({ ...params, idempotencyKey: `${params.idempotencyKey}@${clock.date().toISOString().slice(0, 10)}` })
    }
    await commerce.orders.cancel({ actor: staff, orderId: order.id })
    await workFor(commerce, clock, 3)
    for (const refund of bank.ledger.refunds()) bank.ledger.settleRefund(refund.providerRefundId)
    await workFor(commerce, clock, 1)
    expect(await commerce.payments.refundsOfOrder({ actor: staff, orderId: order.id })).toMatchObject([{ status: 'succeeded' }])
    await expectSound(commerce)
    expect(sent).toBeLessThan(40)
  })

  test('a purchase repeated two days after a crash does not charge twice', async () => {
    const { commerce, clock, bank, faults, dieAt } = await faultyShop()
    faults.start = (params) => bank.start({ ...params, idempotencyKey: `${params.idempotencyKey}@${clock.date().toISOString().slice(0, 10)}` })
    const cart = await quotedCart(commerce, { MUG: 1 })
    dieAt('payment.started')
    await expect(placeWith(commerce, cart, 'card_ok', 'k')).rejects.toThrow('died')
    dieAt('')
    clock.advance(2 * day)
    await placeWith(commerce, cart, 'card_ok', 'k').catch((error: unknown) => expect(isCommerceError(error)).toBe(true))
    await workFor(commerce, clock, 1)
    const { capturedMinor = 0, refundedMinor = 0 } = bank.ledger.totals().byCurrency.USD ?? {}
    expect(capturedMinor - refundedMinor).toBeLessThanOrEqual(1250)
  })
})

describe('the worker', () => {
  test('comes to an end while the bank hangs, and does its other jobs', async () => {
    const { commerce, clock, faults } = await faultyShop()
    for (let index = 0; index < 8; index += 1) await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_unreachable', `k${index}`)
    let calls = 0
    const hangs = async () => {
      calls += 1
      if (calls > 200) throw new Error('enough')
      clock.advance(10_000)
      throw new Error('timed out')
    }
    faults.findByOurId = hangs
    clock.advance(minute)
    await commerce.worker.runOnce({ jobs: ['completer'] })
    expect(calls).toBeLessThan(50)
  })
})

describe('the audit', () => {
  test('reports an order that has been pending for a month', async () => {
    const { commerce, clock, faults } = await faultyShop()
    await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_requires_action', 'k')
    faults.getPayment = async () => Promise.reject(new Error('gone'))
    await workFor(commerce, clock, 30)
    expect((await commerce.orders.list({ actor: staff, status: 'pending' })).items).toHaveLength(1)
    expect((await commerce.audit()).violations).toBeGreaterThan(0)
  })

  test('reports a refund that has been on its way for a month', async () => {
    const { commerce, clock, faults } = await faultyShop()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'k')
    faults.refund = unknown
    await commerce.orders.cancel({ actor: staff, orderId: order.id })
    await workFor(commerce, clock, 30)
    expect((await commerce.audit()).violations).toBeGreaterThan(0)
  })

  test('does not object to a key used anew after it was forgotten', async () => {
    const { commerce, clock } = await faultyShop()
    const actor = { type: 'customer', customerId: 'ada' } as const
    const buy = async () => {
      const { cart } = await commerce.carts.create({ actor })
      await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 1 })
      const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' })
      const payment = { provider: 'fake', method: 'card_ok' }
      return commerce.checkout.place({ actor, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: 'monday' })
    }
    expect((await buy()).outcome).toBe('confirmed')
    clock.advance(8 * day)
    await commerce.worker.runOnce()
    expect((await buy()).outcome).toBe('confirmed')
    await expectSound(commerce)
  })

  test('has no say in reservations that the host claims for an order: only the engine makes those', async () => {
    const { commerce } = await faultyShop()
    const holder = { type: 'order', id: 'erp-77' } as never
    await expect(commerce.inventory.reserve({ claims: [{ sku: 'MUG', quantity: 1 }], holder })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expectSound(commerce)
  })
})

describe('answers', () => {
  test('cancelling what cannot be called off says so instead of returning a pending order', async () => {
    const { commerce } = await faultyShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    const { order } = await placeWith(commerce, cart, 'card_late', 'k')
    await expect(commerce.checkout.cancel({ actor: cart.actor, orderId: order.id })).rejects.toMatchObject({ code: 'CHECKOUT_IN_PROGRESS' })
  })

  test('a declined key repeated after another card paid does not ask for yet another card', async () => {
    const { commerce } = await faultyShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    const first = await placeWith(commerce, cart, 'card_declined', 'a')
    await commerce.checkout.resume({ actor: cart.actor, orderId: first.order.id, payment: { provider: 'fake', method: 'card_ok' }, idempotencyKey: 'b' })
    expect((await placeWith(commerce, cart, 'card_declined', 'a')).outcome).toBe('confirmed')
  })

  test('a quoted backorder is refused once the goods may not be backordered', async () => {
    const { commerce } = await faultyShop()
    const product = (backorder: 'allow' | 'deny') => ({
      handle: 'lamp',
      title: 'Lamp',
      variants: [{ sku: 'LAMP', prices: [{ currency: 'USD', amountMinor: 5000 }], stock: [{ quantity: 1 }], backorder }],
    })
    await commerce.catalog.upsertMany({ products: [product('allow')] })
    const cart = await quotedCart(commerce, { LAMP: 3 })
    await commerce.catalog.upsertMany({ products: [product('deny')] })
    await expect(placeWith(commerce, cart, 'card_ok', 'k')).rejects.toMatchObject({ code: 'OUT_OF_STOCK' })
  })

  test('a card number with a digit before it is refused too', async () => {
    const { commerce } = await faultyShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    const shippingAddress = { ...address, line2: '1 4111 1111 1111 1111' }
    await expect(commerce.checkout.quote({ actor: cart.actor, cartId: cart.cartId, shippingAddress, shippingMethod: 'standard' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    })
  })

  test('two keys that differ in a broken character are two keys', async () => {
    const { commerce } = await faultyShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    const first = await placeWith(commerce, cart, 'card_ok', 'k\ud800').catch((error: unknown) => error)
    const second = await placeWith(commerce, cart, 'card_ok', 'k\ud801').catch((error: unknown) => error)
    expect([first, second]).toMatchObject([{ code: 'INVALID_INPUT' }, { code: 'INVALID_INPUT' }])
  })
})
