import { randomBytes } from 'node:crypto'
import type { PaymentId, ProviderDispute, ProviderEvent, ProviderPayment, ProviderPaymentStatus, ProviderRefund, Random } from '@cartwright/core/ports'
import { type FakeMethod, fakeMethod, fakeMethods } from './fake-methods.ts'
import { LedgerBooks, type PaymentRow, type PaymentSubject } from './ledger-books.ts'
import {
  type CaptureRequest,
  type LedgerAnswer,
  type LedgerTotals,
  type ListPage,
  type ListRequest,
  pageOf,
  type RefundRequest,
  type StartRequest,
  type VoidRequest,
} from './ledger-requests.ts'
import { ledgerTotals } from './ledger-totals.ts'
import { type Ending, lost, ReplayMemory, refusal } from './replay-memory.ts'
import { type SignedWebhook, signWebhook } from './webhook-signature.ts'

export interface FakePaymentLedgerOptions {
  /** The bank's clock. @default the process's clock */
  readonly now?: () => Date
  /** Where the ledger's name comes from, which is part of every id, so that two ledgers never make the same one. @default strong randomness */
  readonly random?: Random
  /** How often a `card_late` payment is looked up as processing before it has succeeded. @default 3 */
  readonly lateAfterLookups?: number
}

/**
 * The books of a pretended bank: payments, refunds, disputes and events, in memory. Requests are idempotent as a real provider's are: a key repeated gets its
 * first outcome again, and other parameters under it are rejected.
 */
export class FakePaymentLedger {
  readonly #books: LedgerBooks
  readonly #lateAfterLookups: number
  readonly #memory = new ReplayMemory()

  constructor(options: FakePaymentLedgerOptions = {}) {
    const { now = () => new Date(), random = { bytes: randomBytes }, lateAfterLookups = 3 } = options
    this.#books = new LedgerBooks(Buffer.from(random.bytes(6)).toString('hex'), now)
    this.#lateAfterLookups = lateAfterLookups
  }

  start(request: StartRequest): LedgerAnswer<ProviderPayment> {
    const method = fakeMethod(request.method)
    if (method?.start === 'never_arrives') return lost
    const repeated = this.#memory.has(request.idempotencyKey)
    const answer = this.#once(request, 'start', () => this.#start(request, method))
    return method?.answer === 'is_lost' && !repeated ? lost : answer
  }

  capture(request: CaptureRequest): LedgerAnswer<ProviderPayment> {
    return this.#once(request, 'capture', () => this.#capture(request))
  }

  void(request: VoidRequest): LedgerAnswer<ProviderPayment> {
    return this.#once(request, 'void', () => this.#void(request))
  }

  refund(request: RefundRequest): LedgerAnswer<ProviderRefund> {
    const read = (providerRefundId: string) => this.#books.refundRow(providerRefundId).refund
    return this.#memory.once(request.idempotencyKey, ['refund', request], () => this.#refund(request), read)
  }

  getPayment({ providerPaymentId }: { readonly providerPaymentId: string }): ProviderPayment | undefined {
    const row = this.#books.payments.get(providerPaymentId)
    return row === undefined ? undefined : this.#lookUp(row)
  }

  findByOurId({ paymentId }: { readonly paymentId: PaymentId }): readonly ProviderPayment[] {
    return [...this.#books.payments.values()].filter((row) => row.payment.paymentId === paymentId).map((row) => this.#lookUp(row))
  }

  getRefund({ providerRefundId }: { readonly providerRefundId: string }): ProviderRefund | undefined {
    return this.#books.refunds.get(providerRefundId)?.refund
  }

  findRefunds({ providerPaymentId }: { readonly providerPaymentId: string }): readonly ProviderRefund[] {
    return this.refunds().filter((refund) => refund.providerPaymentId === providerPaymentId)
  }

  getDispute({ providerDisputeId }: { readonly providerDisputeId: string }): ProviderDispute | undefined {
    return this.#books.disputes.get(providerDisputeId)?.dispute
  }

  findDisputes({ providerPaymentId }: { readonly providerPaymentId: string }): readonly ProviderDispute[] {
    return [...this.#books.disputes.values()].map((row) => row.dispute).filter((dispute) => dispute.providerPaymentId === providerPaymentId)
  }

  listPayments(request: ListRequest): ListPage<ProviderPayment> {
    return pageOf(this.#allPayments(), (payment) => payment.providerPaymentId, request)
  }

  listEvents(request: ListRequest): ListPage<ProviderEvent> {
    return pageOf(this.#books.events, (event) => event.eventId, request)
  }

  /** Lets the buyer do what the payment waits for: it succeeds, or is authorised. */
  completeAction(providerPaymentId: string): ProviderPayment {
    return this.#succeed(this.#inStatus(providerPaymentId, 'requires_action'))
  }

  /** Lets the buyer fail or give up what the payment waits for: it fails. */
  abandonAction(providerPaymentId: string): ProviderPayment {
    return this.#fail(this.#inStatus(providerPaymentId, 'requires_action'), 'authentication_failed')
  }

  /** Ends a payment that is processing. @param outcome - `succeeded` by default. */
  settle(providerPaymentId: string, outcome: 'succeeded' | 'failed' = 'succeeded'): ProviderPayment {
    const row = this.#inStatus(providerPaymentId, 'processing')
    return outcome === 'succeeded' ? this.#succeed(row) : this.#fail(row, 'processing_failed')
  }

  /** Ends a refund that is pending, or turns a succeeded one into a failed one. @param outcome - `succeeded` by default. */
  settleRefund(providerRefundId: string, outcome: 'succeeded' | 'failed' = 'succeeded'): ProviderRefund {
    const row = this.#books.refundRow(providerRefundId)
    const payment = this.#books.paymentRow(row.refund.providerPaymentId)
    const countedMinor = (status: ProviderRefund['status']) => (status === 'succeeded' ? row.refund.amount.amountMinor : 0)
    const refundedMinor = payment.payment.refundedMinor - countedMinor(row.refund.status) + countedMinor(outcome)
    row.refund = { ...row.refund, status: outcome }
    payment.payment = { ...payment.payment, refundedMinor }
    this.#books.record(`refund.${outcome}`, { type: 'refund', id: providerRefundId }, row.refund.providerPaymentId)
    return row.refund
  }

  /** Refunds a part of a payment, or all that is left, without the shop: as somebody does at the bank's own desk. */
  refundElsewhere(providerPaymentId: string, amountMinor?: number): ProviderRefund {
    const row = this.#books.paymentRow(providerPaymentId)
    const { currency } = row.payment.amount
    const left = row.payment.capturedMinor - this.#books.promisedMinor(providerPaymentId)
    const { refund, waits } = this.#books.openRefund(row, null, { amountMinor: amountMinor ?? left, currency })
    return waits ? refund : this.settleRefund(refund.providerRefundId)
  }

  /** Takes a part of what is authorised, or all of it, without the shop; the rest is let go. */
  captureElsewhere(providerPaymentId: string, amountMinor?: number): ProviderPayment {
    const row = this.#inStatus(providerPaymentId, 'requires_capture')
    const capturedMinor = amountMinor ?? row.payment.capturableMinor
    return this.#books.change(row, { status: 'succeeded', capturableMinor: 0, capturedMinor }, 'payment.succeeded')
  }

  /** Ends a payment that has not been captured, without the shop: at the bank's own desk, or because an authorisation has run out. */
  cancelElsewhere(providerPaymentId: string): ProviderPayment {
    this.#void({ providerPaymentId, idempotencyKey: '' })
    return this.#inStatus(providerPaymentId, 'canceled').payment
  }

  /** Lets the buyer ask their bank for the money of a payment, or a part of it. */
  openDispute(providerPaymentId: string, amountMinor?: number): ProviderDispute {
    const row = this.#books.paymentRow(providerPaymentId)
    const amount = { amountMinor: amountMinor ?? row.payment.capturedMinor, currency: row.payment.amount.currency }
    return this.#books.openDispute(row, amount, 'product_not_received').dispute
  }

  /** Decides a dispute, or decides it anew. */
  decideDispute(providerDisputeId: string, status: 'won' | 'lost'): ProviderDispute {
    const row = this.#books.disputeRow(providerDisputeId)
    row.dispute = { ...row.dispute, status, evidenceDueBy: null }
    this.#books.record(`dispute.${status}`, { type: 'dispute', id: providerDisputeId }, row.dispute.providerPaymentId)
    return row.dispute
  }

  /** Tells of something, under any name. @param providerPaymentId - the payment that it is about; by default it is no concern of the shop's. */
  announce(type: string, providerPaymentId?: string): ProviderEvent {
    if (providerPaymentId === undefined) return this.#books.record(type, null, null)
    return this.#books.record(type, { type: 'payment', id: providerPaymentId }, providerPaymentId)
  }

  /** Charges a payment that the shop never asked for, or another one under the id of one that it did. */
  chargeElsewhere(subject: Partial<PaymentSubject> & Pick<PaymentSubject, 'amount'>): ProviderPayment {
    return this.#succeed(this.#books.openPayment({ paymentId: null, orderId: null, ...subject }, fakeMethods.card_ok, 'automatic'))
  }

  /** Every refund, oldest first. */
  refunds(): readonly ProviderRefund[] {
    return [...this.#books.refunds.values()].map((row) => row.refund)
  }

  /** What has been captured and refunded, per currency and per payment of ours. */
  totals(): LedgerTotals {
    return ledgerTotals(this.#allPayments())
  }

  /** The webhook that carries an event, signed as the provider would sign it at `at`. */
  signedWebhook(eventId: string, params: { readonly secret: string; readonly at: Date }): SignedWebhook {
    const event = this.#books.events.find((candidate) => candidate.eventId === eventId)
    if (event === undefined) throw new Error(`the fake ledger has no event ${eventId}`)
    return signWebhook(event, params)
  }

  #once(request: { readonly idempotencyKey: string }, operation: string, work: () => Ending): LedgerAnswer<ProviderPayment> {
    const read = (providerPaymentId: string) => this.#books.paymentRow(providerPaymentId).payment
    return this.#memory.once(request.idempotencyKey, [operation, request], work, read)
  }

  #start(request: StartRequest, method: FakeMethod | undefined): Ending {
    if (method === undefined) return refusal('unknown_method')
    const first = this.#play(this.#books.openPayment(request, method, request.capture))
    if (method.copies === 2) this.#play(this.#books.openPayment(request, method, request.capture))
    return { outcome: first.decline === null ? 'accepted' : 'rejected', objectId: first.providerPaymentId, decline: first.decline }
  }

  /** Does what the payment's method does at the start. */
  #play(row: PaymentRow): ProviderPayment {
    const { start, decline, copies } = row.method
    if (start === 'succeeds') this.#succeed(row)
    if (start === 'declines') this.#books.change(row, { status: 'failed', decline }, 'payment.failed')
    if (start === 'asks') {
      const value = `https://bank.example/approve/${row.payment.providerPaymentId}`
      this.#books.change(row, { status: 'requires_action', action: { type: 'redirect', value } }, 'payment.requires_action')
    }
    if (copies === 2) this.#books.repeatNewestEvent()
    return row.payment
  }

  #capture({ providerPaymentId, ...request }: CaptureRequest): Ending {
    const row = this.#books.payments.get(providerPaymentId)
    if (row === undefined) return refusal('no_such_payment')
    const { capturableMinor, status } = row.payment
    const amountMinor = request.amountMinor ?? capturableMinor
    if (status !== 'requires_capture') return refusal('not_capturable', providerPaymentId)
    if (amountMinor < 1 || amountMinor > capturableMinor) return refusal('amount_too_large', providerPaymentId)
    this.#books.change(row, { status: 'succeeded', capturableMinor: 0, capturedMinor: amountMinor }, 'payment.succeeded')
    return done(providerPaymentId)
  }

  #void({ providerPaymentId }: VoidRequest): Ending {
    const row = this.#books.payments.get(providerPaymentId)
    if (row === undefined) return refusal('no_such_payment')
    const { status } = row.payment
    if (status === 'succeeded' || status === 'failed') return refusal(`already_${status}`, providerPaymentId)
    if (status === 'processing' && !row.method.voidable) return refusal('still_processing', providerPaymentId)
    if (status !== 'canceled') this.#books.change(row, { status: 'canceled', capturableMinor: 0, action: null }, 'payment.canceled')
    return done(providerPaymentId)
  }

  #refund({ providerPaymentId, refundId, amount }: RefundRequest): Ending {
    const row = this.#books.payments.get(providerPaymentId)
    if (row === undefined) return refusal('no_such_payment')
    if (amount.currency !== row.payment.amount.currency) return refusal('wrong_currency')
    const leftMinor = row.payment.capturedMinor - this.#books.promisedMinor(providerPaymentId)
    if (amount.amountMinor < 1 || amount.amountMinor > leftMinor) return refusal('amount_too_large')
    const { refund, waits } = this.#books.openRefund(row, refundId, amount)
    if (!waits) this.settleRefund(refund.providerRefundId)
    return done(refund.providerRefundId)
  }

  #lookUp(row: PaymentRow): ProviderPayment {
    if (row.payment.status === 'processing' && row.method.settles) {
      row.lookups += 1
      if (row.lookups > this.#lateAfterLookups) this.#succeed(row)
    }
    return row.payment
  }

  #succeed(row: PaymentRow): ProviderPayment {
    const { amountMinor } = row.payment.amount
    if (row.capture === 'manual')
      return this.#books.change(row, { status: 'requires_capture', action: null, capturableMinor: amountMinor }, 'payment.authorised')
    return this.#books.change(row, { status: 'succeeded', action: null, capturedMinor: amountMinor }, 'payment.succeeded')
  }

  #fail(row: PaymentRow, code: string): ProviderPayment {
    const decline = { code, buyerMessage: 'The payment was not completed. Please try again.' }
    return this.#books.change(row, { status: 'failed', action: null, decline }, 'payment.failed')
  }

  #inStatus(providerPaymentId: string, status: ProviderPaymentStatus): PaymentRow {
    const row = this.#books.paymentRow(providerPaymentId)
    if (row.payment.status !== status) throw new Error(`payment ${providerPaymentId} is ${row.payment.status}, not ${status}`)
    return row
  }

  #allPayments(): readonly ProviderPayment[] {
    return [...this.#books.payments.values()].map((row) => row.payment)
  }
}

function done(objectId: string): Ending {
  return { outcome: 'accepted', objectId, decline: null }
}
