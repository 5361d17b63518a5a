import { storeCreditProvider } from '@cartwright/core/ports'
import { sql } from 'kysely'
import type { AuditCheck } from './audit-check.ts'

/** The provider that a refund names whose money became store credit: it is counted where it went. */
const converted = sql.lit(storeCreditProvider)

/**
 * Per payment: what was or will be given back by its provider, and what the shop has given back, by its provider or as store credit. Of what somebody returns at the
 * provider the shop may have made store credit before: a loss, and no fault of its books.
 */
const returned = sql`
  SELECT payment_id, sum(CASE WHEN provider <> ${converted} THEN amount_minor ELSE 0 END) AS by_provider,
    sum(CASE WHEN provider_refund_id IS NULL OR idempotency_key <> 'provider:' || provider_refund_id THEN amount_minor ELSE 0 END) AS by_shop
  FROM refunds WHERE status IN ('pending', 'succeeded') GROUP BY payment_id`

/** Per payment: what was or will be given back, with what disputes have taken, which nobody gives back, or hold; and when that last changed. */
const gone = sql`
  SELECT payment_id, sum(gone_minor) AS returned, max(updated_at) AS returned_at
  FROM (
    SELECT payment_id, CASE WHEN status IN ('pending', 'succeeded') THEN amount_minor ELSE 0 END AS gone_minor, updated_at FROM refunds
    UNION ALL
    SELECT payment_id, CASE WHEN status <> 'won' THEN amount_minor ELSE 0 END, updated_at FROM disputes
  ) AS backs GROUP BY payment_id`

/** Per order and currency: `captured` by payments in good standing, `received` by those that are in review too as far as they have not gone back, `kept` by any after refunds and disputes. */
const money = sql`
  SELECT p.order_id, p.currency, sum(p.authorised_minor) AS authorised, sum(CASE WHEN p.status = 'captured' THEN p.captured_minor ELSE 0 END) AS captured,
    sum(p.authorised_minor + CASE WHEN p.status <> 'review' THEN p.captured_minor WHEN p.captured_minor > coalesce(r.returned, 0) THEN p.captured_minor - coalesce(r.returned, 0) ELSE 0 END) AS received,
    sum(CASE WHEN p.captured_minor > coalesce(r.returned, 0) THEN p.captured_minor - coalesce(r.returned, 0) ELSE 0 END) AS kept,
    max(p.updated_at) AS paid_at, max(r.returned_at) AS returned_at
  FROM payments AS p LEFT JOIN (${gone}) AS r ON r.payment_id = p.id
  GROUP BY p.order_id, p.currency`

export const paymentChecks: readonly AuditCheck[] = [
  {
    id: 'I6',
    invariant:
      'A confirmed order has authorised or captured money in its currency for what its credit leaves of its total, and one that is paid has captured exactly that, extra payments given back.',
    query: () => sql`
      SELECT o.id AS "orderId", o.payment_status AS "paymentStatus", o.currency, o.total_minor AS "totalMinor", o.credit_minor AS "creditMinor", coalesce(m.received, 0) AS "receivedMinor",
        coalesce(m.captured, 0) AS "capturedMinor", coalesce(m.kept, 0) AS "keptMinor"
      FROM orders AS o LEFT JOIN (${money}) AS m ON m.order_id = o.id AND m.currency = o.currency
      WHERE o.status = 'confirmed' AND (
        coalesce(m.received, 0) < o.total_minor - o.credit_minor
        OR (o.payment_status = 'paid' AND (coalesce(m.captured, 0) < o.total_minor - o.credit_minor OR coalesce(m.kept, 0) > o.total_minor - o.credit_minor))
      )`,
  },
  {
    id: 'I7',
    invariant:
      'Money of an order that is not confirmed, or beyond what was due for one that is, has been given back or is queued to be, for ten days at most, unless a dispute holds it back; credit goes back with the end of its order.',
    query: ({ overdue, refundsSince }) => sql`
      SELECT order_id AS "orderId", 'refund ' || status AS status, currency, amount_minor AS "totalMinor", 0 AS "authorisedMinor", amount_minor AS "keptMinor"
      FROM refunds WHERE status = 'pending' AND created_at <= ${refundsSince}
        AND NOT EXISTS (SELECT 1 FROM disputes AS d WHERE d.payment_id = refunds.payment_id AND d.status = 'open')
      UNION ALL
      SELECT o.id, o.status, m.currency, o.total_minor, m.authorised, m.kept
      FROM orders AS o JOIN (${money}) AS m ON m.order_id = o.id
      WHERE m.kept + m.authorised > CASE WHEN o.status = 'confirmed' THEN o.total_minor - o.credit_minor ELSE 0 END
        AND o.updated_at <= ${overdue} AND m.paid_at <= ${overdue} AND coalesce(m.returned_at, m.paid_at) <= ${overdue}
      UNION ALL
      SELECT o.id, o.status, o.currency, o.total_minor, 0, c.kept
      FROM (SELECT order_id, sum(amount_minor - returned_minor) AS kept FROM order_credits GROUP BY order_id) AS c JOIN orders AS o ON o.id = c.order_id
      WHERE o.status IN ('cancelled', 'expired') AND c.kept > 0`,
  },
  {
    id: 'I8',
    invariant:
      'Refunds, pending ones included, never exceed what was captured, and each is of more than nothing; a line or a shipping charge is refunded at most once, and a decision to refund has its refunds and its credit.',
    query: () => sql`
      SELECT 'more than was captured' AS problem, CAST(p.id AS TEXT) AS "paymentId", CAST(NULL AS TEXT) AS id,
        CASE WHEN r.by_provider > r.by_shop THEN r.by_provider ELSE r.by_shop END AS "refundedMinor", p.captured_minor AS "capturedMinor"
      FROM (${returned}) AS r JOIN payments AS p ON p.id = r.payment_id
      WHERE r.by_provider > p.captured_minor OR r.by_shop > p.captured_minor
      UNION ALL
      SELECT 'of nothing', CAST(payment_id AS TEXT), NULL, amount_minor, NULL FROM refunds WHERE amount_minor <= 0
      UNION ALL
      SELECT 'more than the line cost', NULL, CAST(l.id AS TEXT), r.amount_minor, l.total_minor - l.discount_minor + l.tax_minor
      FROM (SELECT order_line_id, sum(amount_minor) AS amount_minor FROM order_refund_lines GROUP BY order_line_id) AS r
      JOIN order_lines AS l ON l.id = r.order_line_id
      WHERE r.amount_minor > l.total_minor - l.discount_minor + l.tax_minor
      UNION ALL
      SELECT 'more than the shipping cost', NULL, CAST(o.id AS TEXT), r.shipping_minor, o.shipping_minor + o.tax_minor - l.tax_minor
      FROM (SELECT order_id, sum(shipping_minor) AS shipping_minor FROM order_refunds WHERE shipping_minor > 0 GROUP BY order_id) AS r
      JOIN orders AS o ON o.id = r.order_id
      JOIN (SELECT order_id, sum(tax_minor) AS tax_minor FROM order_lines GROUP BY order_id) AS l ON l.order_id = o.id
      WHERE r.shipping_minor > o.shipping_minor + o.tax_minor - l.tax_minor
      UNION ALL
      SELECT 'decided and not queued', NULL, CAST(d.id AS TEXT), coalesce(r.amount_minor, 0), d.amount_minor
      FROM order_refunds AS d
      LEFT JOIN (
        SELECT order_refund_id, sum(amount_minor) AS amount_minor FROM (
          SELECT order_refund_id, amount_minor FROM refunds WHERE order_refund_id IS NOT NULL AND provider <> ${converted}
          UNION ALL
          SELECT order_refund_id, amount_minor FROM credit_entries WHERE order_refund_id IS NOT NULL
        ) AS ways GROUP BY order_refund_id
      ) AS r ON r.order_refund_id = d.id
      WHERE coalesce(r.amount_minor, 0) <> d.amount_minor`,
  },
  {
    id: 'I13',
    invariant: 'No two payments, refunds, disputes or events share the provider’s id or their own.',
    query: () => sql`
      SELECT 'provider payment' AS problem, provider, provider_payment_id AS id, count(*) AS rows
      FROM payments WHERE provider_payment_id IS NOT NULL GROUP BY provider, provider_payment_id HAVING count(*) > 1
      UNION ALL
      SELECT 'provider refund', provider, provider_refund_id, count(*)
      FROM refunds WHERE provider_refund_id IS NOT NULL GROUP BY provider, provider_refund_id HAVING count(*) > 1
      UNION ALL
      SELECT 'provider dispute', provider, provider_dispute_id, count(*)
      FROM disputes GROUP BY provider, provider_dispute_id HAVING count(*) > 1
      UNION ALL
      SELECT 'provider event', provider, event_id, count(*)
      FROM provider_events GROUP BY provider, event_id HAVING count(*) > 1
      UNION ALL
      SELECT 'event', NULL, CAST(event_id AS TEXT), count(*)
      FROM outbox GROUP BY event_id HAVING count(*) > 1`,
  },
]
