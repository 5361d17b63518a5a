import { createCommerce, isCommerceError } from '@cartwright/core'
import type { PaymentProvider } from '@cartwright/core/ports'
import { fakePayments, manualClock } from '@cartwright/testing'
import { expect, test } from 'vitest'
import { faultyShop } from '../faulty-shop.ts'
import { address, placeWith, quotedCart, staff, testShop } from '../test-shop.ts'

const hour = 3_600_000
const day = 24 * hour

test('a finished key answers although its provider is no longer configured', async () => {
  const { commerce, storage, clock } = await faultyShop()
  const cart = await quotedCart(commerce, { MUG: 1 })
  expect((await placeWith(commerce, cart, 'card_ok', 'k')).outcome).toBe('confirmed')
  const later = await createCommerce({ storage, currency: 'USD', clock, payments: [fakePayments({ name: 'other' })] })
  expect((await placeWith(later, cart, 'card_ok', 'k')).outcome).toBe('confirmed')
})

test('an amount that the chosen provider cannot charge is refused before anything is held', async () => {
  const clock = manualClock(new Date('2026-03-01T12:00:00Z'))
  const picky = new Proxy(fakePayments({ name: 'picky' }), {
    get: (target, name) => (name === 'chargeable' ? () => ({ chargeable: false, reason: 'not in USD' }) : Reflect.get(target, name)),
  })
  const { commerce } = await testShop({ payments: [fakePayments(), picky], clock })
  const { actor, cartId, quote } = await quotedCart(commerce, { MUG: 1 })
  await expect(
    commerce.checkout.place({ actor, cartId, expectedTotal: quote.total, payment: { provider: 'picky', method: 'card_ok' }, idempotencyKey: 'k' }),
  ).rejects.toMatchObject({ code: 'AMOUNT_NOT_CHARGEABLE' })
})

test('two providers may give two refunds the same id', async () => {
  const clock = manualClock(new Date('2026-03-01T12:00:00Z'))
  const numbered = (name: string) => {
    const bank = fakePayments({ name, now: clock.date })
    return new Proxy(bank, {
      get: (target, property) =>
        property === 'refund'
          ? async (params: Parameters<PaymentProvider['refund']>[0]) => {
              const answer = await bank.refund(params)
              return answer.outcome === 'accepted' ? { ...answer, value: { ...answer.value, providerRefundId: 're_1' } } : answer
            }
          : Reflect.get(target, property),
    }) as PaymentProvider
  }
  const { commerce } = await testShop({ payments: [numbered('one'), numbered('two')], clock })
  for (const provider of ['one', 'two']) {
    const { actor, cartId, quote } = await quotedCart(commerce, { MUG: 1 })
    const { order } = await commerce.checkout.place({
      actor,
      cartId,
      expectedTotal: quote.total,
      payment: { provider, method: 'card_ok' },
      idempotencyKey: 'k',
    })
    await commerce.orders.cancel({ actor: staff, orderId: order.id }).catch(() => {})
    clock.advance(hour)
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ paymentStatus: 'refunded' })
  }
})

test('a key past its time is free whether or not a sweep has run', async () => {
  const { commerce, clock } = await faultyShop()
  const actor = { type: 'customer', customerId: 'ada' } as const
  const buy = async () => {
    const { cart } = await commerce.carts.create({ actor })
    await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 1 })
    const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' })
    return commerce.checkout.place({
      actor,
      cartId: cart.id,
      expectedTotal: quote.total,
      payment: { provider: 'fake', method: 'card_ok' },
      idempotencyKey: 'k',
    })
  }
  await buy()
  clock.advance(8 * day)
  expect((await buy()).outcome).toBe('confirmed')
})

test('a place cut off after prepare can be repeated although its quote has been put away', async () => {
  const clock = manualClock(new Date('2026-03-01T12:00:00Z'))
  let die = true
  const probe = async (step: string) => {
    if (die && step === 'place.prepared') throw new Error('died')
  }
  const { commerce } = await testShop({ clock, probe, payments: [fakePayments({ now: clock.date })], timing: { holdMs: 4 * hour } })
  const cart = await quotedCart(commerce, { MUG: 1 })
  await expect(placeWith(commerce, cart, 'card_ok', 'k')).rejects.toThrow('died')
  die = false
  clock.advance(hour)
  await commerce.worker.runOnce({ jobs: ['sweep'] })
  expect((await placeWith(commerce, cart, 'card_ok', 'k')).outcome).toBe('confirmed')
})

test('staff can capture after an attempt that the bank refused in passing', async () => {
  const { commerce, clock, faults, bank } = await faultyShop()
  const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'k', 'manual')
  const refused = new Set<string>()
  faults.capture = async (params) => {
    if (refused.size === 0) refused.add(params.idempotencyKey)
    if (!refused.has(params.idempotencyKey)) return bank.capture(params)
    return { outcome: 'rejected', decline: { code: 'processing_error', buyerMessage: '' }, value: null }
  }
  await commerce.payments.capture({ actor: staff, orderId: order.id }).catch((error: unknown) => expect(isCommerceError(error)).toBe(true))
  clock.advance(hour)
  await commerce.worker.runOnce()
  expect(await commerce.payments.capture({ actor: staff, orderId: order.id })).toMatchObject({ status: 'captured' })
})

test('an authorisation that ended at the bank is noticed before the goods leave', async () => {
  const { commerce, clock, bank } = await faultyShop()
  const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'k', 'manual')
  const [theirs] = bank.ledger.listPayments({ limit: 1 }).items
  bank.ledger.void({ providerPaymentId: theirs?.providerPaymentId ?? '', idempotencyKey: 'elsewhere' })
  for (let i = 0; i < 20; i += 1) {
    clock.advance(12 * hour)
    await commerce.worker.runOnce()
  }
  expect((await commerce.orders.get({ actor: staff, id: order.id })).paymentStatus).not.toBe('authorised')
})
