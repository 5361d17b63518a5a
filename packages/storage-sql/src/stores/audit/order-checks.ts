import { type RawBuilder, sql } from 'kysely'
import type { SqlDialect } from '../../engine/sql-dialect.ts'
import type { AuditCheck } from './audit-check.ts'

/** Keys are remembered for a day at least; the same key later is another one. */
const keyLifeMs = 24 * 3_600_000

/** What an order’s taxes come to, those that are added or those that prices include. */
function taxesOf({ jsonSum }: SqlDialect, included: boolean): RawBuilder<number> {
  return jsonSum({ array: sql.ref('taxes'), field: 'amountMinor', where: 'included', is: included })
}

export const orderChecks: readonly AuditCheck[] = [
  {
    id: 'I9',
    invariant:
      'An order’s total is its lines − discounts + shipping + tax, each line is unit × quantity, nothing is negative, and taxes by name sum to what is charged.',
    query: ({ dialect }) => sql`
      SELECT 'total does not add up' AS problem, id AS "orderId", total_minor AS "storedMinor", subtotal_minor - discount_minor + shipping_minor + tax_minor AS "computedMinor"
      FROM orders
      WHERE total_minor <> subtotal_minor - discount_minor + shipping_minor + tax_minor OR total_minor < 0 OR subtotal_minor < 0 OR discount_minor < 0
        OR shipping_minor < 0 OR tax_minor < 0
      UNION ALL
      SELECT 'line does not add up', order_id, total_minor, unit_minor * quantity
      FROM order_lines
      WHERE total_minor <> unit_minor * quantity OR unit_minor < 0 OR quantity < 1 OR discount_minor < 0 OR discount_minor > total_minor OR tax_minor < 0
        OR included_tax_minor < 0 OR included_tax_minor > total_minor - discount_minor
      UNION ALL
      SELECT 'taxes do not add up', id, ${taxesOf(dialect, false)}, tax_minor
      FROM orders
      WHERE taxes <> '[]' AND tax_minor <> ${taxesOf(dialect, false)}
      UNION ALL
      SELECT 'lines do not add up to the order', o.id, o.subtotal_minor - o.discount_minor, coalesce(l.total_minor - l.discount_minor, 0)
      FROM orders AS o LEFT JOIN (
        SELECT order_id, sum(included_tax_minor) AS included_minor, sum(total_minor) AS total_minor, sum(discount_minor) AS discount_minor, sum(tax_minor) AS tax_minor FROM order_lines GROUP BY order_id
      ) AS l ON l.order_id = o.id
      WHERE l.order_id IS NULL OR o.subtotal_minor <> l.total_minor OR o.discount_minor <> l.discount_minor OR o.tax_minor < l.tax_minor
        OR (o.taxes <> '[]' AND l.included_minor > ${taxesOf(dialect, true)})`,
  },
  {
    id: 'I12',
    invariant: 'A cart has one order at most that is neither cancelled nor expired, and an idempotency key one order at most while it is remembered.',
    query: ({ dialect }) => sql`
      SELECT 'live orders of one cart' AS problem, CAST(cart_id AS TEXT) AS "cartId", NULL AS operation, NULL AS key, count(*) AS orders
      FROM orders
      WHERE status NOT IN ('cancelled', 'expired')
      GROUP BY cart_id
      HAVING count(*) > 1
      UNION ALL
      SELECT 'orders of one idempotency key', NULL, idempotency_operation, idempotency_key, 2
      FROM (
        SELECT idempotency_operation, idempotency_key, order_id, created_at, lag(order_id) OVER same_key AS order_before, lag(created_at) OVER same_key AS created_before
        FROM payments
        WHERE idempotency_key IS NOT NULL
        WINDOW same_key AS (PARTITION BY idempotency_scope, idempotency_operation, idempotency_key ORDER BY created_at, id)
      ) AS p
      WHERE order_before <> order_id AND ${dialect.msBetween(sql.ref('created_at'), sql.ref('created_before'))} < ${sql.lit(keyLifeMs)}`,
  },
]
