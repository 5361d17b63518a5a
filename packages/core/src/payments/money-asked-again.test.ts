import { expect, test } from 'vitest'
import { ada, creditShop } from '../../test/credit-shop.ts'
import { expectSound, staff, testShop } from '../../test/test-shop.ts'
import { deliver, placedOrder, tellAll, told, workInbox } from '../../test/webhook-shop.ts'
import type { PaymentProvider } from './payment-provider.ts'

const minute = 60_000
const hour = 60 * minute

/** An order of 25.00, with ways to let its shop hear and work. @param faults - replaces methods of the bank while they are set */
async function placed(capture: 'automatic' | 'manual' = 'automatic', faults: Partial<PaymentProvider> = {}) {
  const shop = await testShop()
  const order = await placedOrder(shop, 'card_ok', capture)
  const { commerce, bank, clock } = shop
  const provider = new Proxy(bank as PaymentProvider, { get: (target, name) => Reflect.get(faults, name) ?? Reflect.get(target, name) })
  const { commerce: faulty } = await testShop({ clock, storage: commerce.storage, payments: [provider] })
  return {
    ...shop,
    ...order,
    faulty,
    /** Tells all that has happened at the bank. @returns how many events could not be acted on */
    hear: async () => (await tellAll(shop))?.failed,
    /** Lets the worker send what is queued. */
    send: async () => {
      clock.advance(minute)
      await commerce.worker.runOnce({ jobs: ['refunds'] })
    },
    refunds: () => commerce.payments.refundsOfOrder({ actor: staff, orderId: order.order.id }),
    refundedMinor: () => bank.ledger.totals().byCurrency.USD?.refundedMinor,
    chargedAgain: (amountMinor = 2500) =>
      bank.ledger.chargeElsewhere({ amount: { amountMinor, currency: 'USD' }, paymentId: order.payment.id as never, orderId: order.order.id as never }),
  }
}

test('what a lost dispute leaves of a refund of staff goes back, and no more than that when the loss is turned round', async () => {
  const { faulty, bank, order, providerPaymentId, hear, send, refunds, refundedMinor, read, commerce } = await placed('automatic', {
    refund: async () => ({ outcome: 'unknown', cause: 'reset' }),
  })
  await faulty.orders.refund({ actor: staff, orderId: order.id, amountMinor: 2000 })
  const { providerDisputeId } = bank.ledger.openDispute(providerPaymentId, 1000)
  await hear()
  bank.ledger.decideDispute(providerDisputeId, 'lost')
  await hear()
  await send()
  await send()
  bank.ledger.decideDispute(providerDisputeId, 'won')
  await hear()
  await send()
  expect((await refunds()).map(({ status, amountMinor }) => [status, amountMinor])).toEqual([
    ['failed', 2000],
    ['succeeded', 1500],
  ])
  expect(refundedMinor()).toBe(1500)
  expect(await read()).toMatchObject({ status: 'confirmed', paymentStatus: 'partially_refunded' })
  await expectSound(commerce)
})

test('a refund made at the provider that fails while a part is disputed lets that part wait for the decision, and nothing else', async () => {
  const { bank, commerce, order, providerPaymentId, hear, send, refundedMinor, read } = await placed()
  const { providerRefundId } = bank.ledger.refundElsewhere(providerPaymentId)
  await hear()
  await commerce.orders.cancel({ actor: staff, orderId: order.id })
  const { providerDisputeId } = bank.ledger.openDispute(providerPaymentId, 1000)
  await hear()
  bank.ledger.settleRefund(providerRefundId, 'failed')
  expect(await hear()).toBe(0)
  await expectSound(commerce)
  bank.ledger.decideDispute(providerDisputeId, 'won')
  await hear()
  await send()
  expect(refundedMinor()).toBe(2500)
  expect(await read()).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' })
  await expectSound(commerce)
})

test('a second charge that was returned before it was heard of goes back all the same when that return fails', async () => {
  const { bank, commerce, chargedAgain, hear, send, refundedMinor, read } = await placed()
  const { providerRefundId } = bank.ledger.refundElsewhere(chargedAgain().providerPaymentId)
  await hear()
  expect(await read()).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' })
  bank.ledger.settleRefund(providerRefundId, 'failed')
  await hear()
  await send()
  expect(refundedMinor()).toBe(2500)
  expect(await read()).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' })
  await expectSound(commerce)
})

test('a charge that nobody asked for comes and goes, and an order whose authorisation has ended stays with staff', async () => {
  const { bank, commerce, clock, providerPaymentId, chargedAgain, hear, send, refundedMinor, read } = await placed('manual')
  bank.ledger.cancelElsewhere(providerPaymentId)
  await hear()
  chargedAgain()
  await hear()
  await send()
  expect(refundedMinor()).toBe(2500)
  expect(await read()).toMatchObject({ status: 'confirmed', paymentStatus: 'review' })
  clock.advance(hour)
  const report = await commerce.audit({ providers: true })
  expect(report.checks.filter(({ violations }) => violations > 0).map(({ id }) => id)).toEqual(['I6'])
})

test('a dispute that is won, lost and won again before the refund is sent lets the money go the second time', async () => {
  const { bank, commerce, order, providerPaymentId, hear, send, refundedMinor, read } = await placed()
  const { providerDisputeId } = bank.ledger.openDispute(providerPaymentId)
  await commerce.orders.cancel({ actor: staff, orderId: order.id })
  for (const decision of ['won', 'lost'] as const) {
    bank.ledger.decideDispute(providerDisputeId, decision)
    await hear()
  }
  await send()
  expect(refundedMinor()).toBe(0)
  bank.ledger.decideDispute(providerDisputeId, 'won')
  await hear()
  await send()
  expect(refundedMinor()).toBe(2500)
  expect(await read()).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' })
  await expectSound(commerce)
})

test('a refund of staff that fails does not hide one that was refused as too much', async () => {
  const { bank, commerce, clock, order, providerPaymentId, hear, send, refunds, refundedMinor } = await placed()
  bank.ledger.refundElsewhere(providerPaymentId, 500)
  await commerce.orders.cancel({ actor: staff, orderId: order.id })
  clock.advance(minute)
  await commerce.orders.refund({ actor: staff, orderId: order.id, amountMinor: 300 })
  const theirs = bank.ledger.refunds().find(({ refundId }) => refundId !== null)
  bank.ledger.settleRefund(theirs?.providerRefundId ?? '', 'failed')
  await hear()
  await send()
  expect((await refunds()).map(({ status, amountMinor }) => [status, amountMinor])).toEqual(
    expect.arrayContaining([
      ['failed', 2500],
      ['failed', 300],
      ['succeeded', 500],
      ['succeeded', 2000],
    ]),
  )
  expect(refundedMinor()).toBe(2500)
  await expectSound(commerce)
})

test('money that became store credit and is returned at the provider too is a loss on record, of which staff are told', async () => {
  const errors: object[] = []
  const logger = { debug() {}, info() {}, warn() {}, error: (fields: object, message: string) => void (/store credit/.test(message) && errors.push(fields)) }
  const shop = await creditShop({ logger })
  const { commerce, bank, buy, wallet } = shop
  const { order } = await buy({ MUG: 2 })
  await commerce.orders.refund({ actor: staff, orderId: order.id, amountMinor: 2000, to: 'store_credit' })
  bank.ledger.refundElsewhere(bank.ledger.listPayments({ limit: 1 }).items[0]?.providerPaymentId ?? '')
  await deliver(shop, told(bank))
  await workInbox(commerce)
  expect(await commerce.orders.get({ actor: ada, id: order.id })).toMatchObject({ status: 'confirmed', paymentStatus: 'refunded' })
  expect(errors).toEqual([expect.objectContaining({ orderId: order.id, lostMinor: 2000 })])
  await expectSound(commerce)
  await commerce.storeCredit.adjust({ actor: staff, customerId: 'ada', amountMinor: -2000, note: 'returned at the bank too' })
  expect(await wallet()).toBe(0)
  await expectSound(commerce)
})
