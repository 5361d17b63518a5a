import { ownerFilter, requireStaff } from '../actor.ts'
import type { Page } from '../catalog/catalog-store.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { OrderId, PaymentId } from '../ids.ts'
import type { InboxEvent } from '../inbox/inbox-event.ts'
import { type ReceivedWebhook, receiveWebhook } from '../inbox/receive-webhook.ts'
import { type OfOrderInput, ofOrderInput } from '../orders/order-input.ts'
import { parseInput } from '../parse-input.ts'
import { addMs } from '../time.ts'
import { changeAtProvider, requireProvider } from './call-provider.ts'
import type { Dispute, Payment, Refund } from './payment.ts'
import {
  type GetPaymentInput,
  getPaymentInput,
  type ListWebhooksInput,
  listWebhooksInput,
  plainHeaders,
  type ReconcileInput,
  reconcileInput,
  type WebhookInput,
  type WebhookKeyInput,
  webhookInput,
  webhookKeyInput,
} from './payment-input.ts'
import { askProvider, type PaymentReport, type PaymentView, type ProviderReport, reportPayment, viewPayment } from './payment-report.ts'
import { type Reconciliation, reconcile } from './reconcile-payments.ts'
import { settlePayment } from './settle-payment.ts'

/** Reads payments, refunds and disputes; captures what was only authorised; takes in what payment providers send. */
export class PaymentService {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  /** Every attempt to pay an order, oldest first. @throws NOT_FOUND */
  async ofOrder(params: OfOrderInput): Promise<readonly PaymentView[]> {
    return (await this.#read(params)).payments.map(viewPayment)
  }

  /** Every refund of an order, oldest first. @throws NOT_FOUND */
  async refundsOfOrder(params: OfOrderInput): Promise<readonly Refund[]> {
    return (await this.#read(params)).refunds
  }

  /** Every dispute of an order, oldest first. Staff only. @throws NOT_FOUND, FORBIDDEN */
  async disputesOfOrder(params: OfOrderInput): Promise<readonly Dispute[]> {
    requireStaff(parseInput(ofOrderInput, params).actor)
    return (await this.#read(params)).disputes
  }

  /** All that the shop knows of one payment: its steps, what went back, and the provider's events about it. Staff only. @throws NOT_FOUND, FORBIDDEN */
  async report(params: GetPaymentInput): Promise<PaymentReport> {
    const { actor, paymentId } = parseInput(getPaymentInput, params)
    requireStaff(actor)
    return reportPayment(this.#context, paymentId as PaymentId)
  }

  /** The same payment as its provider knows it now. Changes nothing. Staff only. @throws NOT_FOUND, FORBIDDEN, PROVIDER_UNKNOWN, PROVIDER_UNAVAILABLE */
  async providerReport(params: GetPaymentInput): Promise<ProviderReport> {
    return askProvider(this.#context, (await this.report(params)).payment)
  }

  /**
   * Takes in a webhook of a payment provider: checks who sent it, over the raw bytes of the body, and records its event. Answer 2xx once it has resolved,
   * whatever the outcome, and an error otherwise, so that the provider sends it again. What follows from the event is the worker's `inbox` job.
   *
   * @param params - `rawBody` is the body as it came: one that was parsed and written anew does not match its signature.
   * @returns `duplicate` when the event had been recorded before.
   * @throws WEBHOOK_INVALID, WEBHOOK_FOREIGN, PROVIDER_UNKNOWN, INVALID_INPUT: answer 400; and whatever the storage throws: answer 503
   * @example
   * const { outcome } = await commerce.payments.handleWebhook({ provider: 'stripe', rawBody: new Uint8Array(await request.arrayBuffer()), headers: request.headers })
   */
  async handleWebhook(params: WebhookInput): Promise<ReceivedWebhook> {
    const { provider, rawBody, headers } = parseInput(webhookInput, params)
    const bytes = typeof rawBody === 'string' ? new TextEncoder().encode(rawBody) : rawBody
    return receiveWebhook(this.#context, { provider, rawBody: bytes, headers: plainHeaders(headers) })
  }

  /** The providers' events as they came in, newest first; of one state if asked for. Staff only. @throws FORBIDDEN */
  async webhooks(params: ListWebhooksInput): Promise<Page<InboxEvent>> {
    const { actor, state, limit, after } = parseInput(listWebhooksInput, params)
    requireStaff(actor)
    const query = { limit, ...(state === undefined ? {} : { state }), ...(after === undefined ? {} : { after }) }
    return this.#context.storage.snapshot(this.#context.clock.now(), (snapshot) => snapshot.inbox.list(query), { fresh: true })
  }

  /** One event of a provider, with what came of it. Staff only. @throws NOT_FOUND, FORBIDDEN */
  async webhook(params: WebhookKeyInput): Promise<InboxEvent> {
    const { actor, ...key } = parseInput(webhookKeyInput, params)
    requireStaff(actor)
    const event = await this.#context.storage.snapshot(this.#context.clock.now(), (snapshot) => snapshot.inbox.find(key), { fresh: true })
    if (event === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'provider event' } })
    return event
  }

  /** Makes an event due again, whatever came of it: one that was parked, or any other, since doing it twice does nothing more. Staff only. @throws NOT_FOUND, FORBIDDEN */
  async replayWebhook(params: WebhookKeyInput): Promise<void> {
    const { actor, provider, eventId } = parseInput(webhookKeyInput, params)
    requireStaff(actor)
    const replayed = await this.#context.storage.transaction(this.#context.clock.now(), (tx) => tx.inbox.replay({ provider, eventId }))
    if (replayed === 'missing') throw new CommerceError('NOT_FOUND', { details: { object: 'provider event' } })
  }

  /**
   * Compares the shop with its payment providers from a time on, as the worker's `reconciler` does all the time from where it has come to: records every event that
   * never arrived, and puts each payment whose money differs into the inbox, to be read anew. What follows is the worker's `inbox` job. Repeating it does nothing
   * more. Staff only.
   *
   * @param params - `provider` defaults to all; `from` to 30 days ago; `dryRun` writes nothing; `graceMs` is how long money may be on its way before it counts,
   * default `timing.auditGraceMs`.
   * @throws FORBIDDEN, PROVIDER_UNKNOWN, PROVIDER_UNAVAILABLE
   */
  async reconcile(params: ReconcileInput): Promise<Reconciliation> {
    const { actor, provider, from, dryRun, graceMs = this.#context.timing.auditGraceMs } = parseInput(reconcileInput, params)
    requireStaff(actor)
    return reconcile(this.#context, { provider, from, dryRun, graceMs })
  }

  /**
   * Takes the money of an order whose payment was only authorised (`capture: 'manual'`). Staff only; repeating it does nothing more.
   *
   * @throws NOT_FOUND, FORBIDDEN, ORDER_CLOSED when nothing is authorised, PROVIDER_UNAVAILABLE when the provider did not answer or refused: the
   * authorisation is read again before anything else happens to it
   */
  async capture(params: OfOrderInput): Promise<PaymentView> {
    const { actor, orderId } = parseInput(ofOrderInput, params)
    requireStaff(actor)
    const { payments, status } = await this.#read(params)
    // A second authorisation, about to be let go, must not be taken in place of the payment that stands behind the order.
    const payment = payments.find((one) => one.status === 'captured') ?? payments.find((one) => one.status === 'authorised')
    if (payment === undefined || payment.providerPaymentId === null || status !== 'confirmed')
      throw new CommerceError('ORDER_CLOSED', { details: { orderId, status } })
    if (payment.status === 'authorised') await this.#captureAtProvider(payment, payment.providerPaymentId)
    const after = (await this.ofOrder(params)).find(({ id }) => id === payment.id)
    if (after === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'payment' } })
    return after
  }

  async #captureAtProvider(payment: Payment, providerPaymentId: string): Promise<void> {
    const context = this.#context
    const provider = requireProvider(context, payment.provider)
    // Should this process die before it has booked the answer, the completer reads the payment again.
    await context.storage.transaction(context.clock.now(), (tx) =>
      tx.payments.schedule({ paymentId: payment.id, nextCheckAt: addMs(tx.now, context.timing.lockMs) }),
    )
    await context.probe('capture.starting')
    const answer = await changeAtProvider(context, (signal) =>
      provider.capture({ providerPaymentId, idempotencyKey: `capture:${payment.id}:${payment.version}.${payment.checks}`, signal }),
    )
    await context.probe('capture.started')
    if (answer.outcome !== 'accepted') {
      await context.storage.transaction(context.clock.now(), (tx) => tx.payments.schedule({ paymentId: payment.id, nextCheckAt: tx.now }))
      throw new CommerceError('PROVIDER_UNAVAILABLE', { details: { provider: provider.name }, cause: answer })
    }
    const subject = { paymentId: payment.id, orderId: payment.orderId, seenVersion: payment.version }
    await context.storage.transaction(context.clock.now(), (tx) =>
      settlePayment(context, tx, subject, { type: 'observed', payment: answer.value }, { type: 'system', id: null }),
    )
  }

  async #read(params: OfOrderInput) {
    const { actor, orderId } = parseInput(ofOrderInput, params)
    return this.#context.storage.snapshot(
      this.#context.clock.now(),
      async (snapshot) => {
        const id = orderId as OrderId
        const order = await snapshot.orders.find({ key: { id }, owner: ownerFilter(actor) })
        if (order === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'order' } })
        return {
          status: order.status,
          payments: await snapshot.payments.ofOrder({ orderId: id }),
          refunds: await snapshot.payments.refundsOfOrder({ orderId: id }),
          disputes: await snapshot.payments.disputesOfOrder({ orderId: id }),
        }
      },
      { fresh: true },
    )
  }
}
