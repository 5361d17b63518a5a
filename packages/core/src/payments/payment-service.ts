import { ownerFilter, requireStaff } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { OrderId } from '../ids.ts'
import { type OfOrderInput, ofOrderInput } from '../orders/order-input.ts'
import { parseInput } from '../parse-input.ts'
import { addMs } from '../time.ts'
import { changeAtProvider, requireProvider } from './call-provider.ts'
import type { Payment, Refund } from './payment.ts'
import { settlePayment } from './settle-payment.ts'

/** A payment as buyers and staff see it. */
export type PaymentView = Omit<Payment, 'idempotency' | 'method' | 'nextCheckAt' | 'checks'>

/** Reads payments and refunds; captures what was only authorised. */
export class PaymentService {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  /** Every attempt to pay an order, oldest first. @throws NOT_FOUND */
  async ofOrder(params: OfOrderInput): Promise<readonly PaymentView[]> {
    return (await this.#read(params)).payments.map(({ idempotency: _key, method: _method, nextCheckAt: _next, checks: _checks, ...view }) => view)
  }

  /** Every refund of an order, oldest first. @throws NOT_FOUND */
  async refundsOfOrder(params: OfOrderInput): Promise<readonly Refund[]> {
    return (await this.#read(params)).refunds
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
        }
      },
      { fresh: true },
    )
  }
}
