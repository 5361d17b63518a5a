import type { ActorRecord } from '../actor.ts'
import { isAhead } from '../catalog/sale-days.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { FulfilmentId, LocationId, OrderId, OrderLineId } from '../ids.ts'
import { mergeClaims } from '../inventory/allocation.ts'
import { availabilityChanged } from '../inventory/stock-events.ts'
import { stockUnits } from '../inventory/stock-units.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { transition } from '../transition-table.ts'
import type { Fulfilment, Order, OrderLine } from './order.ts'
import { fulfilmentMachine } from './order-machine.ts'
import { advanceOrder, unshipped } from './order-rules.ts'
import { saveOrder } from './order-writer.ts'

export interface ShipmentRequest {
  readonly orderId: OrderId
  /** Undefined: all that is left. */
  readonly lines: readonly { readonly orderLineId: string; readonly quantity: number }[] | undefined
  /** Code of the location whose units go into the parcel; undefined for whichever they lie at. */
  readonly location: string | undefined
  /** Sends preorders before their day. */
  readonly early: boolean
  readonly carrier: string | null
  readonly trackingNumber: string | null
  readonly trackingUrl: string | null
}

/** Units of the lines that go into a parcel. @throws NOTHING_TO_FULFIL for more than is left, another order's line, a line named twice, or nothing. */
export function chooseUnits(order: Order, wanted: ShipmentRequest['lines']): readonly { readonly line: OrderLine; readonly quantity: number }[] {
  const all = order.lines.filter((line) => unshipped(line) > 0).map((line) => ({ orderLineId: line.id as string, quantity: unshipped(line) }))
  const chosen = wanted ?? all
  const first = order.lines[0]
  if (chosen.length === 0 && first !== undefined) throw nothingToFulfil(first.id, 0)
  const seen = new Set<string>()
  return chosen.map(({ orderLineId, quantity }) => {
    const line = order.lines.find((candidate) => candidate.id === orderLineId)
    const remaining = line === undefined || seen.has(orderLineId) ? 0 : unshipped(line)
    if (line === undefined || quantity > remaining) throw nothingToFulfil(orderLineId, remaining)
    seen.add(orderLineId)
    return { line, quantity }
  })
}

function nothingToFulfil(orderLineId: string, remaining: number): CommerceError {
  return new CommerceError('NOTHING_TO_FULFIL', { details: { orderLineId, remaining } })
}

/** @throws NOT_YET_AVAILABLE for a preorder before its day */
function requireDue(units: ReturnType<typeof chooseUnits>, now: Date): void {
  for (const { line } of units) {
    const { id: orderLineId, sku, availableFrom } = line
    if (isAhead(availableFrom, now)) throw new CommerceError('NOT_YET_AVAILABLE', { details: { orderLineId, sku, availableFrom } })
  }
}

/** True when the goods may leave: confirmed, with its money in order. */
function mayShip(order: Order): boolean {
  if (order.status !== 'confirmed' || order.disputed) return false
  return order.totalMinor === 0 || order.paymentStatus === 'paid' || order.paymentStatus === 'authorised' || order.paymentStatus === 'partially_refunded'
}

/** Sends a parcel: takes its units out of the stock, writes the fulfilment, moves the order. */
export async function shipParcel(context: Context, tx: StorageTransaction, request: ShipmentRequest, actor: ActorRecord): Promise<FulfilmentId> {
  const order = await tx.orders.lock({ orderId: request.orderId })
  if (order === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'order' } })
  if (!mayShip(order)) throw new CommerceError('ORDER_CLOSED', { details: { orderId: order.id, status: order.status } })
  const units = chooseUnits(order, request.lines)
  if (!request.early) requireDue(units, tx.now)
  const fulfilment: Fulfilment = {
    id: context.ids.next<FulfilmentId>(),
    orderId: order.id,
    status: 'shipped',
    lines: units.map(({ line, quantity }) => ({ orderLineId: line.id, quantity })),
    carrier: request.carrier,
    trackingNumber: request.trackingNumber,
    trackingUrl: request.trackingUrl,
    shippedAt: tx.now,
    deliveredAt: null,
    version: 1,
  }
  await takeFromStock(context, tx, order, units, { referenceId: fulfilment.id, location: request.location })
  await tx.orders.insertFulfilment(fulfilment)

  const shipped = new Map<OrderLineId, number>(units.map(({ line, quantity }) => [line.id, quantity]))
  const lines = order.lines.map((line) => ({ ...line, fulfilledQuantity: line.fulfilledQuantity + (shipped.get(line.id) ?? 0) }))
  const rest = lines.every((line) => unshipped(line) === 0)
  const after = advanceOrder(order, { fulfilment: rest ? 'ship_rest' : 'ship_part' }, tx.now, { lines })
  await saveOrder(context, tx, after, { change: 'shipped', actor, fulfilmentId: fulfilment.id })
  return fulfilment.id
}

async function takeFromStock(
  context: Context,
  tx: StorageTransaction,
  order: Order,
  units: ReturnType<typeof chooseUnits>,
  { referenceId, location }: { readonly referenceId: string; readonly location: string | undefined },
): Promise<void> {
  const lines = mergeClaims(units.flatMap(({ line, quantity }) => stockUnits(line, quantity)))
  if (lines.length === 0 || order.reservationId === null) return
  const { reservationId } = order
  const at = location === undefined ? {} : { locationId: await locationOf(tx, location) }
  const consumed = await tx.stock.consume({ reservationId, lines, ...at, referenceId, nextEntryId: () => context.ids.next() })
  if (consumed.outcome === 'short') {
    const { sku, requested, available } = consumed
    throw new CommerceError('OUT_OF_STOCK', { details: { sku, requested, available } })
  }
  if (consumed.outcome === 'unchanged') throw new CommerceError('RESERVATION_GONE', { details: { reservationId, status: consumed.status } })
  await availabilityChanged(context, tx, consumed.changes)
}

/** @throws NOT_FOUND */
async function locationOf(tx: StorageTransaction, code: string): Promise<LocationId> {
  const location = (await tx.stock.listLocations()).find((candidate) => candidate.code === code)
  if (location === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'location' } })
  return location.id
}

/** Marks a parcel delivered; the last one of a shipped order delivers the order. Repeating it does nothing more. */
export async function deliverParcel(context: Context, tx: StorageTransaction, fulfilmentId: FulfilmentId, actor: ActorRecord): Promise<Fulfilment> {
  const found = await tx.orders.findFulfilment({ fulfilmentId })
  const order = found === undefined ? undefined : await tx.orders.lock({ orderId: found.orderId })
  const parcels = order === undefined ? [] : await tx.orders.fulfilments({ orderId: order.id })
  const parcel = parcels.find(({ id }) => id === fulfilmentId)
  if (order === undefined || parcel === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'fulfilment' } })
  if (parcel.status === 'delivered') return parcel

  const delivered: Fulfilment = { ...parcel, status: transition(fulfilmentMachine, parcel.status, 'deliver'), deliveredAt: tx.now, version: parcel.version + 1 }
  if ((await tx.orders.saveFulfilment({ fulfilment: delivered, expectedVersion: parcel.version })) === 'stale') {
    throw new CommerceError('CONFLICT', { details: { object: 'fulfilment' } })
  }
  const rest = order.fulfilmentStatus === 'shipped' && parcels.every(({ id, status }) => id === fulfilmentId || status === 'delivered')
  await saveOrder(context, tx, advanceOrder(order, rest ? { fulfilment: 'deliver_rest' } : {}, tx.now), { change: 'delivered', actor, fulfilmentId })
  return delivered
}
