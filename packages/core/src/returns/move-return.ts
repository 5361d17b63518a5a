import { type Actor, actorRecord, ownerFilter, owns } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { OrderId, OrderLineId, OrderRefundId, ReturnId } from '../ids.ts'

import { stockUnits, tracksStock } from '../inventory/stock-units.ts'
import { bookOrderRefund, type OrderRefundRequest } from '../orders/book-order-refund.ts'

import type { Order, OrderChange, OrderLine } from '../orders/order.ts'
import type { RefundTerms } from '../orders/order-refund-rules.ts'
import { advanceOrder } from '../orders/order-rules.ts'
import { saveOrder } from '../orders/order-writer.ts'
import { putBack } from '../orders/refund-stock.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import type { Return, ReturnLine } from './return.ts'
import { leaving, type ReceivedUnits, receivedLines, requireReturnable, withReturning } from './return-rules.ts'
import { advanceReturn, insertReturn, saveReturn } from './return-writer.ts'

export interface ReturnRequest {
  readonly orderId: OrderId
  readonly lines: readonly {
    readonly orderLineId: string
    readonly quantity: number
    readonly reason: ReturnLine['reason']
    readonly note?: string | undefined
  }[]
}

/** Announces that units come back: they are in the return from then on, and in no other. Buyers are held to the shop's window, staff are not. */
export async function requestReturn(context: Context, tx: StorageTransaction, request: ReturnRequest, actor: Actor): Promise<ReturnId> {
  const order = await tx.orders.lock({ orderId: request.orderId })
  const owner = ownerFilter(actor)
  if (order === undefined || !owns(owner, order)) throw new CommerceError('NOT_FOUND', { details: { object: 'order' } })
  if (order.status !== 'confirmed') throw new CommerceError('ORDER_CLOSED', { details: { orderId: order.id, status: order.status } })
  const lines = request.lines.map(({ note = null, ...line }): ReturnLine => {
    return { ...line, orderLineId: line.orderLineId as OrderLineId, note, receivedQuantity: 0, restockedQuantity: 0 }
  })
  const windowMs = context.timing.returnWindowMs
  const window = owner.type === 'any' ? undefined : { parcels: await tx.orders.fulfilments({ orderId: order.id }), windowMs, now: tx.now }
  requireReturnable(order, lines, window)

  const id = context.ids.next<ReturnId>()
  const times = { createdAt: tx.now, updatedAt: tx.now }
  await insertReturn(context, tx, { id, orderId: order.id, status: 'requested', lines, rejection: null, ...times, version: 1 }, actorRecord(actor))
  await recordOnOrder(context, tx, order, { change: 'return_requested', lines: withReturning(order, lines), actor })
  return id
}

/** Approves, rejects or cancels a return. What is rejected or cancelled leaves its units with the buyer. @throws NOT_FOUND, ILLEGAL_TRANSITION, CONFLICT */
export async function decideReturn(
  context: Context,
  tx: StorageTransaction,
  returnId: ReturnId,
  { event, rejection = null, actor }: { readonly event: 'approve' | 'reject' | 'cancel'; readonly rejection?: string | null; readonly actor: Actor },
): Promise<void> {
  const { order, returned } = await lockReturn(tx, returnId, actor)
  await saveReturn(context, tx, advanceReturn(returned, event, tx.now, { rejection }), actorRecord(actor))
  const change = decisions[event]
  const lines = event === 'approve' ? order.lines : withReturning(order, leaving(returned.lines, 'all'))
  await recordOnOrder(context, tx, order, { change, lines, actor, note: rejection })
}

const decisions = { approve: 'return_approved', reject: 'return_rejected', cancel: 'return_cancelled' } as const satisfies Record<string, OrderChange>

/** Takes in the goods of an approved return, and puts back into the stock what may be sold again. What did not come is the buyer's, as before. */
export async function receiveReturn(
  context: Context,
  tx: StorageTransaction,
  returnId: ReturnId,
  received: readonly ReceivedUnits[] | undefined,
  actor: Actor,
): Promise<void> {
  const { order, returned } = await lockReturn(tx, returnId, actor)
  const lines = receivedLines(returned, received).map((line) => (isTracked(order, line) ? line : { ...line, restockedQuantity: 0 }))
  await saveReturn(context, tx, advanceReturn(returned, 'receive', tx.now, { lines }), actorRecord(actor))
  const restocked = new Map<string, number>()
  for (const { orderLineId, restockedQuantity } of lines) {
    const line = order.lines.find(({ id }) => id === orderLineId)
    if (line === undefined) continue
    for (const { sku, quantity } of stockUnits(line, restockedQuantity)) restocked.set(sku, (restocked.get(sku) ?? 0) + quantity)
  }
  // Levels are written in the order of their SKUs, as everywhere.
  for (const [sku, quantity] of [...restocked].sort(([a], [b]) => (a < b ? -1 : 1))) {
    await putBack(context, tx, order, { sku, quantity }, { referenceId: returnId, note: 'returned' })
  }
  await recordOnOrder(context, tx, order, { change: 'return_received', lines: withReturning(order, leaving(lines, 'missing')), actor })
}

function isTracked(order: Order, { orderLineId }: ReturnLine): boolean {
  return order.lines.some((line) => line.id === orderLineId && tracksStock(line))
}

/** Refunds what was received, which ends the return. @throws as `bookOrderRefund`, ILLEGAL_TRANSITION */
export async function refundReturn(
  context: Context,
  tx: StorageTransaction,
  returnId: ReturnId,
  { reason, ...terms }: RefundTerms & Pick<OrderRefundRequest, 'to' | 'reason'>,
  actor: Actor,
): Promise<OrderRefundId> {
  const { order, returned } = await lockReturn(tx, returnId, actor)
  await saveReturn(context, tx, advanceReturn(returned, 'refund', tx.now), actorRecord(actor))
  const units = returned.lines
    .filter(({ receivedQuantity }) => receivedQuantity > 0)
    .map(({ orderLineId, receivedQuantity: quantity }) => ({ orderLineId, quantity, restock: false, from: 'returning' as const }))
  const { refund } = await bookOrderRefund(context, tx, order, { ...terms, units, reason, returnId }, actorRecord(actor))
  return refund.id
}

/** The return as it is under the lock of its order. @throws NOT_FOUND */
async function lockReturn(tx: StorageTransaction, returnId: ReturnId, actor: Actor): Promise<{ readonly order: Order; readonly returned: Return }> {
  const owner = ownerFilter(actor)
  const seen = await tx.returns.find({ returnId, owner })
  const order = seen === undefined ? undefined : await tx.orders.lock({ orderId: seen.orderId })
  const returned = order === undefined ? undefined : await tx.returns.find({ returnId, owner })
  if (order === undefined || returned === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'return' } })
  return { order, returned }
}

interface OrderRecord {
  readonly change: OrderChange
  readonly lines: readonly OrderLine[]
  readonly actor: Actor
  readonly note?: string | null
}

function recordOnOrder(context: Context, tx: StorageTransaction, order: Order, { change, lines, actor, note = null }: OrderRecord): Promise<void> {
  return saveOrder(context, tx, advanceOrder(order, {}, tx.now, { lines }), { change, actor: actorRecord(actor), note })
}
