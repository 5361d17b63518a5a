import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { OrderId, OrderLineId, OrderRefundId } from '../ids.ts'
import type { StorageSnapshot, StorageTransaction } from '../storage/storage.ts'
import { lockAdditions } from './add-to-order.ts'
import type { Address } from './address.ts'
import { bookOrderRefund, readMoney, requireRefundable } from './book-order-refund.ts'
import { isEmptied, type Order } from './order.ts'
import { editNote, isSameAddress, requireAddressOfItsOwn, requireAddressOpen } from './order-edit-rules.ts'
import { type ChosenUnits, chooseRefundUnits, planRefund } from './order-refund-rules.ts'
import { advanceOrder } from './order-rules.ts'
import { type OrderView, viewOrder } from './order-view.ts'
import { saveOrder } from './order-writer.ts'
import { type OrderRefundView, viewRefund } from './refund-order.ts'

/** What staff want to be otherwise. */
export interface OrderChanges {
  /** Units that will not be sent. */
  readonly remove?: readonly { readonly orderLineId: string; readonly quantity: number }[] | undefined
  readonly shippingAddress?: Address | undefined
}

export interface OrderEditRequest {
  readonly orderId: OrderId
  readonly changes: OrderChanges
  readonly reason: string | null
  /** The version that the editor has seen; undefined for whichever there is. */
  readonly expectedVersion: number | undefined
  /** The address from which the charges of the new one were compared. */
  readonly comparedWith: Address
  /** What was added to the order, whose charges were compared as well. */
  readonly compared: readonly OrderId[]
}

/** What an edit did. */
export interface OrderEdit {
  readonly order: OrderView
  /** What goes back for the units that were removed; null when none were. */
  readonly refund: OrderRefundView | null
}

/** What an edit would do. */
export interface OrderEditPreview {
  readonly orderId: OrderId
  /** Pass it as `expectedVersion`, so that what is agreed to is what is done. */
  readonly version: number
  /** What would go back, tax included, in minor units. */
  readonly refundMinor: number
  /** Of which units how much of it. */
  readonly removed: readonly { readonly orderLineId: OrderLineId; readonly quantity: number; readonly amountMinor: number; readonly taxMinor: number }[]
  /** Whether parcels would go elsewhere. */
  readonly readdressed: boolean
}

/** What the key of an edit remembers. */
export interface EditRecord {
  readonly refundId: OrderRefundId | null
}

/** The address to which an order is to go in place of its own; undefined when it stays. */
export function newAddress(order: Order, { shippingAddress }: OrderChanges): Address | undefined {
  return shippingAddress === undefined || isSameAddress(order.shippingAddress, shippingAddress) ? undefined : shippingAddress
}

/** @param additions - those that are not over. @throws ORDER_CLOSED, NOTHING_TO_REFUND, REFUND_TOO_MUCH */
export async function previewOrderEdit(snapshot: StorageSnapshot, order: Order, additions: readonly Order[], changes: OrderChanges): Promise<OrderEditPreview> {
  const readdressed = newAddress(order, changes) !== undefined
  if (readdressed) requireAllOpen(order, additions)
  const units = removedUnits(order, changes)
  const nothing = { orderId: order.id, version: order.version, refundMinor: 0, removed: [], readdressed }
  if (units.length === 0) return nothing

  requireRefundable(order, true)
  const money = await readMoney(snapshot, order)
  const { amountMinor, lines } = planRefund(order, money.earlier, units, {})
  if (amountMinor > money.leftMinor) {
    throw new CommerceError('REFUND_TOO_MUCH', { details: { orderId: order.id, requestedMinor: amountMinor, refundableMinor: money.leftMinor } })
  }
  const removed = lines.map(({ orderLineId, quantity, amountMinor: worthMinor, taxMinor }) => ({ orderLineId, quantity, amountMinor: worthMinor, taxMinor }))
  return { ...nothing, refundMinor: amountMinor, removed }
}

/**
 * Changes an order under its lock: units that are removed are given back to the stock and their money is queued, as in a refund; the address is replaced, of what
 * was added to the order too. What changes nothing writes nothing.
 *
 * @throws NOT_FOUND, ORDER_CLOSED, NOTHING_TO_REFUND, REFUND_TOO_MUCH, CONFLICT when the order is not as the editor has seen it
 */
export async function editOrder(context: Context, tx: StorageTransaction, request: OrderEditRequest, actor: ActorRecord): Promise<EditRecord> {
  const { orderId, changes, reason, expectedVersion, comparedWith, compared } = request
  const order = await tx.orders.lock({ orderId })
  if (order === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'order' } })
  const seenOtherwise = expectedVersion !== undefined && expectedVersion !== order.version
  if (seenOtherwise || !isSameAddress(order.shippingAddress, comparedWith)) throw new CommerceError('CONFLICT', { details: { object: 'order' } })

  const units = removedUnits(order, changes)
  const shippingAddress = newAddress(order, changes)
  const additions = shippingAddress === undefined ? [] : await lockAdditions(tx, order)
  if (shippingAddress !== undefined) requireAllOpen(order, additions)
  // Added since: under the order's lock there will be no more of them.
  if (additions.some(({ id }) => !compared.includes(id))) throw new CommerceError('CONFLICT', { details: { object: 'order' } })
  if (units.length === 0 && shippingAddress === undefined) return { refundId: null }

  const wanted = units.map(({ line, quantity }) => ({ orderLineId: line.id, quantity, restock: true, from: 'unshipped' as const }))
  const refundRequest = { units: wanted, reason: reason ?? 'removed from the order', returnId: null }
  const booked = units.length === 0 ? undefined : await bookOrderRefund(context, tx, order, refundRequest, actor)
  const after = advanceOrder(booked?.order ?? order, {}, tx.now, shippingAddress === undefined ? {} : { shippingAddress })
  await saveOrder(context, tx, after, { change: 'edited', actor, note: editNote(units, shippingAddress !== undefined, reason) })
  if (shippingAddress === undefined) return { refundId: booked?.refund.id ?? null }
  await saveAddress(tx, after)
  for (const addition of additions) await readdress(context, tx, addition, shippingAddress, { reason, actor })
  return { refundId: booked?.refund.id ?? null }
}

/** Sends what was added to an order where the order goes now. @throws CONFLICT */
async function readdress(
  context: Context,
  tx: StorageTransaction,
  addition: Order,
  shippingAddress: Address,
  { reason, actor }: { readonly reason: string | null; readonly actor: ActorRecord },
): Promise<void> {
  const after = advanceOrder(addition, {}, tx.now, { shippingAddress })
  await saveOrder(context, tx, after, { change: 'edited', actor, note: editNote([], true, reason) })
  await saveAddress(tx, after)
}

/** @throws CONFLICT */
async function saveAddress(tx: StorageTransaction, { id, version, shippingAddress }: Order): Promise<void> {
  if ((await tx.orders.saveShippingAddress({ orderId: id, version, shippingAddress })) === 'stale') {
    throw new CommerceError('CONFLICT', { details: { object: 'order' } })
  }
}

/** @throws ORDER_CLOSED */
function requireAllOpen(order: Order, additions: readonly Order[]): void {
  requireAddressOfItsOwn(order)
  for (const each of [order, ...additions.filter((addition) => !isEmptied(addition))]) requireAddressOpen(each)
}

/** The order as it is now, with what the edit gave back. */
export async function answerEdit(tx: StorageTransaction, orderId: OrderId, { refundId }: EditRecord): Promise<OrderEdit> {
  const order = await tx.orders.find({ key: { id: orderId }, owner: { type: 'any' } })
  if (order === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'order' } })
  return { order: viewOrder(order), refund: refundId === null ? null : await viewRefund(tx, orderId, refundId) }
}

/** @throws NOTHING_TO_REFUND for more than is still to be shipped */
function removedUnits(order: Order, { remove = [] }: OrderChanges): readonly ChosenUnits[] {
  return chooseRefundUnits(
    order,
    remove.map((units) => ({ ...units, restock: true, from: 'unshipped' as const })),
  )
}
