import { createCommerce } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { faultyShop, unknown } from '../../test/faulty-shop.ts'
import { expectSound, placeWith, quotedCart, staff, stockOf, testShop } from '../../test/test-shop.ts'
import { testStorage } from '../../test/test-storage.ts'

const hour = 3_600_000

describe('an authorisation whose answer was lost', () => {
  test('is let go when its order expired before anyone saw it', async () => {
    const { commerce, clock, bank, faults, dieAt } = await faultyShop()
    dieAt('payment.started')
    await expect(placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'k', 'manual')).rejects.toThrow('died')
    dieAt('')
    const [order] = (await commerce.orders.list({ actor: staff })).items
    faults.findByOurId = async () => []
    faults.listEvents = async () => ({ items: [], next: null })
    faults.listPayments = async () => ({ items: [], next: null })
    clock.advance(hour)
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: order?.id ?? '' })).toMatchObject({ status: 'expired', paymentStatus: 'none' })
    clock.advance(hour)
    await commerce.worker.runOnce()

    delete faults.findByOurId
    faults.void = unknown
    clock.advance(hour)
    await commerce.worker.runOnce()
    delete faults.void
    clock.advance(hour)
    await commerce.worker.runOnce()
    const [theirs] = (await bank.listPayments({ limit: 10, signal: AbortSignal.timeout(1_000) })).items
    expect(theirs).toMatchObject({ status: 'canceled', capturableMinor: 0 })
    expect(await commerce.orders.get({ actor: staff, id: order?.id ?? '' })).toMatchObject({ status: 'expired' })
    delete faults.listPayments
    await expectSound(commerce)
  })
})

describe('cancelling when the provider', () => {
  test('does not answer is refused, retryably, and changes nothing', async () => {
    const { commerce, faults } = await faultyShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    const { order } = await placeWith(commerce, cart, 'card_requires_action', 'k')
    const cancel = () => commerce.checkout.cancel({ actor: cart.actor, orderId: order.id })
    faults.void = unknown
    await expect(cancel()).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE', retryable: true })
    delete faults.void
    faults.getPayment = async () => Promise.reject(new Error('reset'))
    await expect(cancel()).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 1 })
    delete faults.getPayment
    expect(await cancel()).toMatchObject({ status: 'cancelled' })
    await expectSound(commerce)
  })

  test('refuses because the buyer paid in that moment: the order is confirmed, the cancellation refused', async () => {
    const { commerce, bank, faults } = await faultyShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    const { order } = await placeWith(commerce, cart, 'card_requires_action', 'k')
    faults.void = async (params) => {
      bank.ledger.completeAction(params.providerPaymentId)
      const answer = await bank.void(params)
      return answer.outcome === 'rejected' ? { ...answer, value: null } : answer
    }
    await expect(commerce.checkout.cancel({ actor: cart.actor, orderId: order.id })).rejects.toMatchObject({
      code: 'ORDER_CLOSED',
      details: { status: 'confirmed' },
    })
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' })
    await expectSound(commerce)
  })
})

describe('capturing when the provider does not answer', () => {
  test('is refused, retryably; if it happened all the same, the worker books it', async () => {
    const { commerce, bank, faults } = await faultyShop()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'k', 'manual')
    faults.capture = async (params) => {
      await bank.capture(params)
      return unknown()
    }
    await expect(commerce.payments.capture({ actor: staff, orderId: order.id })).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE', retryable: true })
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ paymentStatus: 'paid' })
    await expectSound(commerce)
  })

  test('and if it did not happen, the authorisation stays and can be captured later', async () => {
    const { commerce, faults } = await faultyShop()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'k', 'manual')
    faults.capture = unknown
    await expect(commerce.payments.capture({ actor: staff, orderId: order.id })).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ paymentStatus: 'authorised' })
    delete faults.capture
    expect(await commerce.payments.capture({ actor: staff, orderId: order.id })).toMatchObject({ status: 'captured' })
    await expectSound(commerce)
  })
})

describe('refunds', () => {
  test('that the provider does not answer stay queued and are sent again, once', async () => {
    const { commerce, bank, clock, faults } = await faultyShop()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'k')
    faults.refund = async (params) => {
      await bank.refund(params)
      return unknown()
    }
    expect(await commerce.orders.cancel({ actor: staff, orderId: order.id })).toMatchObject({ status: 'cancelled', paymentStatus: 'paid' })
    delete faults.refund
    clock.advance(hour)
    expect(await commerce.worker.runOnce({ jobs: ['refunds'] })).toEqual({ refunds: { done: 1, failed: 0 } })
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ paymentStatus: 'refunded' })
    expect(bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 1250, refundedMinor: 1250 } })
    await expectSound(commerce)
  })

  test('that the provider refuses are marked failed and reported by the audit', async () => {
    const { commerce, faults, warnings } = await faultyShop()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'k')
    faults.refund = async () => ({ outcome: 'rejected', decline: { code: 'charge_disputed', buyerMessage: '' }, value: null })
    await commerce.orders.cancel({ actor: staff, orderId: order.id })
    expect(await commerce.payments.refundsOfOrder({ actor: staff, orderId: order.id })).toMatchObject([{ status: 'failed', amountMinor: 1250 }])
    expect(warnings).toContain('a refund has failed: its money is still here')
    const { checks } = await commerce.audit({ graceMs: 0 })
    expect(checks.filter(({ violations }) => violations > 0).map(({ id }) => id)).toEqual(['I7'])
  })

  test('that take their time are counted when they have succeeded', async () => {
    const { commerce, bank, clock } = await faultyShop()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_slow_refund', 'k')
    expect(await commerce.orders.cancel({ actor: staff, orderId: order.id })).toMatchObject({ status: 'cancelled', paymentStatus: 'paid' })
    const [refund] = bank.ledger.refunds()
    bank.ledger.settleRefund(refund?.providerRefundId ?? '')
    clock.advance(hour)
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ paymentStatus: 'refunded' })
    await expectSound(commerce)
  })
})

/** An order of 12.50 that was paid, and then once more: its first attempt, which the bank had declined, it has charged after all. The completer looks there next. */
async function paidTwice() {
  const { commerce, bank, clock, faults, dieAt } = await faultyShop()
  const cart = await quotedCart(commerce, { MUG: 1 })
  dieAt('payment.starting')
  await expect(placeWith(commerce, cart, 'card_ok', 'a')).rejects.toThrow('died')
  dieAt('')
  const [order] = (await commerce.orders.list({ actor: staff })).items
  const orderId = order?.id ?? ''
  faults.start = async () => ({ outcome: 'rejected', decline: { code: 'card_declined', buyerMessage: 'No.' }, value: null })
  clock.advance(60_000)
  await commerce.worker.runOnce()
  delete faults.start
  await commerce.checkout.resume({ actor: cart.actor, orderId, payment: { provider: 'fake', method: 'card_ok' }, idempotencyKey: 'b' })
  const [first] = await commerce.payments.ofOrder({ actor: staff, orderId })
  const extra = bank.ledger.chargeElsewhere({ amount: { amountMinor: 1250, currency: 'USD' }, paymentId: first?.id ?? null, orderId: orderId as never })
  await commerce.storage.transaction({ source: 'database' }, (tx) => tx.payments.schedule({ paymentId: first?.id as never, nextCheckAt: clock.date() }))
  return { commerce, bank, clock, orderId, extra }
}

describe('a second payment of a paid order', () => {
  test('goes back, and the order stays as paid as it was', async () => {
    const { commerce, bank, clock, faults } = await faultyShop()
    const cart = await quotedCart(commerce, { MUG: 2 })
    const first = await placeWith(commerce, cart, 'card_unreachable', 'a')
    faults.void = unknown
    clock.advance(60_000)
    const [lost] = await commerce.payments.ofOrder({ actor: staff, orderId: first.order.id })
    // Staff give the lost attempt up: the bank knows nothing of it yet.
    await commerce.checkout.cancel({ actor: cart.actor, orderId: first.order.id })
    const second = await placeWith(commerce, cart, 'card_ok', 'b')
    expect(second.outcome).toBe('confirmed')
    bank.ledger.chargeElsewhere({ amount: { amountMinor: 2500, currency: 'USD' }, paymentId: lost?.id ?? null, orderId: first.order.id })
    clock.advance(hour)
    await commerce.worker.runOnce()
    expect(bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 5000, refundedMinor: 2500 } })
    expect(await commerce.orders.get({ actor: staff, id: first.order.id })).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' })
    expect(await commerce.orders.get({ actor: staff, id: second.order.id })).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' })
    await expectSound(commerce)
  })

  test('of the same order goes back too', async () => {
    const { commerce, bank, orderId } = await paidTwice()
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: orderId })).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' })
    expect(bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 2500, refundedMinor: 1250 } })
    await expectSound(commerce)
  })

  test('that is disputed goes back once the shop has won', async () => {
    const { commerce, bank, clock, orderId, extra } = await paidTwice()
    const { providerDisputeId } = bank.ledger.openDispute(extra.providerPaymentId)
    // The look that books the payment and asks for its refund is refused, and does not see the dispute.
    await commerce.worker.runOnce({ jobs: ['completer', 'refunds'] })
    expect(bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 2500, refundedMinor: 0 } })
    bank.ledger.decideDispute(providerDisputeId, 'won')
    for (let hours = 0; hours < 2; hours += 1) {
      clock.advance(hour)
      await commerce.worker.runOnce()
    }
    expect(bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 2500, refundedMinor: 1250 } })
    expect(await commerce.orders.get({ actor: staff, id: orderId })).toMatchObject({ status: 'confirmed', paymentStatus: 'paid', disputed: false })
    await expectSound(commerce)
  })
})

describe('the worker', () => {
  test('leaves a row that fails for later and does the others', async () => {
    const { commerce, clock, bank, faults, warnings } = await faultyShop()
    const lost = [
      await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_timeout', 'a'),
      await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_timeout', 'b'),
    ]
    const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId: lost[0]?.order.id ?? '' })
    faults.findByOurId = async (params) => (params.paymentId === payment?.id ? Promise.reject(new Error('reset')) : bank.findByOurId(params))
    faults.start = async (params) => (params.paymentId === payment?.id ? unknown() : bank.start(params))
    clock.advance(10_000)
    expect(await commerce.worker.runOnce({ jobs: ['completer'] })).toEqual({ completer: { done: 1, failed: 1 } })
    expect(warnings).toContain('a job row failed and stays due')
    delete faults.findByOurId
    delete faults.start
    clock.advance(hour / 6)
    expect(await commerce.worker.runOnce({ jobs: ['completer'] })).toEqual({ completer: { done: 1, failed: 0 } })
    for (const { order } of lost) expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ status: 'confirmed' })
    await expectSound(commerce)
  })

  test('C9: waits ten seconds for a provider that hangs, and no longer', async () => {
    const asked = Promise.withResolvers<void>()
    const start = () => {
      asked.resolve()
      return new Promise<never>(() => {})
    }
    const { commerce } = await testShop({ payments: [{ ...fakePayments(), start }] })
    const cart = await quotedCart(commerce, { MUG: 1 })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const answers: string[] = []
    const placing = placeWith(commerce, cart, 'card_ok', 'k').then(({ outcome }) => answers.push(outcome))
    await asked.promise
    await vi.advanceTimersByTimeAsync(9_999)
    expect(answers).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    vi.useRealTimers()
    await placing
    expect(answers).toEqual(['pending'])
  })

  test('says so when a payment belongs to a provider that is no longer configured', async () => {
    const storage = await testStorage()
    const first = await testShop({ storage })
    const { order } = await placeWith(first.commerce, await quotedCart(first.commerce, { MUG: 1 }), 'card_ok', 'k')
    const errors: string[] = []
    const logger = { debug() {}, info() {}, warn() {}, error: (_fields: object, message: string) => void errors.push(message) }
    const second = await createCommerce({ storage, currency: 'USD', clock: first.clock, logger })
    expect(await second.orders.cancel({ actor: staff, orderId: order.id })).toMatchObject({ status: 'cancelled', paymentStatus: 'paid' })
    expect(errors).toContain('refund cannot be sent: no such provider is configured')
    await first.commerce.worker.runOnce({ jobs: ['refunds'] })
    expect(await first.commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ paymentStatus: 'refunded' })
    await expectSound(first.commerce)
  })
})

describe('a checkout that died while the provider can be asked for money, and for nothing else', () => {
  const noLooks = async () => Promise.reject(new Error('search is down'))

  test.each(['place.prepared', 'payment.started'])('at %s: the same key has the money once', async (step) => {
    const { commerce, clock, faults, dieAt, theirs } = await faultyShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    dieAt(step)
    await expect(placeWith(commerce, cart, 'card_ok', 'k')).rejects.toThrow('died')
    dieAt('')
    Object.assign(faults, { findByOurId: noLooks, listPayments: noLooks, getPayment: noLooks })
    clock.advance(2 * 60_000)
    expect(await placeWith(commerce, cart, 'card_ok', 'k')).toMatchObject({ outcome: 'confirmed' })
    expect(await placeWith(commerce, cart, 'card_ok', 'k')).toMatchObject({ outcome: 'confirmed' })
    expect(theirs()).toHaveLength(1)
    for (const name of ['findByOurId', 'listPayments', 'getPayment'] as const) delete faults[name]
    await expectSound(commerce)
  })

  test('resuming it has the money once, and while the provider is silent it is pending', async () => {
    const { commerce, faults, dieAt, theirs } = await faultyShop()
    const cart = await quotedCart(commerce, { MUG: 1 })
    dieAt('payment.started')
    await expect(placeWith(commerce, cart, 'card_ok', 'k')).rejects.toThrow('died')
    dieAt('')
    const [order] = (await commerce.orders.list({ actor: staff })).items
    const resume = () => commerce.checkout.resume({ actor: cart.actor, orderId: order?.id ?? '', idempotencyKey: 'r' })
    Object.assign(faults, { findByOurId: noLooks, start: unknown })
    expect(await resume()).toMatchObject({ outcome: 'pending' })
    delete faults.start
    expect(await resume()).toMatchObject({ outcome: 'confirmed' })
    expect(theirs()).toHaveLength(1)
    delete faults.findByOurId
    await expectSound(commerce)
  })
})
