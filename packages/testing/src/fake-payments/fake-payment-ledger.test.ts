import type { OrderId, PaymentId, ProviderPayment, RefundId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { manualClock } from '../manual-clock.ts'
import { seededRandom } from '../seeded-random.ts'
import { FakePaymentLedger } from './fake-payment-ledger.ts'
import type { StartRequest } from './ledger-requests.ts'

const paymentId = 'our-payment' as PaymentId
const start: StartRequest = {
  paymentId,
  orderId: 'our-order' as OrderId,
  orderNumber: 'K7QX-29MF',
  amount: { amountMinor: 2500, currency: 'USD' },
  method: 'card_ok',
  capture: 'automatic',
  idempotencyKey: 'start:our-payment',
}

function begin(ledger: FakePaymentLedger, overrides: Partial<StartRequest> = {}): ProviderPayment {
  const answer = ledger.start({ ...start, ...overrides })
  if (answer.outcome !== 'accepted') throw new Error(`the start was ${answer.outcome}`)
  return answer.value
}

const lookUp = (ledger: FakePaymentLedger) => ledger.findByOurId({ paymentId })

describe('the fake ledger', () => {
  it('charges card_timeout, loses the first answer and repeats it under the same key', () => {
    const ledger = new FakePaymentLedger()
    expect(ledger.start({ ...start, method: 'card_timeout' })).toEqual({ outcome: 'lost' })
    expect(lookUp(ledger)).toMatchObject([{ status: 'succeeded', capturedMinor: 2500 }])
    expect(ledger.start({ ...start, method: 'card_timeout' })).toMatchObject({ outcome: 'accepted', value: { status: 'succeeded' } })
    expect(lookUp(ledger)).toHaveLength(1)
  })

  it('never hears of card_unreachable', () => {
    const ledger = new FakePaymentLedger()
    for (let attempt = 0; attempt < 2; attempt++) expect(ledger.start({ ...start, method: 'card_unreachable' })).toEqual({ outcome: 'lost' })
    expect(lookUp(ledger)).toEqual([])
    expect(ledger.totals()).toEqual({ byCurrency: {}, byPayment: {} })
  })

  it('lets card_late succeed after the lookups it was told, not before', () => {
    const ledger = new FakePaymentLedger({ lateAfterLookups: 2 })
    const { providerPaymentId } = begin(ledger, { method: 'card_late' })
    const statuses = [1, 2, 3].map(() => ledger.getPayment({ providerPaymentId })?.status)
    expect(statuses).toEqual(['processing', 'processing', 'succeeded'])
  })

  it('settles card_late at once when asked, and does not call it off before', () => {
    const ledger = new FakePaymentLedger()
    const { providerPaymentId } = begin(ledger, { method: 'card_late' })
    expect(ledger.void({ providerPaymentId, idempotencyKey: 'void' })).toMatchObject({ outcome: 'rejected', value: { status: 'processing' } })
    expect(ledger.settle(providerPaymentId)).toMatchObject({ status: 'succeeded', capturedMinor: 2500 })
  })

  it('leaves card_never processing however often it is looked up, and calls it off when asked', () => {
    const ledger = new FakePaymentLedger()
    const { providerPaymentId } = begin(ledger, { method: 'card_never' })
    for (let lookup = 0; lookup < 50; lookup++) expect(ledger.getPayment({ providerPaymentId })?.status).toBe('processing')
    expect(ledger.void({ providerPaymentId, idempotencyKey: 'void' })).toMatchObject({ outcome: 'accepted', value: { status: 'canceled' } })
  })

  it('charges card_duplicate twice under our one id, and tells of it by twin events', () => {
    const ledger = new FakePaymentLedger()
    begin(ledger, { method: 'card_duplicate' })
    expect(lookUp(ledger).map(({ capturedMinor }) => capturedMinor)).toEqual([2500, 2500])
    expect(ledger.totals()).toEqual({
      byCurrency: { USD: { capturedMinor: 5000, refundedMinor: 0 } },
      byPayment: { 'our-payment': { capturedMinor: 5000, refundedMinor: 0, currency: 'USD' } },
    })
    const succeeded = ledger.listEvents({ limit: 100 }).items.filter(({ type }) => type === 'payment.succeeded')
    const ofFirst = succeeded.filter(({ providerPaymentId }) => providerPaymentId === lookUp(ledger)[0]?.providerPaymentId)
    expect(new Set(ofFirst.map(({ eventId }) => eventId)).size).toBe(2)
  })

  it('fails a payment that waits for the buyer when the buyer gives up', () => {
    const ledger = new FakePaymentLedger()
    const payment = begin(ledger, { method: 'card_requires_action' })
    expect(payment.action?.type).toBe('redirect')
    expect(ledger.abandonAction(payment.providerPaymentId)).toMatchObject({ status: 'failed', decline: { code: 'authentication_failed' }, action: null })
    expect(() => ledger.completeAction(payment.providerPaymentId)).toThrow(/failed/)
  })

  it('declines with the reason of the card', () => {
    const ledger = new FakePaymentLedger()
    expect(ledger.start({ ...start, method: 'card_insufficient_funds' })).toMatchObject({ outcome: 'rejected', decline: { code: 'insufficient_funds' } })
    expect(ledger.start({ ...start, method: 'card_of_nobody', idempotencyKey: 'other' })).toMatchObject({
      outcome: 'rejected',
      decline: { code: 'unknown_method' },
    })
  })

  it('does not mind the order of the fields when a request is repeated', () => {
    const ledger = new FakePaymentLedger()
    begin(ledger)
    const reordered = Object.fromEntries(Object.entries(start).reverse()) as unknown as StartRequest
    expect(ledger.start(reordered)).toMatchObject({ outcome: 'accepted' })
    expect(lookUp(ledger)).toHaveLength(1)
  })

  it('counts a refund only while it has succeeded', () => {
    const ledger = new FakePaymentLedger()
    const { providerPaymentId } = begin(ledger, { method: 'card_slow_refund' })
    const refunded = () => ledger.getPayment({ providerPaymentId })?.refundedMinor
    const answer = ledger.refund({ providerPaymentId, refundId: 'r' as RefundId, amount: { amountMinor: 2500, currency: 'USD' }, idempotencyKey: 'refund' })
    expect(answer).toMatchObject({ outcome: 'accepted', value: { status: 'pending' } })
    expect(refunded()).toBe(0)
    const [refund] = ledger.refunds()
    ledger.settleRefund(refund?.providerRefundId ?? '')
    expect(refunded()).toBe(2500)
    ledger.settleRefund(refund?.providerRefundId ?? '', 'failed')
    expect(refunded()).toBe(0)
  })

  it('tells of a refund that somebody made at the bank, which carries no id of ours', () => {
    const ledger = new FakePaymentLedger()
    const { providerPaymentId } = begin(ledger)
    expect(ledger.refundElsewhere(providerPaymentId, 500)).toMatchObject({ refundId: null, status: 'succeeded', amount: { amountMinor: 500 } })
    expect(ledger.refundElsewhere(providerPaymentId).amount.amountMinor).toBe(2000)
    expect(ledger.getPayment({ providerPaymentId })?.refundedMinor).toBe(2500)
    const told = ledger.listEvents({ limit: 100 }).items.filter(({ subject }) => subject?.type === 'refund')
    expect(told.map(({ type }) => type)).toEqual(['refund.created', 'refund.succeeded', 'refund.created', 'refund.succeeded'])
  })

  it('captures and cancels what is authorised without being asked by the shop', () => {
    const ledger = new FakePaymentLedger()
    const part = begin(ledger, { capture: 'manual' })
    expect(ledger.captureElsewhere(part.providerPaymentId, 900)).toMatchObject({ status: 'succeeded', capturedMinor: 900, capturableMinor: 0 })
    const other = begin(ledger, { capture: 'manual', idempotencyKey: 'other' })
    expect(ledger.cancelElsewhere(other.providerPaymentId)).toMatchObject({ status: 'canceled', capturableMinor: 0 })
    expect(() => ledger.cancelElsewhere(part.providerPaymentId)).toThrow(/succeeded/)
  })

  it('keeps what is disputed from refunds, until the shop has won', () => {
    const ledger = new FakePaymentLedger()
    const { providerPaymentId } = begin(ledger)
    const { providerDisputeId } = ledger.openDispute(providerPaymentId, 2000)
    const refund = (amountMinor: number, idempotencyKey: string) =>
      ledger.refund({ providerPaymentId, refundId: 'r' as RefundId, amount: { amountMinor, currency: 'USD' }, idempotencyKey })
    expect(refund(501, 'a')).toMatchObject({ outcome: 'rejected' })
    expect(ledger.decideDispute(providerDisputeId, 'lost')).toMatchObject({ status: 'lost', evidenceDueBy: null })
    expect(refund(501, 'b')).toMatchObject({ outcome: 'rejected' })
    ledger.decideDispute(providerDisputeId, 'won')
    expect(refund(501, 'c')).toMatchObject({ outcome: 'accepted' })
    expect(() => ledger.decideDispute('nothing', 'won')).toThrow(/no dispute/)
  })

  it('announces what is no concern of the shop, with nothing to look up', () => {
    const ledger = new FakePaymentLedger()
    expect(ledger.announce('payout.paid')).toMatchObject({ type: 'payout.paid', subject: null, providerPaymentId: null, live: false })
    expect(ledger.listEvents({ limit: 100 }).items).toHaveLength(1)
  })

  it('knows of charges that the shop never asked for', () => {
    const ledger = new FakePaymentLedger()
    const stray = ledger.chargeElsewhere({ amount: { amountMinor: 700, currency: 'EUR' } })
    expect(stray).toMatchObject({ paymentId: null, status: 'succeeded' })
    expect(ledger.totals().byPayment[stray.providerPaymentId]).toEqual({ capturedMinor: 700, refundedMinor: 0, currency: 'EUR' })
  })

  it('takes its time and its names from outside', () => {
    const clock = manualClock(new Date('2026-03-01T12:00:00Z'))
    const make = () => begin(new FakePaymentLedger({ now: () => clock.date(), random: seededRandom(7) }))
    expect(make()).toEqual(make())
    expect(make().createdAt).toEqual(new Date('2026-03-01T12:00:00Z'))
    expect(begin(new FakePaymentLedger()).providerPaymentId).not.toBe(begin(new FakePaymentLedger()).providerPaymentId)
  })
})
