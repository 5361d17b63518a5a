import { sql } from 'kysely'
import type { AuditCheck } from './audit-check.ts'

/** Of products whose entries count: those of others are passed over until they are written anew. */
const isListed = sql`p.listed_version = p.version`

export const catalogChecks: readonly AuditCheck[] = [
  {
    id: 'I23',
    invariant:
      'A published product stands once in each category that it is in or below, with its own title, time, rating and prices, and no other product does, unless it is to be listed anew.',
    query: () => sql`
      SELECT 'entry in a category' AS problem, CAST(product_id AS TEXT) AS "productId", CAST(category_id AS TEXT) AS "categoryId", NULL AS currency, sum(kept) AS surplus
      FROM (
        SELECT e.product_id, e.category_id, e.created_at, e.title, e.rating, 1 AS kept FROM category_products AS e JOIN products AS p ON p.id = e.product_id WHERE ${isListed}
        UNION ALL
        SELECT p.id, r.category_id, p.created_at, p.title, coalesce(p.rating_average, 0), -1 FROM (
          WITH RECURSIVE reached (product_id, category_id) AS (
            SELECT product_id, category_id FROM product_categories
            UNION SELECT r.product_id, c.parent_id FROM reached AS r JOIN categories AS c ON c.id = r.category_id WHERE c.parent_id IS NOT NULL
          ) SELECT product_id, category_id FROM reached
        ) AS r JOIN products AS p ON p.id = r.product_id WHERE p.status = 'published' AND ${isListed}
      ) AS both_sides GROUP BY product_id, category_id, created_at, title, rating HAVING sum(kept) <> 0
      UNION ALL
      SELECT 'prices in a category', CAST(product_id AS TEXT), CAST(category_id AS TEXT), currency, sum(kept)
      FROM (
        SELECT e.product_id, e.category_id, e.currency, e.min_minor, e.max_minor, 1 AS kept FROM category_prices AS e JOIN products AS p ON p.id = e.product_id WHERE ${isListed}
        UNION ALL
        SELECT e.product_id, e.category_id, o.currency, o.min_minor, o.max_minor, -1
        FROM category_products AS e JOIN products AS p ON p.id = e.product_id JOIN product_prices AS o ON o.product_id = e.product_id WHERE ${isListed}
      ) AS both_sides GROUP BY product_id, category_id, currency, min_minor, max_minor HAVING sum(kept) <> 0`,
  },
]
