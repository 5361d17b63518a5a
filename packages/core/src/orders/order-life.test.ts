import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { faultyStorage } from '@cartwright/testing/faults'
import { describe, expect, test } from 'vitest'
import { expectSound, placeWith, quotedCart, staff, stockOf, testShop } from '../../test/test-shop.ts'

const hour = 3_600_000

async function confirmedOrder(goods: Readonly<Record<string, number>>) {
  const shop = await testShop()
  const cart = await quotedCart(shop.commerce, goods)
  const { order } = await placeWith(shop.commerce, cart, 'card_ok', 'k')
  return { ...shop, cart, order }
}

test('a parcel that has been booked is answered, though nothing can be read any more', async () => {
  const outage = { on: false }
  const real = sqliteStorage({ file: ':memory:' })
  const storage = faultyStorage(real, { next: (call) => (outage.on && call === 'snapshot' ? 'busy' : undefined) })
  const { commerce } = await testShop({ storage })
  const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 2 }), 'card_ok', 'k')
  const ship = { actor: staff, orderId: order.id, idempotencyKey: 'ship-1' }
  outage.on = true
  const parcel = await commerce.orders.fulfil(ship)
  expect(await commerce.orders.fulfil(ship)).toEqual(parcel)
  outage.on = false
  expect(await commerce.orders.fulfilments({ actor: staff, orderId: order.id })).toEqual([parcel])
})

describe('fulfil and deliver', () => {
  test('ships in two parts with tracking, delivers both, and consumes the stock exactly once', async () => {
    const { commerce, cart, order } = await confirmedOrder({ MUG: 3, PDF: 1 })
    const mug = order.lines.find(({ sku }) => sku === 'MUG')
    const part = {
      actor: staff,
      orderId: order.id,
      lines: [{ orderLineId: mug?.id ?? '', quantity: 2 }],
      carrier: 'DHL',
      trackingNumber: 'T1',
      idempotencyKey: 'ship-1',
    }
    const first = await commerce.orders.fulfil(part)
    expect(await commerce.orders.fulfil(part)).toEqual(first)
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ fulfilmentStatus: 'partial', displayStatus: 'partly shipped' })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 8, reserved: 1 })

    const rest = await commerce.orders.fulfil({ actor: staff, orderId: order.id, trackingUrl: 'https://track.example/T2' })
    expect(rest.lines.map(({ quantity }) => quantity)).toEqual([1, 1])
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 7, reserved: 0 })
    await commerce.orders.deliver({ actor: staff, fulfilmentId: rest.id })
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ fulfilmentStatus: 'shipped' })
    await commerce.orders.deliver({ actor: staff, fulfilmentId: first.id })
    await commerce.orders.deliver({ actor: staff, fulfilmentId: first.id })
    expect(await commerce.orders.get({ actor: cart.actor, number: order.number })).toMatchObject({ displayStatus: 'delivered' })

    const story = await commerce.orders.timeline({ actor: cart.actor, orderId: order.id })
    expect(story.map(({ type, trackingNumber, trackingUrl }) => [type, trackingNumber, trackingUrl])).toEqual([
      ['placed', null, null],
      ['confirmed', null, null],
      ['shipped', 'T1', null],
      ['shipped', null, 'https://track.example/T2'],
      ['delivered', null, 'https://track.example/T2'],
      ['delivered', 'T1', null],
    ])
    await expectSound(commerce)
  })

  test('refuses too many units, a line named twice, an empty rest, an unpaid order, and buyers', async () => {
    const { commerce, cart, order } = await confirmedOrder({ MUG: 2 })
    const orderLineId = order.lines[0]?.id ?? ''
    const fulfil = (lines?: { orderLineId: string; quantity: number }[]) =>
      commerce.orders.fulfil({ actor: staff, orderId: order.id, ...(lines ? { lines } : {}) })
    await expect(fulfil([{ orderLineId, quantity: 3 }])).rejects.toMatchObject({ code: 'NOTHING_TO_FULFIL', details: { remaining: 2 } })
    await expect(
      fulfil([
        { orderLineId, quantity: 1 },
        { orderLineId, quantity: 1 },
      ]),
    ).rejects.toMatchObject({ code: 'NOTHING_TO_FULFIL' })
    await expect(commerce.orders.fulfil({ actor: cart.actor, orderId: order.id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await fulfil()
    await expect(fulfil()).rejects.toMatchObject({ code: 'NOTHING_TO_FULFIL', details: { remaining: 0 } })
    const unpaid = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_declined', 'k2')
    await expect(commerce.orders.fulfil({ actor: staff, orderId: unpaid.order.id })).rejects.toMatchObject({
      code: 'ORDER_CLOSED',
      details: { status: 'pending' },
    })
    await expectSound(commerce)
  })

  test('ships a backordered unit only once it has arrived', async () => {
    const { commerce } = await testShop()
    const usd = [{ currency: 'USD', amountMinor: 500 }]
    await commerce.catalog.upsertMany({
      products: [{ handle: 'lamp', title: 'Lamp', variants: [{ sku: 'LAMP', prices: usd, backorder: 'allow', stock: [{ quantity: 1 }] }] }],
    })
    const { order } = await placeWith(commerce, await quotedCart(commerce, { LAMP: 3 }), 'card_ok', 'k')
    expect(await stockOf(commerce, 'LAMP')).toEqual({ onHand: 1, reserved: 1 })
    await expectSound(commerce)
    await expect(commerce.orders.fulfil({ actor: staff, orderId: order.id })).rejects.toMatchObject({ code: 'OUT_OF_STOCK', details: { sku: 'LAMP' } })
    await commerce.inventory.adjust({ sku: 'LAMP', by: 2, reason: 'received' })
    await commerce.orders.fulfil({ actor: staff, orderId: order.id })
    expect(await stockOf(commerce, 'LAMP')).toEqual({ onHand: 0, reserved: 0 })
    await expectSound(commerce)
  })
})

describe('cancel', () => {
  test('a pending order: the provider first, then the stock; twice is once', async () => {
    const { commerce } = await testShop()
    const cart = await quotedCart(commerce, { MUG: 4 })
    const { order } = await placeWith(commerce, cart, 'card_requires_action', 'k')
    const cancel = { actor: cart.actor, orderId: order.id, reason: 'changed my mind' }
    expect(await commerce.checkout.cancel(cancel)).toMatchObject({ status: 'cancelled', paymentStatus: 'none', displayStatus: 'cancelled' })
    expect(await commerce.checkout.cancel(cancel)).toMatchObject({ status: 'cancelled' })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 0 })
    expect(await commerce.payments.ofOrder({ actor: staff, orderId: order.id })).toMatchObject([{ status: 'cancelled' }])
    expect(await placeWith(commerce, cart, 'card_ok', 'k2')).toMatchObject({ outcome: 'confirmed' })
    await expectSound(commerce)
  })

  test('a confirmed order: staff only, money refunded at once, stock back', async () => {
    const { commerce, bank, cart, order } = await confirmedOrder({ MUG: 2 })
    await expect(commerce.checkout.cancel({ actor: cart.actor, orderId: order.id })).rejects.toMatchObject({ code: 'ORDER_CLOSED' })
    const cancelled = await commerce.orders.cancel({ actor: staff, orderId: order.id, reason: 'damaged' })
    expect(cancelled).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded', displayStatus: 'refunded' })
    expect(bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 2500, refundedMinor: 2500 } })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 0 })
    await expectSound(commerce)
  })

  test('an authorised order: the authorisation is voided, nothing is refunded', async () => {
    const { commerce, bank } = await testShop()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 2 }), 'card_ok', 'k', 'manual')
    expect(await commerce.orders.cancel({ actor: staff, orderId: order.id })).toMatchObject({ status: 'cancelled', paymentStatus: 'none' })
    expect(bank.ledger.totals().byCurrency.USD?.capturedMinor ?? 0).toBe(0)
    await expectSound(commerce)
  })

  test('is refused once anything has shipped, and when the provider turns out to have the money', async () => {
    const { commerce, bank, order } = await confirmedOrder({ MUG: 2 })
    await commerce.orders.fulfil({ actor: staff, orderId: order.id, lines: [{ orderLineId: order.lines[0]?.id ?? '', quantity: 1 }] })
    await expect(commerce.orders.cancel({ actor: staff, orderId: order.id })).rejects.toMatchObject({ code: 'ORDER_CLOSED' })

    const cart = await quotedCart(commerce, { MUG: 1 })
    const waiting = await placeWith(commerce, cart, 'card_requires_action', 'k2')
    const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId: waiting.order.id })
    bank.ledger.completeAction(payment?.providerPaymentId ?? '')
    await expect(commerce.checkout.cancel({ actor: cart.actor, orderId: waiting.order.id })).rejects.toMatchObject({
      code: 'ORDER_CLOSED',
      details: { status: 'confirmed' },
    })
    expect(await commerce.orders.get({ actor: staff, id: waiting.order.id })).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' })
    await expectSound(commerce)
  })

  test('is refused, retryably, while the payment is being started by another call', async () => {
    let release = () => {}
    const stopped = new Promise<void>((resolve) => {
      release = resolve
    })
    let reached = () => {}
    const atStart = new Promise<void>((resolve) => {
      reached = resolve
    })
    const probe = async (step: string) => {
      if (step !== 'payment.starting') return
      reached()
      await stopped
    }
    const { commerce } = await testShop({ probe })
    const cart = await quotedCart(commerce, { MUG: 1 })
    const placing = placeWith(commerce, cart, 'card_ok', 'k')
    await atStart
    const [pending] = (await commerce.orders.list({ actor: cart.actor })).items
    await expect(commerce.checkout.cancel({ actor: cart.actor, orderId: pending?.id ?? '' })).rejects.toMatchObject({
      code: 'CHECKOUT_IN_PROGRESS',
      retryable: true,
    })
    release()
    expect(await placing).toMatchObject({ outcome: 'confirmed' })
    await expectSound(commerce)
  })
})

describe('expiry and late money', () => {
  test('an unpaid order gives its stock back when its time is up', async () => {
    const { commerce, clock } = await testShop()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 10 }), 'card_declined', 'k')
    clock.advance(hour)
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ status: 'expired', displayStatus: 'expired' })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 0 })
    await expectSound(commerce)
  })

  test('waiting for the buyer extends the hold once', async () => {
    const { commerce, clock } = await testShop()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_requires_action', 'k')
    expect(order.expiresAt).toEqual(new Date('2026-03-01T12:30:00Z'))
    clock.advance(20 * 60_000)
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ status: 'pending', expiresAt: order.expiresAt })
    clock.advance(11 * 60_000)
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ status: 'expired', paymentStatus: 'none' })
    await expectSound(commerce)
  })

  test('a payment that processes for long keeps its stock, and confirms when it succeeds', async () => {
    const { commerce, bank, clock } = await testShop()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_never', 'k')
    clock.advance(24 * hour)
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({
      status: 'pending',
      paymentStatus: 'pending',
      displayStatus: 'payment processing',
    })
    const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId: order.id })
    bank.ledger.settle(payment?.providerPaymentId ?? '')
    clock.advance(hour)
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' })
    await expectSound(commerce)
  })

  test('money that arrives after expiry revives the order while there is stock', async () => {
    const { commerce, bank, clock } = await testShop()
    const waiting = await placeWith(commerce, await quotedCart(commerce, { MUG: 2 }), 'card_unreachable', 'k')
    clock.advance(hour)
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: waiting.order.id })).toMatchObject({ status: 'expired' })

    const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId: waiting.order.id })
    bank.ledger.chargeElsewhere({ amount: { amountMinor: 2500, currency: 'USD' }, paymentId: payment?.id ?? null, orderId: waiting.order.id })
    clock.advance(hour)
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: waiting.order.id })).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 2 })
    await expectSound(commerce)
  })

  test('money that arrives after expiry goes back when the stock is gone', async () => {
    const { commerce, bank, clock } = await testShop()
    const waiting = await placeWith(commerce, await quotedCart(commerce, { 'TEE-S': 5 }), 'card_unreachable', 'k')
    clock.advance(hour)
    await commerce.worker.runOnce()
    await placeWith(commerce, await quotedCart(commerce, { 'TEE-S': 4 }), 'card_ok', 'other')

    const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId: waiting.order.id })
    bank.ledger.chargeElsewhere({ amount: { amountMinor: 10_000, currency: 'USD' }, paymentId: payment?.id ?? null, orderId: waiting.order.id })
    clock.advance(hour)
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: waiting.order.id })).toMatchObject({ status: 'expired', paymentStatus: 'refunded' })
    expect(bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 18_000, refundedMinor: 10_000 } })
    await expectSound(commerce)
  })

  test('a hold lost to another buyer before the payment ended: the order expires and the money goes back', async () => {
    const { commerce, bank, clock } = await testShop()
    const waiting = await placeWith(commerce, await quotedCart(commerce, { 'TEE-S': 5 }), 'card_requires_action', 'k')
    clock.advance(hour)
    const other = await placeWith(commerce, await quotedCart(commerce, { 'TEE-S': 5 }), 'card_ok', 'other')
    expect(other.outcome).toBe('confirmed')
    const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId: waiting.order.id })
    bank.ledger.completeAction(payment?.providerPaymentId ?? '')
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: waiting.order.id })).toMatchObject({ status: 'expired', paymentStatus: 'refunded' })
    expect(bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 20_000, refundedMinor: 10_000 } })
    await expectSound(commerce)
  })

  test('money of another amount is put under review and confirms nothing', async () => {
    const { commerce, bank, clock } = await testShop()
    const waiting = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_unreachable', 'k')
    const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId: waiting.order.id })
    bank.ledger.chargeElsewhere({ amount: { amountMinor: 1, currency: 'USD' }, paymentId: payment?.id ?? null, orderId: waiting.order.id })
    clock.advance(60_000)
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: waiting.order.id })).toMatchObject({
      status: 'pending',
      paymentStatus: 'review',
      displayStatus: 'under review',
    })
  })

  test('a payment that was never started is started by the worker, with the key it had', async () => {
    let die = true
    const probe = async (step: string) => {
      if (step === 'payment.starting' && die) throw new Error('the process dies here')
    }
    const { commerce, bank, clock } = await testShop({ probe })
    const cart = await quotedCart(commerce, { MUG: 1 })
    await expect(placeWith(commerce, cart, 'card_ok', 'k')).rejects.toThrow('dies here')
    await expect(placeWith(commerce, cart, 'card_ok', 'k')).rejects.toMatchObject({ code: 'IDEMPOTENCY_IN_FLIGHT' })
    die = false
    clock.advance(31_000)
    await commerce.worker.runOnce()
    expect(await placeWith(commerce, cart, 'card_ok', 'k')).toMatchObject({ outcome: 'confirmed' })
    expect(bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 1250 } })
    await expectSound(commerce)
  })

  test('a buyer who repeats the key after the crash finishes the order without the worker', async () => {
    let die = true
    const probe = async (step: string) => {
      if (step === 'payment.started' && die) throw new Error('the process dies here')
    }
    const { commerce, bank, clock } = await testShop({ probe })
    const cart = await quotedCart(commerce, { MUG: 1 })
    await expect(placeWith(commerce, cart, 'card_ok', 'k')).rejects.toThrow('dies here')
    die = false
    clock.advance(31_000)
    expect(await placeWith(commerce, cart, 'card_ok', 'k')).toMatchObject({ outcome: 'confirmed' })
    expect(bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 1250 } })
    await expectSound(commerce)
  })
})

describe('who may see an order', () => {
  test('its owner and staff; for everyone else it does not exist', async () => {
    const { commerce, order, cart } = await confirmedOrder({ MUG: 1 })
    const stranger = { type: 'guest', token: 'y'.repeat(43) } as const
    const customer = { type: 'customer', customerId: 'c-1' } as const
    for (const actor of [stranger, customer]) {
      const missing = { code: 'NOT_FOUND', details: { object: 'order' } }
      await expect(commerce.orders.get({ actor, id: order.id })).rejects.toMatchObject(missing)
      await expect(commerce.orders.get({ actor, number: order.number })).rejects.toMatchObject(missing)
      await expect(commerce.orders.timeline({ actor, orderId: order.id })).rejects.toMatchObject(missing)
      await expect(commerce.orders.fulfilments({ actor, orderId: order.id })).rejects.toMatchObject(missing)
      await expect(commerce.payments.ofOrder({ actor, orderId: order.id })).rejects.toMatchObject(missing)
      await expect(commerce.payments.refundsOfOrder({ actor, orderId: order.id })).rejects.toMatchObject(missing)
      await expect(commerce.checkout.cancel({ actor, orderId: order.id })).rejects.toMatchObject(missing)
      await expect(commerce.checkout.resume({ actor, orderId: order.id, idempotencyKey: 'k' })).rejects.toMatchObject(missing)
      expect((await commerce.orders.list({ actor })).items).toEqual([])
    }
    expect((await commerce.orders.list({ actor: cart.actor })).items.map(({ id }) => id)).toEqual([order.id])
    await expect(commerce.orders.history({ actor: cart.actor, orderId: order.id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect((await commerce.orders.history({ actor: staff, orderId: order.id })).map(({ change, actor }) => [change, actor.type])).toEqual([
      ['placed', 'guest'],
      ['confirmed', 'guest'],
    ])
  })
})
