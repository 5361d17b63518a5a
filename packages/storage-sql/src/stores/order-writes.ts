import { CommerceError, type Order, type OrderHistoryEntry, type OrderStore } from '@cartwright/core/ports'
import type { Insertable } from 'kysely'
import { follower, guardedWrite, insertOne } from '../engine/guarded-write.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlBool, SqlJson, SqlTime } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'
import { historyToRow, lineToRow, orderToRow } from './order-rows.ts'

const orderColumns = [
  'id',
  'number',
  'cart_id',
  'customer_id',
  'guest_token_hash',
  'email',
  'currency',
  'status',
  'payment_status',
  'fulfilment_status',
  'disputed',
  'subtotal_minor',
  'discount_minor',
  'shipping_minor',
  'tax_minor',
  'taxes',
  'tax_id',
  'tax_exemption',
  'total_minor',
  'credit_minor',
  'shipping_method',
  'shipping_label',
  'delivery_earliest',
  'delivery_latest',
  'pickup_location',
  'adds_to_order_id',
  'shipping_address',
  'billing_address',
  'promotions',
  'reservation_id',
  'expires_at',
  'placed_at',
  'updated_at',
  'version',
] as const

const lines = follower(
  'order_lines',
  [
    'id',
    'order_id',
    'position',
    'sku',
    'variant_id',
    'product_id',
    'title',
    'options',
    'quantity',
    'unit_minor',
    'price_list',
    'total_minor',
    'discount_minor',
    'tax_minor',
    'included_tax_minor',
    'stock_tracked',
    'fulfilled_quantity',
    'cancelled_quantity',
    'refunded_quantity',
    'returning_quantity',
    'components',
    'available_from',
    'expected_at',
  ],
  ['options', 'components'],
)

const history = follower('order_history', [
  'order_id',
  'version',
  'change',
  'status',
  'payment_status',
  'fulfilment_status',
  'disputed',
  'event_id',
  'actor_type',
  'actor_id',
  'note',
  'fulfilment_id',
  'at',
])

// The conflict clause names the partial index orders_one_live_per_cart; any other conflict is an error.
const insertWithLines = guardedWrite<Insertable<Tables['orders']> & Record<string, unknown>>()(
  (_db, param) => insertOne('orders', orderColumns, param, "ON CONFLICT (cart_id) WHERE status NOT IN ('cancelled', 'expired') DO NOTHING"),
  { lines, history },
)

interface SaveValues extends Record<string, unknown> {
  readonly id: string
  readonly expectedVersion: number
  readonly version: number
  readonly status: string
  readonly paymentStatus: string
  readonly fulfilmentStatus: string
  readonly disputed: SqlBool
  readonly reservationId: string | null
  readonly expiresAt: SqlTime | null
  readonly updatedAt: SqlTime
}

const updateOrder = guardedWrite<SaveValues>()(
  (db, param) =>
    db
      .updateTable('orders')
      .set({
        status: param('status'),
        payment_status: param('paymentStatus'),
        fulfilment_status: param('fulfilmentStatus'),
        disputed: param('disputed'),
        reservation_id: param('reservationId'),
        expires_at: param('expiresAt'),
        updated_at: param('updatedAt'),
        version: param('version'),
      })
      .where('id', '=', param('id'))
      .where('version', '=', param('expectedVersion')),
  { history },
)

const updateAddress = preparedQuery<{ id: string; version: number; address: SqlJson }>()((db, param) =>
  db
    .updateTable('orders')
    .set({ shipping_address: param('address') })
    .where('id', '=', param('id'))
    .where('version', '=', param('version')),
)

const unitsOfLines = preparedQuery<{ orderId: string }>()((db, param) =>
  db
    .selectFrom('order_lines')
    .select(['id', 'fulfilled_quantity', 'cancelled_quantity', 'refunded_quantity', 'returning_quantity'])
    .where('order_id', '=', param('orderId')),
)

const updateUnits = preparedQuery<{ id: string; fulfilled: number; cancelled: number; refunded: number; returning: number }>()((db, param) =>
  db
    .updateTable('order_lines')
    .set({
      fulfilled_quantity: param('fulfilled'),
      cancelled_quantity: param('cancelled'),
      refunded_quantity: param('refunded'),
      returning_quantity: param('returning'),
    })
    .where('id', '=', param('id')),
)

/** @throws CONFLICT when the order's number is taken: the transaction is tried again with another. */
export async function insertOrder(session: SqlSession, order: Order, entry: OrderHistoryEntry): Promise<'inserted' | 'cart_has_order'> {
  const { codecs } = session
  const rows = { lines: order.lines.map((line, position) => lineToRow(codecs, order, line, position)), history: [historyToRow(codecs, entry)] }
  try {
    return (await insertWithLines(session, { ...orderToRow(codecs, order) }, rows)) ? 'inserted' : 'cart_has_order'
  } catch (error) {
    if (session.dialect.violatedUnique(error) !== 'orders_number') throw error
    throw new CommerceError('CONFLICT', { details: { object: 'order number' }, message: 'The order number is taken; try again with another.', cause: error })
  }
}

export async function saveOrder(session: SqlSession, order: Order, expectedVersion: number, entry: OrderHistoryEntry): Promise<'saved' | 'stale'> {
  const { codecs } = session
  const values: SaveValues = {
    id: order.id,
    expectedVersion,
    version: order.version,
    status: order.status,
    paymentStatus: order.paymentStatus,
    fulfilmentStatus: order.fulfilmentStatus,
    disputed: codecs.bool.encode(order.disputed),
    reservationId: order.reservationId,
    expiresAt: order.expiresAt === null ? null : codecs.time.encode(order.expiresAt),
    updatedAt: codecs.time.encode(order.updatedAt),
  }
  if (!(await updateOrder(session, values, { history: [historyToRow(codecs, entry)] }))) return 'stale'
  // Units leave the building, or are refunded, after payment: the steps up to then need not look at the lines.
  if (order.fulfilmentStatus !== 'none' || order.lines.some((line) => line.refundedQuantity > 0)) await saveUnits(session, order)
  return 'saved'
}

export async function saveShippingAddress(
  session: SqlSession,
  { orderId, version, shippingAddress }: Parameters<OrderStore['saveShippingAddress']>[0],
): Promise<'saved' | 'stale'> {
  const address = session.codecs.json.encode(shippingAddress)
  return (await updateAddress.run(session, { id: orderId, version, address })) === 1 ? 'saved' : 'stale'
}

async function saveUnits(session: SqlSession, order: Order): Promise<void> {
  const stored = new Map((await unitsOfLines.all(session, { orderId: order.id })).map((row) => [row.id, row]))
  for (const { id, fulfilledQuantity, cancelledQuantity, refundedQuantity, returningQuantity } of order.lines) {
    const before = stored.get(id)
    const units = { fulfilled: fulfilledQuantity, cancelled: cancelledQuantity, refunded: refundedQuantity, returning: returningQuantity }
    const same =
      before?.fulfilled_quantity === units.fulfilled &&
      before.cancelled_quantity === units.cancelled &&
      before.refunded_quantity === units.refunded &&
      before.returning_quantity === units.returning
    if (!same) await updateUnits.run(session, { id, ...units })
  }
}
