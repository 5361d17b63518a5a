import type { PaymentProvider } from '@cartwright/core/ports'
import { fakePayments, manualClock } from '@cartwright/testing'
import { describe, expect, test } from 'vitest'
import { expectSound, staff, stockOf, type TestShop, testShop } from '../../test/test-shop.ts'
import { deliver, placedOrder, tellAll, told, workInbox } from '../../test/webhook-shop.ts'

const minute = 60_000
const events = async ({ commerce }: TestShop) => (await commerce.payments.webhooks({ actor: staff, limit: 100 })).items

/** A shop whose bank has some methods replaced while `faults` has them. */
async function shakyShop() {
  const faults: Partial<PaymentProvider> = {}
  const clock = manualClock(new Date('2026-03-01T12:00:00Z'))
  const bank = fakePayments({ now: clock.date })
  const shaky = new Proxy(bank as PaymentProvider, { get: (target, name) => Reflect.get(faults, name) ?? Reflect.get(target, name) })
  return { ...(await testShop({ clock, payments: [shaky] })), bank, clock, faults }
}

describe('what an event leads to is read at the provider', () => {
  test('an action that the buyer has taken confirms the order, once, for ten copies of the event', async () => {
    const shop = await testShop()
    const { commerce, bank } = shop
    const { providerPaymentId, read, payment } = await placedOrder(shop, 'card_requires_action')
    bank.ledger.completeAction(providerPaymentId)
    await Promise.all(Array.from({ length: 10 }, () => deliver(shop, told(bank))))
    await Promise.all(Array.from({ length: 4 }, () => workInbox(commerce)))
    expect(await read()).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' })
    const outcomes = (await events(shop)).map(({ state, outcome }) => `${state} ${outcome}`).sort()
    expect(outcomes).toEqual(['processed applied', 'processed nothing_new', 'processed nothing_new'])
    const { history, events: named } = await commerce.payments.report({ actor: staff, paymentId: payment.id })
    expect(history.map(({ status }) => status)).toEqual(['created', 'requires_action', 'captured'])
    expect(named.find(({ outcome }) => outcome === 'applied')?.domainEventId).toBe(history.at(-1)?.eventId)
    await expectSound(commerce)
  })

  test('one look answers all events of a payment that have come by then; what comes during the look is looked at anew', async () => {
    const shop = await shakyShop()
    const { commerce, bank, faults } = shop
    const { providerPaymentId, read } = await placedOrder(shop, 'card_requires_action')
    await deliver(shop, told(bank))
    let looks = 0
    faults.getPayment = async (params) => {
      looks += 1
      const seen = await bank.getPayment(params)
      if (looks === 1) {
        bank.ledger.completeAction(providerPaymentId)
        await deliver(shop, told(bank))
      }
      return seen
    }
    const before = (await events(shop)).length
    expect(before).toBeGreaterThan(1)
    expect((await workInbox(commerce))?.done).toBe((await events(shop)).length)
    expect(looks).toBe(2)
    expect(await read()).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' })
    expect(new Set((await events(shop)).map(({ state }) => state))).toEqual(new Set(['processed']))
    await expectSound(commerce)
  })

  test('nobody is asked about a payment that is booked already as far as its events can tell; a word that is not known makes the shop look', async () => {
    const shop = await shakyShop()
    const { commerce, bank, faults } = shop
    const { providerPaymentId, read } = await placedOrder(shop, 'card_ok')
    const looked: string[] = []
    faults.getPayment = async (params) => {
      looked.push(params.providerPaymentId)
      return bank.getPayment(params)
    }
    const before = await read()
    await deliver(shop, told(bank))
    expect((await workInbox(commerce))?.done).toBe(told(bank).length)
    expect(looked).toEqual([])
    expect((await events(shop)).map(({ state, outcome }) => `${state} ${outcome}`)).toEqual(told(bank).map(() => 'processed nothing_new'))
    expect(await read()).toEqual(before)
    await deliver(shop, [bank.ledger.announce('payment.changed', providerPaymentId)])
    await workInbox(commerce)
    expect(looked).toEqual([providerPaymentId])
    await expectSound(commerce)
  })

  test('C3: it may come before the answer to the call that caused it, which then finds nothing to do', async () => {
    const shop = await shakyShop()
    const { commerce, bank, faults } = shop
    faults.start = async (params) => {
      const answer = await bank.start(params)
      await deliver(shop, told(bank))
      await workInbox(commerce)
      return answer
    }
    const { read } = await placedOrder(shop, 'card_ok')
    expect(await read()).toMatchObject({ status: 'confirmed', paymentStatus: 'paid', version: 2 })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 2 })
    await expectSound(commerce)
  })

  test('C3: the same when the answer never comes', async () => {
    const shop = await testShop()
    const { read } = await placedOrder(shop, 'card_timeout')
    expect(await read()).toMatchObject({ status: 'pending' })
    await tellAll(shop)
    expect(await read()).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' })
    await expectSound(shop.commerce)
  })

  test('C6: a payment that processes for days, then comes; one that was given up for another card', async () => {
    const shop = await testShop()
    const { commerce, bank, clock } = shop
    const slow = await placedOrder(shop, 'card_never')
    await tellAll(shop)
    expect(await slow.read()).toMatchObject({ status: 'pending', displayStatus: 'payment processing' })
    clock.advance(2 * 24 * 60 * minute)
    await commerce.worker.runOnce({ jobs: ['expiry'] })
    bank.ledger.settle(slow.providerPaymentId)
    await tellAll(shop)
    expect(await slow.read()).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' })

    const abandoned = await placedOrder(shop, 'card_requires_action')
    bank.ledger.abandonAction(abandoned.providerPaymentId)
    await tellAll(shop)
    expect(await abandoned.read()).toMatchObject({ status: 'pending', paymentStatus: 'none' })
    const payment = { provider: 'fake', method: 'card_ok' }
    await commerce.checkout.resume({ actor: staff, orderId: abandoned.order.id, payment, idempotencyKey: 'another card' })
    await tellAll(shop)
    expect(await abandoned.read()).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' })
    await expectSound(commerce)
  })

  test('a payment that somebody cancels at the bank takes its pending order with it, and frees the goods', async () => {
    const shop = await testShop()
    const { commerce, bank } = shop
    const { providerPaymentId, order, read } = await placedOrder(shop, 'card_requires_action')
    bank.ledger.cancelElsewhere(providerPaymentId)
    await tellAll(shop)
    expect(await read()).toMatchObject({ status: 'cancelled', paymentStatus: 'none' })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 0 })
    const history = await commerce.orders.history({ actor: staff, orderId: order.id })
    expect(history.at(-1)).toMatchObject({ change: 'cancelled', note: 'its payment was cancelled at the provider' })
    await expectSound(commerce)
  })

  test('C11: an authorisation that runs out puts its order under review; one that is taken in part as well, until staff cancel it', async () => {
    const shop = await testShop()
    const { commerce, bank } = shop
    const lapsed = await placedOrder(shop, 'card_ok', 'manual')
    bank.ledger.cancelElsewhere(lapsed.providerPaymentId)
    const part = await placedOrder(shop, 'card_ok', 'manual')
    bank.ledger.captureElsewhere(part.providerPaymentId, 1000)
    await tellAll(shop)
    for (const { read, order } of [lapsed, part]) {
      expect(await read()).toMatchObject({ status: 'confirmed', paymentStatus: 'review', displayStatus: 'under review' })
      await expect(commerce.orders.fulfil({ actor: staff, orderId: order.id })).rejects.toMatchObject({ code: 'ORDER_CLOSED' })
      await commerce.orders.cancel({ actor: staff, orderId: order.id })
    }
    expect(await commerce.payments.refundsOfOrder({ actor: staff, orderId: part.order.id })).toMatchObject([{ amountMinor: 1000, status: 'succeeded' }])
    expect(bank.ledger.totals().byCurrency).toEqual({ USD: { capturedMinor: 1000, refundedMinor: 1000 } })
    await expectSound(commerce)
  })
})

describe('C7: money that is not what was asked for', () => {
  const subject = (placed: Awaited<ReturnType<typeof placedOrder>>) => ({ paymentId: placed.payment.id, orderId: placed.order.id }) as const

  test.each([
    ['another amount', { amountMinor: 50, currency: 'USD' }, 50],
    ['another currency', { amountMinor: 2500, currency: 'EUR' }, 0],
  ])('of %s confirms nothing and is shown to staff', async (_what, amount, capturedMinor) => {
    const shop = await testShop()
    const placed = await placedOrder(shop, 'card_unreachable')
    shop.bank.ledger.chargeElsewhere({ ...subject(placed), amount })
    await tellAll(shop)
    expect(await placed.read()).toMatchObject({ status: 'pending', paymentStatus: 'review' })
    expect(await shop.commerce.payments.ofOrder({ actor: staff, orderId: placed.order.id })).toMatchObject([{ status: 'review', capturedMinor }])
  })

  test('of another amount, for an order that is over, goes back', async () => {
    const shop = await testShop()
    const placed = await placedOrder(shop, 'card_unreachable')
    shop.clock.advance(20 * minute)
    await shop.commerce.worker.runOnce({ jobs: ['expiry'] })
    shop.bank.ledger.chargeElsewhere({ ...subject(placed), amount: { amountMinor: 50, currency: 'USD' } })
    await tellAll(shop)
    await shop.commerce.worker.runOnce({ jobs: ['refunds'] })
    expect(await placed.read()).toMatchObject({ status: 'expired' })
    expect(shop.bank.ledger.totals().byCurrency).toEqual({ USD: { capturedMinor: 50, refundedMinor: 50 } })
    await expectSound(shop.commerce)
  })

  test('under our id beside the payment that we know goes back, and leaves the order as paid as it was', async () => {
    const shop = await testShop()
    const { commerce, bank } = shop
    const placed = await placedOrder(shop, 'card_ok')
    bank.ledger.chargeElsewhere({ ...subject(placed), amount: { amountMinor: 700, currency: 'USD' } })
    await tellAll(shop)
    await commerce.worker.runOnce({ jobs: ['refunds'] })
    await tellAll(shop)
    expect(await placed.read()).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' })
    const payments = await commerce.payments.ofOrder({ actor: staff, orderId: placed.order.id })
    expect(payments.map(({ status, capturedMinor }) => [status, capturedMinor])).toEqual([
      ['captured', 2500],
      ['review', 700],
    ])
    expect(bank.ledger.totals().byCurrency).toEqual({ USD: { capturedMinor: 3200, refundedMinor: 700 } })
    await expectSound(commerce)
  })

  test('that was charged twice goes back once, whichever of the two is told of first, and before the answer', async () => {
    const shop = await testShop()
    const { commerce, bank } = shop
    const placed = await placedOrder(shop, 'card_duplicate')
    await deliver(shop, [...told(bank)].reverse())
    await workInbox(commerce)
    await commerce.worker.runOnce({ jobs: ['refunds'] })
    await tellAll(shop)
    expect(await placed.read()).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' })
    expect(bank.ledger.totals().byCurrency).toEqual({ USD: { capturedMinor: 5000, refundedMinor: 2500 } })
    await expectSound(commerce)
  })

  test('of nobody we know is left alone; of a payment that we do not have is tried again, parked, and can be replayed', async () => {
    const shop = await testShop()
    const { commerce, bank, clock } = shop
    bank.ledger.chargeElsewhere({ amount: { amountMinor: 900, currency: 'USD' } })
    bank.ledger.chargeElsewhere({ paymentId: 'another shop’s' as never, amount: { amountMinor: 900, currency: 'USD' } })
    await tellAll(shop)
    expect((await events(shop)).map(({ outcome }) => outcome)).toEqual(['not_ours', 'not_ours', 'not_ours', 'not_ours'])

    const missing = '01900000-0000-7000-8000-000000000000' as never
    const { providerPaymentId } = bank.ledger.chargeElsewhere({ paymentId: missing, orderId: missing, amount: { amountMinor: 900, currency: 'USD' } })
    const [lost] = told(bank).filter((event) => event.providerPaymentId === providerPaymentId)
    if (lost === undefined) throw new Error('the bank has told nothing')
    await deliver(shop, [lost])
    expect(await workInbox(commerce)).toEqual({ done: 0, failed: 1 })
    const find = async () => (await events(shop)).find(({ eventId }) => eventId === lost.eventId)
    expect(await find()).toMatchObject({ state: 'received', attempts: 1, problem: 'NOT_FOUND', nextAttemptAt: new Date(clock.date().getTime() + 5_000) })
    expect(await workInbox(commerce)).toEqual({ done: 0, failed: 0 })
    for (let hours = 0; hours < 48; hours += 1) {
      clock.advance(60 * minute)
      await workInbox(commerce)
    }
    expect(await find()).toMatchObject({ state: 'parked', attempts: 24, problem: 'NOT_FOUND', nextAttemptAt: null })
    expect((await commerce.payments.webhooks({ actor: staff, state: 'parked' })).items).toHaveLength(1)
    await commerce.payments.replayWebhook({ actor: staff, provider: 'fake', eventId: lost.eventId })
    expect(await find()).toMatchObject({ state: 'received', attempts: 0, problem: null })
    expect(await workInbox(commerce)).toEqual({ done: 0, failed: 1 })
  })

  test('that the provider shows in the other mode is not booked', async () => {
    const shop = await shakyShop()
    const { bank, faults } = shop
    const placed = await placedOrder(shop, 'card_timeout')
    faults.getPayment = async (params) => {
      const found = await bank.getPayment(params)
      return found === undefined ? undefined : { ...found, live: true }
    }
    await tellAll(shop)
    expect((await events(shop)).map(({ outcome }) => outcome)).toEqual(['other_mode', 'other_mode'])
    expect(await placed.read()).toMatchObject({ status: 'pending' })
  })
})

describe('an event that cannot be acted on yet', () => {
  test('waits while the provider is down, and is acted on afterwards', async () => {
    const shop = await shakyShop()
    const { commerce, clock, faults, bank } = shop
    const { read } = await placedOrder(shop, 'card_timeout')
    faults.getPayment = async () => {
      throw new Error('down')
    }
    await deliver(shop, told(bank))
    expect(await workInbox(commerce)).toEqual({ done: 0, failed: 2 })
    expect(await events(shop)).toMatchObject([{ problem: 'PROVIDER_UNAVAILABLE' }, { problem: 'PROVIDER_UNAVAILABLE' }])
    delete faults.getPayment
    clock.advance(5_000)
    expect(await workInbox(commerce)).toEqual({ done: 2, failed: 0 })
    expect(await read()).toMatchObject({ status: 'confirmed' })
    await expectSound(commerce)
  })

  test('is not finished by a worker whose lease has passed to another one: its booking is rolled back', async () => {
    const shop = await shakyShop()
    const { commerce, clock, faults, bank } = shop
    const { read } = await placedOrder(shop, 'card_timeout')
    const [, paid] = told(bank)
    await deliver(shop, paid === undefined ? [] : [paid])
    faults.getPayment = async (params) => {
      delete faults.getPayment
      const seen = await bank.getPayment(params)
      clock.advance(2 * minute)
      await workInbox(commerce)
      expect(await read()).toMatchObject({ status: 'confirmed', version: 2 })
      return seen
    }
    expect(await workInbox(commerce)).toEqual({ done: 0, failed: 1 })
    expect(await read()).toMatchObject({ status: 'confirmed', version: 2 })
    expect(await events(shop)).toMatchObject([{ state: 'processed', outcome: 'applied', fence: 2 }])
    await expectSound(commerce)
  })

  test('is kept until its retention is over, a parked one for longer', async () => {
    const shop = await testShop()
    await placedOrder(shop, 'card_ok')
    await tellAll(shop)
    const sweepAfter = async (days: number) => {
      shop.clock.advance(days * 24 * 60 * minute)
      await shop.commerce.worker.runOnce({ jobs: ['sweep'] })
      return (await events(shop)).length
    }
    expect([await sweepAfter(34), await sweepAfter(2)]).toEqual([2, 0])
  })
})
