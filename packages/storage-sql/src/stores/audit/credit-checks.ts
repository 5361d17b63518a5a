import { storeCreditProvider } from '@cartwright/core/ports'
import { sql } from 'kysely'
import type { AuditCheck } from './audit-check.ts'

/** Per order: what its entries have taken from accounts, and what by its own records should be taken: its credit, less what was returned or came to be credit. */
const takenByOrder = sql`
  SELECT order_id, sum(taken_minor) AS taken, sum(kept_minor) AS kept
  FROM (
    SELECT order_id, -amount_minor AS taken_minor, 0 AS kept_minor FROM credit_entries WHERE order_id IS NOT NULL
    UNION ALL
    SELECT order_id, 0, amount_minor - returned_minor FROM order_credits
    UNION ALL
    SELECT order_id, 0, -amount_minor FROM refunds WHERE provider = ${sql.lit(storeCreditProvider)}
  ) AS sides GROUP BY order_id`

export const creditChecks: readonly AuditCheck[] = [
  {
    id: 'I11',
    invariant:
      'No balance of a gift card or store credit is negative or other than the sum of its entries, and what an order’s credit comes to is what its entries have taken.',
    query: () => sql`
      SELECT 'balance is not that of the ledger' AS problem, CAST(a.id AS TEXT) AS id, a.balance_minor AS "balanceMinor", coalesce(e.amount, 0) AS "ledgerMinor"
      FROM credit_accounts AS a LEFT JOIN (SELECT account_id, sum(amount_minor) AS amount FROM credit_entries GROUP BY account_id) AS e ON e.account_id = a.id
      WHERE a.balance_minor <> coalesce(e.amount, 0)
      UNION ALL
      SELECT 'negative balance', CAST(id AS TEXT), balance_minor, NULL FROM credit_accounts WHERE balance_minor < 0
      UNION ALL
      SELECT 'an order keeps other credit than was taken', CAST(order_id AS TEXT), kept, taken FROM (${takenByOrder}) AS t WHERE taken <> kept
      UNION ALL
      SELECT 'the parts of an order are not its credit', CAST(o.id AS TEXT), o.credit_minor, coalesce(c.amount, 0)
      FROM orders AS o LEFT JOIN (SELECT order_id, sum(amount_minor) AS amount FROM order_credits GROUP BY order_id) AS c ON c.order_id = o.id
      WHERE o.credit_minor <> coalesce(c.amount, 0)
      UNION ALL
      SELECT 'a part is returned beyond what it was', CAST(order_id AS TEXT), returned_minor, amount_minor
      FROM order_credits WHERE returned_minor > amount_minor OR returned_minor < 0
      UNION ALL
      SELECT 'a pending order without its credit', CAST(c.order_id AS TEXT), c.returned_minor, c.amount_minor
      FROM order_credits AS c JOIN orders AS o ON o.id = c.order_id
      WHERE o.status = 'pending' AND c.returned_minor > 0`,
  },
]
