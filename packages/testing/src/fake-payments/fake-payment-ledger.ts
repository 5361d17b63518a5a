import { randomBytes } from 'node:crypto'
import type { Money, PaymentId, ProviderEvent, ProviderPayment, ProviderPaymentStatus, ProviderRefund, Random } from '@cartwright/core/ports'
import { type FakeMethod, fakeMethod } from './fake-methods.ts'
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

interface PaymentRow {
  readonly method: FakeMethod
  readonly capture: 'automatic' | 'manual'
  lookups: number
  payment: ProviderPayment
}

interface RefundRow {
  readonly waits: boolean
  refund: ProviderRefund
}

/**
 * The books of a pretended bank: payments, refunds and events, in memory. Requests are idempotent as a real
 * provider's are: a key repeated gets its first outcome again, and other parameters under it are rejected.
 */
export class FakePaymentLedger {
  #now: () => Date
  #lateAfterLookups: number
  #payments = new Map<string, PaymentRow>()
  #refunds = new Map<string, RefundRow>()
  #events: ProviderEvent[] = []
  #memory = new ReplayMemory()
  #name: string

  constructor(options: FakePaymentLedgerOptions = {}) {
    this.#now = options.now ?? (() => new Date())
    this.#lateAfterLookups = options.lateAfterLookups ?? 3
    this.#name = Buffer.from((options.random ?? { bytes: randomBytes }).bytes(6)).toString('hex')
  }

  start(request: StartRequest): LedgerAnswer<ProviderPayment> {
    const method = fakeMethod(request.method)
    if (method?.start === 'never_arrives') return lost
    const repeated = this.#memory.has(request.idempotencyKey)
    const answer = this.#memory.once(
      request.idempotencyKey,
      ['start', request],
      () => this.#begin(request, method),
      (id) => this.#read(id),
    )
    return method?.answer === 'is_lost' && !repeated ? lost : answer
  }

  capture(request: CaptureRequest): LedgerAnswer<ProviderPayment> {
    return this.#memory.once(
      request.idempotencyKey,
      ['capture', request],
      () => this.#capture(request),
      (id) => this.#read(id),
    )
  }

  void(request: VoidRequest): LedgerAnswer<ProviderPayment> {
    return this.#memory.once(
      request.idempotencyKey,
      ['void', request],
      () => this.#void(request),
      (id) => this.#read(id),
    )
  }

  refund(request: RefundRequest): LedgerAnswer<ProviderRefund> {
    return this.#memory.once(
      request.idempotencyKey,
      ['refund', request],
      () => this.#refund(request),
      (id) => this.#refundRow(id).refund,
    )
  }

  getPayment({ providerPaymentId }: { readonly providerPaymentId: string }): ProviderPayment | undefined {
    const row = this.#payments.get(providerPaymentId)
    return row === undefined ? undefined : this.#lookUp(row)
  }

  findByOurId({ paymentId }: { readonly paymentId: PaymentId }): readonly ProviderPayment[] {
    return [...this.#payments.values()].filter((row) => row.payment.paymentId === paymentId).map((row) => this.#lookUp(row))
  }

  getRefund({ providerRefundId }: { readonly providerRefundId: string }): ProviderRefund | undefined {
    return this.#refunds.get(providerRefundId)?.refund
  }

  listPayments(request: ListRequest): ListPage<ProviderPayment> {
    const all = [...this.#payments.values()].map((row) => row.payment)
    return pageOf(all, (payment) => payment.providerPaymentId, request)
  }

  listEvents(request: ListRequest): ListPage<ProviderEvent> {
    return pageOf(this.#events, (event) => event.eventId, request)
  }

  /** Lets the buyer do what the payment waits for: it succeeds, or is authorised. */
  completeAction(providerPaymentId: string): ProviderPayment {
    const row = this.#waiting(providerPaymentId, 'requires_action')
    return this.#succeed(row)
  }

  /** Lets the buyer fail or give up what the payment waits for: it fails. */
  abandonAction(providerPaymentId: string): ProviderPayment {
    const row = this.#waiting(providerPaymentId, 'requires_action')
    return this.#fail(row, 'authentication_failed')
  }

  /** Ends a payment that is processing. @param outcome - `succeeded` by default. */
  settle(providerPaymentId: string, outcome: 'succeeded' | 'failed' = 'succeeded'): ProviderPayment {
    const row = this.#waiting(providerPaymentId, 'processing')
    return outcome === 'succeeded' ? this.#succeed(row) : this.#fail(row, 'processing_failed')
  }

  /** Ends a refund that is pending, or turns a succeeded one into a failed one. @param outcome - `succeeded` by default. */
  settleRefund(providerRefundId: string, outcome: 'succeeded' | 'failed' = 'succeeded'): ProviderRefund {
    const row = this.#refundRow(providerRefundId)
    const { payment } = this.#row(row.refund.providerPaymentId)
    const before = row.refund.status === 'succeeded' ? row.refund.amount.amountMinor : 0
    const after = outcome === 'succeeded' ? row.refund.amount.amountMinor : 0
    row.refund = { ...row.refund, status: outcome }
    this.#change(payment.providerPaymentId, { refundedMinor: payment.refundedMinor - before + after }, `refund.${outcome}`)
    return row.refund
  }

  /** Charges a payment that the shop never asked for, or under the id of one that it did. */
  chargeElsewhere(charge: {
    readonly amount: Money
    readonly paymentId?: ProviderPayment['paymentId']
    readonly orderId?: ProviderPayment['orderId']
  }): ProviderPayment {
    const row = this.#open(
      { paymentId: charge.paymentId ?? null, orderId: charge.orderId ?? null, amount: charge.amount },
      fakeMethod('card_ok') as FakeMethod,
      'automatic',
    )
    return this.#succeed(row)
  }

  /** Every refund, oldest first. */
  refunds(): readonly ProviderRefund[] {
    return [...this.#refunds.values()].map((row) => row.refund)
  }

  /** What has been captured and refunded, per currency and per payment of ours. */
  totals(): LedgerTotals {
    return ledgerTotals([...this.#payments.values()].map((row) => row.payment))
  }

  /** The webhook that carries an event, signed as the provider would sign it at `at`. */
  signedWebhook(eventId: string, params: { readonly secret: string; readonly at: Date }): SignedWebhook {
    const event = this.#events.find((candidate) => candidate.eventId === eventId)
    if (event === undefined) throw new Error(`the fake ledger has no event ${eventId}`)
    return signWebhook(event, params)
  }

  #begin(request: StartRequest, method: FakeMethod | undefined): Ending {
    if (method === undefined) return refusal('unknown_method')
    const rows = Array.from({ length: method.copies }, () => this.#open(request, method, request.capture))
    for (const row of rows) this.#play(row)
    const { providerPaymentId, decline } = (rows[0] as PaymentRow).payment
    return { outcome: decline === null ? 'accepted' : 'rejected', objectId: providerPaymentId, decline }
  }

  #play(row: PaymentRow): void {
    const id = row.payment.providerPaymentId
    switch (row.method.start) {
      case 'succeeds':
        this.#succeed(row)
        break
      case 'declines':
        this.#change(id, { status: 'failed', decline: row.method.decline }, 'payment.failed')
        break
      case 'asks':
        this.#change(id, { status: 'requires_action', action: { type: 'redirect', value: `https://bank.example/approve/${id}` } }, 'payment.requires_action')
        break
      case 'processes':
      case 'never_arrives':
        break
    }
    const event = this.#events.at(-1)
    if (row.method.copies === 2 && event !== undefined) this.#events.push({ ...event, eventId: this.#nextEventId() })
  }

  #open(
    of: { readonly paymentId: ProviderPayment['paymentId']; readonly orderId: ProviderPayment['orderId']; readonly amount: Money },
    method: FakeMethod,
    capture: 'automatic' | 'manual',
  ): PaymentRow {
    const providerPaymentId = `fake_pay_${this.#name}_${this.#payments.size + 1}`
    const payment: ProviderPayment = {
      providerPaymentId,
      paymentId: of.paymentId,
      orderId: of.orderId,
      status: 'processing',
      amount: of.amount,
      capturableMinor: 0,
      capturedMinor: 0,
      refundedMinor: 0,
      action: null,
      decline: null,
      live: false,
      createdAt: this.#now(),
    }
    const row: PaymentRow = { method, capture, lookups: 0, payment }
    this.#payments.set(providerPaymentId, row)
    this.#record('payment.created', providerPaymentId)
    return row
  }

  #capture(request: CaptureRequest): Ending {
    const row = this.#payments.get(request.providerPaymentId)
    if (row === undefined) return refusal('no_such_payment')
    const { capturableMinor, status } = row.payment
    const amountMinor = request.amountMinor ?? capturableMinor
    if (status !== 'requires_capture') return refusal('not_capturable', request.providerPaymentId)
    if (amountMinor < 1 || amountMinor > capturableMinor) return refusal('amount_too_large', request.providerPaymentId)
    this.#change(request.providerPaymentId, { status: 'succeeded', capturableMinor: 0, capturedMinor: amountMinor }, 'payment.succeeded')
    return done(request.providerPaymentId)
  }

  #void(request: VoidRequest): Ending {
    const row = this.#payments.get(request.providerPaymentId)
    if (row === undefined) return refusal('no_such_payment')
    const { status } = row.payment
    if (status === 'canceled') return done(request.providerPaymentId)
    if (status === 'succeeded' || status === 'failed') return refusal(`already_${status}`, request.providerPaymentId)
    if (status === 'processing' && !row.method.voidable) return refusal('still_processing', request.providerPaymentId)
    this.#change(request.providerPaymentId, { status: 'canceled', capturableMinor: 0, action: null }, 'payment.canceled')
    return done(request.providerPaymentId)
  }

  #refund(request: RefundRequest): Ending {
    const row = this.#payments.get(request.providerPaymentId)
    if (row === undefined) return refusal('no_such_payment')
    const { payment } = row
    const promised = [...this.#refunds.values()]
      .filter(({ refund }) => refund.providerPaymentId === request.providerPaymentId && refund.status !== 'failed')
      .reduce((sum, { refund }) => sum + refund.amount.amountMinor, 0)
    if (request.amount.currency !== payment.amount.currency) return refusal('wrong_currency')
    if (request.amount.amountMinor < 1 || promised + request.amount.amountMinor > payment.capturedMinor) return refusal('amount_too_large')
    const providerRefundId = `fake_refund_${this.#name}_${this.#refunds.size + 1}`
    const refund: ProviderRefund = {
      providerRefundId,
      providerPaymentId: request.providerPaymentId,
      refundId: request.refundId,
      status: 'pending',
      amount: request.amount,
      createdAt: this.#now(),
    }
    this.#refunds.set(providerRefundId, { waits: row.method.refundsWait, refund })
    this.#record('refund.created', request.providerPaymentId)
    if (!row.method.refundsWait) this.settleRefund(providerRefundId)
    return done(providerRefundId)
  }

  #lookUp(row: PaymentRow): ProviderPayment {
    if (row.payment.status === 'processing' && row.method.settles) {
      row.lookups += 1
      if (row.lookups > this.#lateAfterLookups) this.#succeed(row)
    }
    return row.payment
  }

  #succeed(row: PaymentRow): ProviderPayment {
    const { providerPaymentId, amount } = row.payment
    if (row.capture === 'manual')
      return this.#change(providerPaymentId, { status: 'requires_capture', action: null, capturableMinor: amount.amountMinor }, 'payment.authorised')
    return this.#change(providerPaymentId, { status: 'succeeded', action: null, capturedMinor: amount.amountMinor }, 'payment.succeeded')
  }

  #fail(row: PaymentRow, code: string): ProviderPayment {
    const decline = { code, buyerMessage: 'The payment was not completed. Please try again.' }
    return this.#change(row.payment.providerPaymentId, { status: 'failed', action: null, decline }, 'payment.failed')
  }

  #change(providerPaymentId: string, change: Partial<ProviderPayment>, type: string): ProviderPayment {
    const row = this.#row(providerPaymentId)
    row.payment = { ...row.payment, ...change }
    this.#record(type, providerPaymentId)
    return row.payment
  }

  #record(type: string, providerPaymentId: string): void {
    this.#events.push({ eventId: this.#nextEventId(), type, providerPaymentId, createdAt: this.#now() })
  }

  #nextEventId(): string {
    return `fake_event_${this.#name}_${this.#events.length + 1}`
  }

  #read(providerPaymentId: string): ProviderPayment {
    return this.#row(providerPaymentId).payment
  }

  #row(providerPaymentId: string): PaymentRow {
    const row = this.#payments.get(providerPaymentId)
    if (row === undefined) throw new Error(`the fake ledger has no payment ${providerPaymentId}`)
    return row
  }

  #refundRow(providerRefundId: string): RefundRow {
    const row = this.#refunds.get(providerRefundId)
    if (row === undefined) throw new Error(`the fake ledger has no refund ${providerRefundId}`)
    return row
  }

  #waiting(providerPaymentId: string, status: ProviderPaymentStatus): PaymentRow {
    const row = this.#row(providerPaymentId)
    if (row.payment.status !== status) throw new Error(`payment ${providerPaymentId} is ${row.payment.status}, not ${status}`)
    return row
  }
}

function done(objectId: string): Ending {
  return { outcome: 'accepted', objectId, decline: null }
}
