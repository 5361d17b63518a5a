import { type Actor, actorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { IdempotencyRecord } from '../idempotency/idempotency-store.ts'
import { idempotencyScope, refusalError } from '../idempotency/run-idempotent.ts'
import { checkPayment, isUnanswered } from '../payments/check-payment.ts'
import { isOpen } from '../payments/payment.ts'
import { type PlacedRecord, runPayment } from '../payments/run-payment.ts'
import { placeOperation } from './place-request.ts'
import { loadPlacement, type Placed, placement } from './placement.ts'

/**
 * Asks for the money of an order that was prepared in a transaction of the host. While the key is still locked for that call nobody else has asked; later on
 * the worker may have. A payment without an answer is asked for again, any other is looked at. Either way the provider is asked with one key, and the buyer pays once.
 *
 * @throws NOT_FOUND, IDEMPOTENCY_IN_FLIGHT, ORDER_CLOSED, PROVIDER_UNKNOWN, PROVIDER_UNAVAILABLE
 */
export async function payPrepared(context: Context, actor: Actor, idempotencyKey: string): Promise<Placed> {
  const key = { scope: idempotencyScope(actor), operation: placeOperation, key: idempotencyKey }
  const { record, isLocked } = await context.storage.snapshot(
    context.clock.now(),
    async (snapshot) => {
      const found = await snapshot.idempotency.find(key)
      if (found === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'idempotency key' } })
      return { record: found, isLocked: found.state === 'in_progress' && found.lockedUntil > snapshot.now }
    },
    { fresh: true },
  )
  const placed = placedRecord(record)
  const { order, payment } = await loadPlacement(context, placed)
  if (payment === null || !isOpen(payment.status) || record.state === 'finished') return placement(order, payment, placed.decline)

  const running = { ...key, fence: record.fence }
  if ((isLocked && payment.status === 'created') || (await isUnanswered(context, payment))) {
    const run = await runPayment(context, order, payment, running, actorRecord(actor))
    return placement(run.order, run.payment, run.decline)
  }
  const checked = await checkPayment(context, payment, order)
  const result: PlacedRecord = { orderId: order.id, paymentId: payment.id }
  await context.storage.transaction(context.clock.now(), (tx) => tx.idempotency.finish({ ...running, result }))
  return placement(checked.order, checked.payment, undefined)
}

function placedRecord({ error, result }: IdempotencyRecord): PlacedRecord {
  if (error !== null) throw refusalError(error)
  if (result === null) throw new CommerceError('IDEMPOTENCY_IN_FLIGHT', { details: {} })
  return result as PlacedRecord
}
