import type { Money, ProviderDispute, ProviderEvent, ProviderPayment, ProviderRefund, ProviderSubject } from '@cartwright/core/ports'
import type { FakeMethod } from './fake-methods.ts'

export interface PaymentRow {
  readonly method: FakeMethod
  readonly capture: 'automatic' | 'manual'
  /** How often it has been looked up while it was processing. */
  lookups: number
  payment: ProviderPayment
}

export interface RefundRow {
  /** Whether it waits for `settleRefund`. */
  readonly waits: boolean
  refund: ProviderRefund
}

export interface DisputeRow {
  dispute: ProviderDispute
}

/** How long a shop has to answer a dispute. */
const evidenceTimeMs = 7 * 24 * 3_600_000

/** Whom a payment belongs to and what it comes to. */
export type PaymentSubject = Pick<ProviderPayment, 'paymentId' | 'orderId' | 'amount'>

/** The rows behind the fake ledger: payments, refunds, disputes, and an event for every change of one. */
export class LedgerBooks {
  readonly payments = new Map<string, PaymentRow>()
  readonly refunds = new Map<string, RefundRow>()
  readonly disputes = new Map<string, DisputeRow>()
  readonly events: ProviderEvent[] = []
  readonly #name: string
  readonly #now: () => Date

  /** @param name - part of every id. */
  constructor(name: string, now: () => Date) {
    this.#name = name
    this.#now = now
  }

  openPayment({ paymentId, orderId, amount }: PaymentSubject, method: FakeMethod, capture: 'automatic' | 'manual'): PaymentRow {
    const providerPaymentId = `fake_pay_${this.#name}_${this.payments.size + 1}`
    const payment: ProviderPayment = {
      providerPaymentId,
      paymentId,
      orderId,
      status: 'processing',
      amount,
      capturableMinor: 0,
      capturedMinor: 0,
      refundedMinor: 0,
      action: null,
      decline: null,
      live: false,
      createdAt: this.#now(),
    }
    const row: PaymentRow = { method, capture, lookups: 0, payment }
    this.payments.set(providerPaymentId, row)
    this.record('payment.created', { type: 'payment', id: providerPaymentId }, providerPaymentId)
    return row
  }

  openRefund(row: PaymentRow, refundId: ProviderRefund['refundId'], amount: Money): RefundRow {
    const { providerPaymentId } = row.payment
    const providerRefundId = `fake_refund_${this.#name}_${this.refunds.size + 1}`
    const refund: ProviderRefund = { providerRefundId, providerPaymentId, refundId, status: 'pending', amount, createdAt: this.#now() }
    const opened: RefundRow = { waits: row.method.refundsWait, refund }
    this.refunds.set(providerRefundId, opened)
    this.record('refund.created', { type: 'refund', id: providerRefundId }, providerPaymentId)
    return opened
  }

  openDispute(row: PaymentRow, amount: Money, reason: string): DisputeRow {
    const { providerPaymentId } = row.payment
    const providerDisputeId = `fake_dispute_${this.#name}_${this.disputes.size + 1}`
    const createdAt = this.#now()
    const evidenceDueBy = new Date(createdAt.getTime() + evidenceTimeMs)
    const opened: DisputeRow = { dispute: { providerDisputeId, providerPaymentId, status: 'open', amount, reason, evidenceDueBy, createdAt } }
    this.disputes.set(providerDisputeId, opened)
    this.record('dispute.opened', { type: 'dispute', id: providerDisputeId }, providerPaymentId)
    return opened
  }

  /** Changes a payment and records the event of that type. */
  change(row: PaymentRow, change: Partial<ProviderPayment>, type: string): ProviderPayment {
    row.payment = { ...row.payment, ...change }
    this.record(type, { type: 'payment', id: row.payment.providerPaymentId }, row.payment.providerPaymentId)
    return row.payment
  }

  /** @param subject - null for an event that is about nothing the shop deals with. */
  record(type: string, subject: ProviderSubject | null, providerPaymentId: string | null): ProviderEvent {
    const event: ProviderEvent = { eventId: this.#nextEventId(), type, subject, providerPaymentId, live: false, createdAt: this.#now() }
    this.events.push(event)
    return event
  }

  /** Tells the newest event once more, under another id, as providers sometimes do. */
  repeatNewestEvent(): void {
    const newest = this.events.at(-1)
    if (newest !== undefined) this.events.push({ ...newest, eventId: this.#nextEventId() })
  }

  /** Units of money that refunds have returned, or will unless they fail, and that disputes keep from the shop, or may. */
  promisedMinor(providerPaymentId: string): number {
    const refunds = [...this.refunds.values()].map(({ refund }) => ({ ...refund, gone: refund.status !== 'failed' }))
    const disputes = [...this.disputes.values()].map(({ dispute }) => ({ ...dispute, gone: dispute.status !== 'won' }))
    return [...refunds, ...disputes]
      .filter((one) => one.providerPaymentId === providerPaymentId && one.gone)
      .reduce((sum, { amount }) => sum + amount.amountMinor, 0)
  }

  /** @throws Error when there is no such payment. */
  paymentRow(providerPaymentId: string): PaymentRow {
    const row = this.payments.get(providerPaymentId)
    if (row === undefined) throw new Error(`the fake ledger has no payment ${providerPaymentId}`)
    return row
  }

  /** @throws Error when there is no such refund. */
  refundRow(providerRefundId: string): RefundRow {
    const row = this.refunds.get(providerRefundId)
    if (row === undefined) throw new Error(`the fake ledger has no refund ${providerRefundId}`)
    return row
  }

  /** @throws Error when there is no such dispute. */
  disputeRow(providerDisputeId: string): DisputeRow {
    const row = this.disputes.get(providerDisputeId)
    if (row === undefined) throw new Error(`the fake ledger has no dispute ${providerDisputeId}`)
    return row
  }

  #nextEventId(): string {
    return `fake_event_${this.#name}_${this.events.length + 1}`
  }
}
