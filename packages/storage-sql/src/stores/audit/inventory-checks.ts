import { type RawBuilder, sql } from 'kysely'
import type { SqlDialect } from '../../engine/sql-dialect.ts'
import type { AuditCheck } from './audit-check.ts'

export const inventoryChecks: readonly AuditCheck[] = [
  {
    id: 'I1',
    invariant: 'Units on hand are never negative, nor are reserved ones, and never more units are reserved than are on hand.',
    query: () => sql`
      SELECT sku, location_id AS "locationId", on_hand AS "onHand", reserved
      FROM stock_levels
      WHERE on_hand < 0 OR reserved < 0 OR reserved > on_hand`,
  },
  {
    id: 'I2',
    invariant: 'The reserved units of a level are those that its reservations hold.',
    query: () => sql`
      SELECT sku, location_id AS "locationId", sum(reserved) AS reserved, sum(held) AS held
      FROM (
        SELECT sku, location_id, reserved, 0 AS held FROM stock_levels WHERE reserved <> 0
        UNION ALL
        SELECT sku, location_id, 0, held FROM reservation_lines WHERE held <> 0
      ) AS units
      GROUP BY sku, location_id
      HAVING sum(reserved) <> sum(held)`,
  },
  {
    id: 'I3',
    invariant: 'The units on hand of a level are the sum of its ledger.',
    query: () => sql`
      SELECT sku, location_id AS "locationId", sum(on_hand) AS "onHand", sum(delta) AS ledger
      FROM (
        SELECT sku, location_id, on_hand, 0 AS delta FROM stock_levels WHERE on_hand <> 0
        UNION ALL
        SELECT sku, location_id, 0, delta FROM stock_ledger
      ) AS units
      GROUP BY sku, location_id
      HAVING sum(on_hand) <> sum(delta)`,
  },
  {
    id: 'I4',
    invariant:
      'The units that the ledger says were sold are those that reservations say were consumed, and those that it says came back are those that refunds and returns put back.',
    query: ({ dialect }) => sql`
      SELECT 'sold' AS problem, sku, CAST(location_id AS TEXT) AS "locationId", NULL AS cause, sum(sold) AS ledger, sum(consumed) AS booked
      FROM (
        SELECT sku, location_id, -delta AS sold, 0 AS consumed FROM stock_ledger WHERE reason = 'sale'
        UNION ALL
        SELECT sku, location_id, 0, consumed FROM reservation_lines WHERE consumed <> 0
      ) AS units
      GROUP BY sku, location_id
      HAVING sum(sold) <> sum(consumed)
      UNION ALL
      SELECT 'came back', sku, NULL, cause, sum(came), sum(booked)
      FROM (
        SELECT sku, reference_id AS cause, delta AS came, 0 AS booked FROM stock_ledger WHERE reason = 'returned' AND reference_id IS NOT NULL
        UNION ALL
        SELECT l.sku, CAST(r.order_refund_id AS TEXT), 0, r.restocked_quantity * l.units
        FROM order_refund_lines AS r JOIN (${soldParts(dialect)}) AS l ON l.id = r.order_line_id
        WHERE r.restocked_quantity <> 0
        UNION ALL
        SELECT l.sku, CAST(r.return_id AS TEXT), 0, r.restocked_quantity * l.units
        FROM return_lines AS r JOIN (${soldParts(dialect)}) AS l ON l.id = r.order_line_id
        WHERE r.restocked_quantity <> 0
      ) AS units
      GROUP BY sku, cause
      HAVING sum(came) <> sum(booked)`,
  },
  {
    id: 'I5',
    invariant:
      'A confirmed order has a committed or consumed reservation for exactly the stock-tracked units it sold, those of the parts of bundles among them, and did not take back unshipped, of which exactly the shipped ones are consumed.',
    query: ({ dialect }) => sql`
      SELECT 'units differ' AS problem, order_id AS "orderId", sku, sum(sold) AS sold, sum(promised) AS promised, sum(shipped) AS shipped, sum(consumed) AS consumed
      FROM (
        SELECT l.order_id, l.sku, (l.quantity - l.cancelled_quantity) * l.units AS sold, 0 AS promised, l.fulfilled_quantity * l.units AS shipped, 0 AS consumed
        FROM (${soldParts(dialect)}) AS l JOIN orders AS o ON o.id = l.order_id
        WHERE o.status = 'confirmed'
        UNION ALL
        SELECT o.id, r.sku, 0, r.held + r.backordered + r.consumed, 0, r.consumed
        FROM orders AS o JOIN reservation_lines AS r ON r.reservation_id = o.reservation_id
        WHERE o.status = 'confirmed'
      ) AS units
      GROUP BY order_id, sku
      HAVING sum(sold) <> sum(promised) OR sum(shipped) <> sum(consumed)
      UNION ALL
      SELECT 'no committed reservation', o.id, NULL, NULL, NULL, NULL, NULL
      FROM orders AS o LEFT JOIN reservations AS r ON r.id = o.reservation_id
      WHERE o.status = 'confirmed' AND (r.id IS NULL OR r.status NOT IN ('committed', 'consumed'))
        AND EXISTS (SELECT 1 FROM (${soldParts(dialect)}) AS l WHERE l.order_id = o.id AND l.quantity > l.cancelled_quantity)`,
  },
  {
    id: 'I14',
    invariant:
      'A hold and a pending order end when their time is up, an order’s hold lasts while it is pending and its commitment while it is confirmed, a cart’s hold ends with its order, and what has ended holds nothing.',
    query: ({ overdue }) => sql`
      SELECT 'hold past its expiry' AS problem, id AS "reservationId", status, NULL AS "orderStatus", NULL AS "orderId"
      FROM reservations
      WHERE status = 'held' AND expires_at <= ${overdue}
      UNION ALL
      SELECT 'not what its order needs', r.id, r.status, o.status, o.id
      FROM reservations AS r LEFT JOIN orders AS o ON o.reservation_id = r.id
      WHERE r.status IN ('held', 'committed') AND r.holder_type = 'order'
        AND (o.id IS NULL OR CAST(o.id AS TEXT) <> r.holder_id OR o.status <> CASE r.status WHEN 'held' THEN 'pending' ELSE 'confirmed' END)
      UNION ALL
      SELECT 'order pending past its time', reservation_id, NULL, status, id
      FROM orders
      WHERE status = 'pending' AND expires_at <= ${overdue}
      UNION ALL
      SELECT 'ended, yet holding units', r.id, r.status, NULL, NULL
      FROM (SELECT DISTINCT reservation_id FROM reservation_lines WHERE held <> 0 OR backordered <> 0) AS l JOIN reservations AS r ON r.id = l.reservation_id
      WHERE r.status IN ('consumed', 'released', 'expired')
      UNION ALL
      SELECT 'held for a cart that was ordered', r.id, r.status, NULL, NULL
      FROM cart_holds AS h JOIN reservations AS r ON r.id = h.reservation_id JOIN carts AS c ON c.id = h.cart_id
      WHERE r.status = 'held' AND c.status = 'ordered'`,
  },
]

/** What order lines take from the stock, a row a SKU, with its units in one unit of the line: the line's own SKU, or each component of a bundle. */
function soldParts({ codecs, elementsOf }: SqlDialect): RawBuilder<unknown> {
  const columns = sql`l.order_id, l.id, l.quantity, l.cancelled_quantity, l.fulfilled_quantity`
  return sql`
    SELECT ${columns}, l.sku, 1 AS units FROM order_lines AS l WHERE l.stock_tracked = ${codecs.bool.encode(true)}
    UNION ALL
    SELECT ${columns}, p.value ->> 'sku', CAST(p.value ->> 'quantity' AS INTEGER)
    FROM order_lines AS l CROSS JOIN ${elementsOf(sql`l.components`)} AS p
    WHERE l.components IS NOT NULL AND CAST(p.value ->> 'stockTracked' AS TEXT) IN ('1', 'true')`
}
