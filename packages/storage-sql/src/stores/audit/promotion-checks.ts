import { type RawBuilder, sql } from 'kysely'
import type { AuditCheck } from './audit-check.ts'

/** Redemptions that count. */
const live = sql`(SELECT * FROM promotion_redemptions WHERE released_at IS NULL)`

/** Whether an order's promotions have one whose uses are counted: engines write JSON with a blank after the colon, or without. */
const countsUses = (promotions: RawBuilder<unknown>) =>
  sql`(CAST(${promotions} AS TEXT) LIKE '%"counted":true%' OR CAST(${promotions} AS TEXT) LIKE '%"counted": true%')`

export const promotionChecks: readonly AuditCheck[] = [
  {
    id: 'I10',
    invariant: 'No promotion or voucher is used beyond its limits, uses are counted as orders have them, and no use is without its order.',
    query: ({ codecs }) => sql`
      SELECT 'used beyond the limit' AS problem, CAST(id AS TEXT) AS "promotionId", NULL AS voucher, NULL AS "orderId", max_uses AS expected, used AS counted
      FROM promotions WHERE used > max_uses
      UNION ALL
      SELECT 'voucher used beyond its limit', CAST(promotion_id AS TEXT), code, NULL, max_uses, used FROM vouchers WHERE used > max_uses
      UNION ALL
      SELECT 'used beyond the limit of a customer', CAST(p.id AS TEXT), NULL, NULL, p.max_uses_per_customer, c.used
      FROM promotion_customers AS c JOIN promotions AS p ON p.id = c.promotion_id WHERE c.used > p.max_uses_per_customer
      UNION ALL
      SELECT 'uses are not those of the orders', CAST(p.id AS TEXT), NULL, NULL, coalesce(r.uses, 0), p.used
      FROM promotions AS p LEFT JOIN (SELECT promotion_id, count(*) AS uses FROM ${live} AS l GROUP BY promotion_id) AS r ON r.promotion_id = p.id
      WHERE p.used <> coalesce(r.uses, 0)
      UNION ALL
      SELECT 'uses of a voucher are not those of the orders', CAST(v.promotion_id AS TEXT), v.code, NULL, coalesce(r.uses, 0), v.used
      FROM vouchers AS v LEFT JOIN (SELECT code_key, count(*) AS uses FROM ${live} AS l GROUP BY code_key) AS r ON r.code_key = v.code_key
      WHERE v.used <> coalesce(r.uses, 0)
      UNION ALL
      SELECT 'uses by a customer are not those of the orders', CAST(promotion_id AS TEXT), NULL, NULL, sum(uses), sum(used)
      FROM (
        SELECT promotion_id, customer_key, used, 0 AS uses FROM promotion_customers
        UNION ALL
        SELECT promotion_id, customer_key, 0, 1 FROM ${live} AS l WHERE customer_key IS NOT NULL
      ) AS parts GROUP BY promotion_id, customer_key HAVING sum(used) <> sum(uses)
      UNION ALL
      SELECT 'used without an order', CAST(r.promotion_id AS TEXT), r.code_key, CAST(r.order_id AS TEXT), NULL, NULL
      FROM promotion_redemptions AS r WHERE NOT EXISTS (SELECT 1 FROM orders AS o WHERE o.id = r.order_id)
      UNION ALL
      SELECT CASE WHEN r.released_at IS NULL THEN 'used by an order that is over' ELSE 'given back by an order that is not over' END,
        CAST(r.promotion_id AS TEXT), r.code_key, CAST(r.order_id AS TEXT), NULL, NULL
      FROM promotion_redemptions AS r JOIN orders AS o ON o.id = r.order_id
      WHERE (r.released_at IS NULL) = (o.status IN ('cancelled', 'expired'))
      UNION ALL
      SELECT 'an order whose use is not recorded', NULL, NULL, CAST(o.id AS TEXT), NULL, NULL
      FROM orders AS o WHERE ${countsUses(sql.ref('o.promotions'))} AND NOT EXISTS (SELECT 1 FROM promotion_redemptions AS r WHERE r.order_id = o.id)
      UNION ALL
      SELECT 'automatic promotions are miscounted', NULL, NULL, NULL, expected, counted
      FROM (
        SELECT count(*) AS expected, coalesce((SELECT automatic FROM promotion_state), 0) AS counted
        FROM promotions WHERE automatic = ${codecs.bool.encode(true)} AND status = 'active'
      ) AS automatic WHERE expected <> counted`,
  },
]
