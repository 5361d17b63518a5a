import { sql } from 'kysely'
import type { AuditCheck } from './audit-check.ts'

const starColumns = [1, 2, 3, 4, 5].map((count) => sql.ref(`stars_${count}`))
const reviewsByStars = sql.join([1, 2, 3, 4, 5].map((count) => sql`CASE WHEN rating = ${sql.lit(count)} THEN -1 ELSE 0 END`))
const starSums = sql.join([1, 2, 3, 4, 5].map((count) => sql`sum(${sql.ref(`stars_${count}`)}) AS ${sql.ref(`stars_${count}`)}`))
const anyStars = sql.join(
  starColumns.map((stars) => sql`${stars} <> 0`),
  sql` OR `,
)
const count = sql.join(starColumns, sql` + `)
const points = sql.join(
  starColumns.map((stars, index) => sql`${stars} * ${sql.lit(index + 1)}`),
  sql` + `,
)

/** How far an average may be from its stars: less than one review can make of millions, more than rounding does. */
const tolerance = sql.lit(1e-9)

export const reviewChecks: readonly AuditCheck[] = [
  {
    id: 'I20',
    invariant:
      'A review whose purchase is verified has it, a customer reviews a product once, and ratings and votes are those of the approved reviews and of the voters.',
    query: ({ codecs }) => sql`
      SELECT 'verified without the purchase' AS problem, CAST(r.product_id AS TEXT) AS "productId", CAST(r.id AS TEXT) AS "reviewId", NULL AS kept, NULL AS counted
      FROM reviews AS r
      WHERE r.order_line_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM order_lines AS l JOIN orders AS o ON o.id = l.order_id
        WHERE l.id = r.order_line_id AND l.product_id = r.product_id AND (r.customer_id IS NULL OR o.customer_id = r.customer_id)
          AND EXISTS (SELECT 1 FROM order_history AS h WHERE h.order_id = o.id AND h.status = 'confirmed')
      )
      UNION ALL
      SELECT 'reviews by one customer', CAST(product_id AS TEXT), CAST(min(CAST(id AS TEXT)) AS TEXT), 1, count(*)
      FROM reviews WHERE customer_id IS NOT NULL GROUP BY customer_id, product_id HAVING count(*) > 1
      UNION ALL
      SELECT 'stars are not those of the reviews', CAST(product_id AS TEXT), NULL, NULL, NULL
      FROM (
        SELECT product_id, ${starSums} FROM (
          SELECT product_id, ${sql.join(starColumns)} FROM product_ratings
          UNION ALL
          SELECT product_id, ${reviewsByStars} FROM reviews WHERE status = 'approved'
        ) AS parts GROUP BY product_id
      ) AS sums WHERE ${anyStars}
      UNION ALL
      SELECT 'rating of the product is not that of the stars', CAST(p.id AS TEXT), NULL, p.rating_count, coalesce(s.count, 0)
      FROM products AS p LEFT JOIN (SELECT product_id, ${count} AS count, ${points} AS points FROM product_ratings) AS s ON s.product_id = p.id
      WHERE p.rating_count <> coalesce(s.count, 0) OR (p.rating_average IS NULL) <> (p.rating_count = 0)
        OR abs(p.rating_average - s.points * 1.0 / nullif(s.count, 0)) > ${tolerance}
      UNION ALL
      SELECT 'votes are not those of the voters', CAST(r.product_id AS TEXT), CAST(r.id AS TEXT), r.helpful_count + r.unhelpful_count, coalesce(v.helpful + v.unhelpful, 0)
      FROM reviews AS r LEFT JOIN (
        SELECT review_id, sum(CASE WHEN helpful = ${codecs.bool.encode(true)} THEN 1 ELSE 0 END) AS helpful, sum(CASE WHEN helpful = ${codecs.bool.encode(true)} THEN 0 ELSE 1 END) AS unhelpful
        FROM review_votes GROUP BY review_id
      ) AS v ON v.review_id = r.id
      WHERE r.helpful_count <> coalesce(v.helpful, 0) OR r.unhelpful_count <> coalesce(v.unhelpful, 0)`,
  },
]
