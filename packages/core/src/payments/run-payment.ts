import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import type { IdempotencyKeyId } from '../idempotency/idempotency-store.ts'
import type { OrderId, PaymentId } from '../ids.ts'
import { trackedSkus } from '../inventory/stock-units.ts'
import type { Order } from '../orders/order.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import { changeAtProvider, requireProvider } from './call-provider.ts'
import type { Payment } from './payment.ts'
import type { PaymentProvider, ProviderChange, ProviderPayment } from './payment-provider.ts'
import { type PaymentNews, type Settled, settlePayment } from './settle-payment.ts'

/** What the idempotency key of a placed order remembers; the answer is derived from it and the order's present state. */
export interface PlacedRecord {
  readonly orderId: OrderId
  /** Null for an order that costs nothing. */
  readonly paymentId: PaymentId | null
  readonly decline?: { readonly code: string; readonly buyerMessage: string }
}

/** Which key to finish with the payment; null when the completer works without one. */
export type RunningKey = (IdempotencyKeyId & { readonly fence: number }) | null

export interface PaymentRun extends Settled {
  readonly decline: PlacedRecord['decline']
}

/**
 * The third and fourth phases of checkout: asks the provider for the money, outside every transaction and with a key derived from our payment id, then books
 * the answer. Running it again for the same payment asks with the same key, so the buyer pays once.
 */
export async function runPayment(context: Context, order: Order, payment: Payment, key: RunningKey, actor: ActorRecord): Promise<PaymentRun> {
  const answer = await startPayment(context, requireProvider(context, payment.provider), order, payment)
  return bookAnswer(context, order, payment, answer, key, actor)
}

async function startPayment(context: Context, provider: PaymentProvider, order: Order, payment: Payment): Promise<ProviderChange<ProviderPayment>> {
  await context.probe('payment.starting')
  const answer = await changeAtProvider(context, (signal) =>
    provider.start({
      paymentId: payment.id,
      orderId: order.id,
      orderNumber: order.number,
      amount: { amountMinor: payment.amountMinor, currency: payment.currency },
      method: payment.method,
      capture: payment.capture,
      customerId: order.customerId,
      createdAt: payment.createdAt,
      idempotencyKey: `start:${payment.id}`,
      signal,
    }),
  )
  await context.probe('payment.started')
  return answer
}

/** Books what the provider said, in the fourth phase's transaction, and finishes the key with it. */
export async function bookAnswer(
  context: Context,
  order: Order,
  payment: Payment,
  answer: ProviderChange<ProviderPayment>,
  key: RunningKey,
  actor: ActorRecord,
): Promise<PaymentRun> {
  const decline = answer.outcome === 'rejected' ? answer.decline : undefined
  const result: PlacedRecord = { orderId: order.id, paymentId: payment.id, ...(decline === undefined ? {} : { decline }) }
  const settled = await context.stock.settling({ subjects: [order.cartId, order.id], skus: trackedSkus(order.lines) }, async (tx) => {
    const booking = book(context, tx, { order, payment }, toNews(answer), actor)
    const [booked] = await Promise.all([booking, key === null ? undefined : tx.idempotency.finish({ ...key, result })])
    return booked
  })
  await context.probe('finalise.done')
  return { ...settled, decline }
}

async function book(context: Context, tx: StorageTransaction, run: Settled, news: PaymentNews | undefined, actor: ActorRecord): Promise<Settled> {
  const { id: paymentId, orderId, version: seenVersion } = run.payment
  if (news !== undefined) return settlePayment(context, tx, { paymentId, orderId, seenVersion }, news, actor)
  await tx.payments.schedule({ paymentId, nextCheckAt: addMs(tx.now, soonMs) })
  return run
}

/** How soon the completer asks about a payment whose answer was lost. */
const soonMs = 5_000

/** Undefined while nothing is known. */
function toNews(answer: ProviderChange<ProviderPayment>): PaymentNews | undefined {
  if (answer.outcome === 'accepted') return { type: 'observed', payment: answer.value }
  if (answer.outcome === 'unknown') return undefined
  return answer.value === null ? { type: 'rejected', decline: answer.decline } : { type: 'observed', payment: answer.value }
}
