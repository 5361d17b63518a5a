import {
  fulfilmentMachine,
  orderFulfilmentMachine,
  orderMachine,
  orderPaymentMachine,
  paymentMachine,
  returnMachine,
  steps,
  type TransitionTable,
} from '@cartwright/core/ports'
import { type RawBuilder, sql } from 'kysely'
import type { AuditCheck } from './audit-check.ts'

export const replayChecks: readonly AuditCheck[] = [
  {
    id: 'I15',
    invariant:
      'The recorded steps of every order, payment and return are legal, without gaps, and lead to its present state; parcels add up to what counts as shipped, refunds to what counts as refunded, and returns to what counts as on its way back.',
    query: () =>
      sql`${sql.join([orderState, orderSteps(), ...replayed('payment', paymentMachine), parcelState, shippedLines, refundedLines, shippedOrders, ...replayed('return', returnMachine), returningLines, settledReturns], sql` UNION ALL `)}`,
  },
]

const orderState = sql`
  SELECT 'order differs from its last step' AS problem, o.id AS id, o.version AS version
  FROM orders AS o LEFT JOIN order_history AS h ON h.order_id = o.id AND h.version = o.version
  WHERE h.order_id IS NULL OR h.status <> o.status OR h.payment_status <> o.payment_status OR h.fulfilment_status <> o.fulfilment_status OR h.disputed <> o.disputed`

/** Each step beside the one before it. The first starts from the machines' initial states. */
const orderSteps = () => sql`
  SELECT 'order has a gap or an illegal step', h.order_id, h.version
  FROM order_history AS h LEFT JOIN order_history AS b ON b.order_id = h.order_id AND b.version = h.version - 1
  WHERE (b.order_id IS NULL AND h.version <> 1) OR h.version > (SELECT o.version FROM orders AS o WHERE o.id = h.order_id)
    OR ${illegal(orderMachine, 'status')} OR ${illegal(orderPaymentMachine, 'payment_status')} OR ${illegal(orderFulfilmentMachine, 'fulfilment_status')}`

/** The same for what has one state: a last step that is its own, and steps without gaps that its machine has. */
function replayed<State extends string, Event extends string>(
  thing: 'payment' | 'return',
  machine: TransitionTable<State, Event>,
): readonly RawBuilder<unknown>[] {
  const [things, history, id] = [sql.table(`${thing}s`), sql.table(`${thing}_history`), sql.ref(`${thing}_id`)]
  return [
    sql`
  SELECT ${sql.lit(`${thing} differs from its last step`)}, t.id, t.version
  FROM ${things} AS t LEFT JOIN ${history} AS h ON h.${id} = t.id AND h.version = t.version
  WHERE h.${id} IS NULL OR h.status <> t.status`,
    sql`
  SELECT ${sql.lit(`${thing} has a gap or an illegal step`)}, h.${id}, h.version
  FROM ${history} AS h LEFT JOIN ${history} AS b ON b.${id} = h.${id} AND b.version = h.version - 1
  WHERE (b.${id} IS NULL AND h.version <> 1) OR h.version > (SELECT t.version FROM ${things} AS t WHERE t.id = h.${id})
    OR ${illegal(machine, 'status')}`,
  ]
}

/** A parcel keeps no history: it has one step at most, so its version tells its state. */
const parcelState = sql`
  SELECT 'parcel differs from its version', id, version
  FROM fulfilments
  WHERE version <> CASE WHEN status = ${sql.lit(fulfilmentMachine.initial)} THEN 1 ELSE 2 END`

const shippedLines = sql`
  SELECT 'parcels do not add up to the line', l.order_id, l.fulfilled_quantity
  FROM order_lines AS l LEFT JOIN (SELECT order_line_id, sum(quantity) AS quantity FROM fulfilment_lines GROUP BY order_line_id) AS f ON f.order_line_id = l.id
  WHERE l.fulfilled_quantity <> coalesce(f.quantity, 0)`

const refundedLines = sql`
  SELECT 'refunds do not add up to the line', l.order_id, l.refunded_quantity
  FROM order_lines AS l
  LEFT JOIN (
    SELECT order_line_id, sum(quantity) AS quantity, sum(cancelled_quantity) AS cancelled_quantity FROM order_refund_lines GROUP BY order_line_id
  ) AS r ON r.order_line_id = l.id
  WHERE l.refunded_quantity <> coalesce(r.quantity, 0) OR l.cancelled_quantity <> coalesce(r.cancelled_quantity, 0)`

const shippedOrders = sql`
  SELECT 'fulfilment status differs from lines and parcels', o.id, o.version
  FROM orders AS o
  JOIN (SELECT order_id, sum(quantity - cancelled_quantity) AS quantity, sum(fulfilled_quantity) AS fulfilled FROM order_lines GROUP BY order_id) AS l ON l.order_id = o.id
  LEFT JOIN (SELECT order_id, sum(CASE WHEN status = 'delivered' THEN 0 ELSE 1 END) AS on_the_way FROM fulfilments GROUP BY order_id) AS f ON f.order_id = o.id
  WHERE o.fulfilment_status <> CASE
    WHEN l.fulfilled = 0 THEN 'none'
    WHEN l.fulfilled < l.quantity THEN 'partial'
    WHEN f.on_the_way = 0 THEN 'delivered'
    ELSE 'shipped'
  END`

const returningLines = sql`
  SELECT 'returns do not add up to the line', l.order_id, l.returning_quantity
  FROM order_lines AS l
  LEFT JOIN (
    SELECT rl.order_line_id, sum(CASE WHEN r.status = 'received' THEN rl.received_quantity ELSE rl.quantity END) AS quantity
    FROM return_lines AS rl JOIN returns AS r ON r.id = rl.return_id
    WHERE r.status IN ('requested', 'approved', 'received')
    GROUP BY rl.order_line_id
  ) AS b ON b.order_line_id = l.id
  WHERE l.returning_quantity <> coalesce(b.quantity, 0)`

/** A return that was refunded has its refund, and only such a one has. */
const settledReturns = sql`
  SELECT 'return differs from its refund', r.id, r.version
  FROM returns AS r LEFT JOIN order_refunds AS d ON d.return_id = r.id
  WHERE (r.status = 'refunded') <> (d.id IS NOT NULL)`

/** True of a step `h` whose column changed, since the step `b` before it, in a way that the machine does not have. */
function illegal<State extends string, Event extends string>(machine: TransitionTable<State, Event>, column: string): RawBuilder<boolean> {
  const now = sql.ref(`h.${column}`)
  const before = sql`coalesce(${sql.ref(`b.${column}`)}, ${sql.lit(machine.initial)})`
  const legal = sql.join(steps(machine).map(({ from, to }) => sql`(${sql.lit(from)}, ${sql.lit(to)})`))
  return sql`(${now} <> ${before} AND (${before}, ${now}) NOT IN (VALUES ${legal}))`
}
