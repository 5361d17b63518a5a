import { type RawBuilder, sql } from 'kysely'
import type { AuditCheck, AuditMoment } from './audit-check.ts'

/** Child table, the column that names the parent, parent table, the columns that name the child in a report. */
const parents: readonly (readonly [child: string, column: string, parent: string, name: string])[] = [
  ['order_lines', 'order_id', 'orders', 'id'],
  ['order_history', 'order_id', 'orders', 'order_id'],
  ['order_history', 'fulfilment_id', 'fulfilments', 'order_id'],
  ['orders', 'reservation_id', 'reservations', 'id'],
  ['orders', 'adds_to_order_id', 'orders', 'id'],
  ['payments', 'order_id', 'orders', 'id'],
  ['payment_history', 'payment_id', 'payments', 'payment_id'],
  ['refunds', 'payment_id', 'payments', 'id'],
  ['refunds', 'order_id', 'orders', 'id'],
  ['disputes', 'payment_id', 'payments', 'id'],
  ['disputes', 'order_id', 'orders', 'id'],
  ['reviews', 'product_id', 'products', 'id'],
  ['review_votes', 'review_id', 'reviews', 'review_id'],
  ['vouchers', 'promotion_id', 'promotions', 'code'],
  ['promotion_customers', 'promotion_id', 'promotions', 'promotion_id'],
  ['promotion_redemptions', 'promotion_id', 'promotions', 'order_id'],
  ['product_ratings', 'product_id', 'products', 'product_id'],
  ['fulfilments', 'order_id', 'orders', 'id'],
  ['fulfilment_lines', 'fulfilment_id', 'fulfilments', 'fulfilment_id'],
  ['fulfilment_lines', 'order_line_id', 'order_lines', 'fulfilment_id'],
  ['order_refunds', 'order_id', 'orders', 'id'],
  ['order_refund_lines', 'order_refund_id', 'order_refunds', 'order_refund_id'],
  ['order_refund_lines', 'order_line_id', 'order_lines', 'order_refund_id'],
  ['refunds', 'order_refund_id', 'order_refunds', 'id'],
  ['order_refunds', 'return_id', 'returns', 'id'],
  ['returns', 'order_id', 'orders', 'id'],
  ['return_lines', 'return_id', 'returns', 'return_id'],
  ['return_lines', 'order_line_id', 'order_lines', 'return_id'],
  ['return_history', 'return_id', 'returns', 'return_id'],
  ['reservation_lines', 'reservation_id', 'reservations', 'reservation_id'],
  ['stock_levels', 'location_id', 'locations', 'sku'],
  ['credit_entries', 'account_id', 'credit_accounts', 'id'],
  ['credit_entries', 'order_id', 'orders', 'id'],
  ['credit_entries', 'order_refund_id', 'order_refunds', 'id'],
  ['order_credits', 'order_id', 'orders', 'order_id'],
  ['order_credits', 'account_id', 'credit_accounts', 'order_id'],
]

/** The integers of each table: amounts in minor units, units of goods. */
const integers: readonly (readonly [table: string, name: string, columns: readonly string[]])[] = [
  ['stock_levels', 'sku', ['on_hand', 'reserved']],
  ['reservation_lines', 'reservation_id', ['quantity', 'held', 'backordered', 'consumed', 'released']],
  ['stock_ledger', 'id', ['delta']],
  ['prices', 'variant_id', ['amount_minor']],
  ['orders', 'id', ['subtotal_minor', 'discount_minor', 'shipping_minor', 'tax_minor', 'total_minor', 'credit_minor']],
  [
    'order_lines',
    'id',
    [
      'quantity',
      'unit_minor',
      'total_minor',
      'discount_minor',
      'tax_minor',
      'fulfilled_quantity',
      'cancelled_quantity',
      'refunded_quantity',
      'returning_quantity',
    ],
  ],
  ['fulfilment_lines', 'fulfilment_id', ['quantity']],
  ['payments', 'id', ['amount_minor', 'authorised_minor', 'captured_minor']],
  ['refunds', 'id', ['amount_minor']],
  ['order_refunds', 'id', ['amount_minor', 'shipping_minor']],
  ['order_refund_lines', 'order_refund_id', ['quantity', 'cancelled_quantity', 'restocked_quantity', 'amount_minor', 'tax_minor']],
  ['return_lines', 'return_id', ['quantity', 'received_quantity', 'restocked_quantity']],
  ['disputes', 'id', ['amount_minor']],
  ['credit_accounts', 'id', ['balance_minor']],
  ['credit_entries', 'id', ['amount_minor']],
  ['order_credits', 'order_id', ['amount_minor', 'returned_minor']],
]

const currencies: readonly (readonly [table: string, name: string])[] = [
  ['prices', 'variant_id'],
  ['carts', 'id'],
  ['orders', 'id'],
  ['payments', 'id'],
  ['refunds', 'id'],
  ['order_refunds', 'id'],
  ['disputes', 'id'],
  ['credit_accounts', 'id'],
]

export const shapeChecks: readonly AuditCheck[] = [
  {
    id: 'I19',
    invariant:
      'Every line, step, parcel, payment and refund has the order, payment, parcel or reservation it belongs to, no order was made with another customer’s address, and what was added to an order is of the same buyer, goes to the same place and ends with it.',
    query: () =>
      all([
        ...parents.map(([child, column, parent, name]) => orphans(child, column, parent, name)),
        levellessLines,
        levellessEntries,
        strangeLines,
        strangeRefunds,
        strangeAddresses,
        strangeAdditions,
        leftBehindAdditions,
      ]),
  },
  {
    id: 'I21',
    invariant: 'Amounts and quantities are integers, every amount has a currency, and an order has one currency only.',
    query: ({ dialect }) =>
      all([
        ...integers.map(([table, name, columns]) => fractions(dialect, table, name, columns)),
        ...currencies.map(([table, name]) => badCurrency(table, name)),
        mixedPayments,
        mixedRefunds,
      ]),
  },
]

function all(parts: readonly RawBuilder<unknown>[]): RawBuilder<Readonly<Record<string, unknown>>> {
  return sql`SELECT * FROM (${sql.join(parts, sql` UNION ALL `)}) AS parts`
}

function orphans(child: string, column: string, parent: string, name: string): RawBuilder<unknown> {
  return sql`
    SELECT ${sql.lit(`${child} without ${parent}`)} AS problem, CAST(${sql.ref(`c.${name}`)} AS TEXT) AS id, CAST(${sql.ref(`c.${column}`)} AS TEXT) AS detail
    FROM ${sql.table(child)} AS c
    WHERE ${sql.ref(`c.${column}`)} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${sql.table(parent)} AS p WHERE p.id = ${sql.ref(`c.${column}`)})`
}

const levellessLines = sql`
  SELECT 'reservation_lines without stock_levels', CAST(c.reservation_id AS TEXT), c.sku
  FROM reservation_lines AS c
  WHERE NOT EXISTS (SELECT 1 FROM stock_levels AS p WHERE p.sku = c.sku AND p.location_id = c.location_id)`

const levellessEntries = sql`
  SELECT 'stock_ledger without stock_levels', CAST(c.id AS TEXT), c.sku
  FROM stock_ledger AS c
  WHERE NOT EXISTS (SELECT 1 FROM stock_levels AS p WHERE p.sku = c.sku AND p.location_id = c.location_id)`

const strangeLines = sql`
  SELECT 'parcel with another order’s line', CAST(f.id AS TEXT), CAST(l.id AS TEXT)
  FROM fulfilment_lines AS fl JOIN fulfilments AS f ON f.id = fl.fulfilment_id JOIN order_lines AS l ON l.id = fl.order_line_id
  WHERE l.order_id <> f.order_id`

const strangeRefunds = sql`
  SELECT 'refund of another order’s payment', CAST(r.id AS TEXT), CAST(p.id AS TEXT)
  FROM refunds AS r JOIN payments AS p ON p.id = r.payment_id
  WHERE p.order_id <> r.order_id`

const strangeAddresses = sql`
  SELECT 'order with another customer’s address', CAST(o.id AS TEXT), CAST(a.id AS TEXT)
  FROM order_addresses AS u JOIN customer_addresses AS a ON a.id = u.address_id JOIN orders AS o ON o.id = u.order_id
  WHERE o.customer_id IS NULL OR o.customer_id <> a.customer_id`

/** Of additions that are over, the address stays what it was. Addresses are JSON, which is compared as text. */
const strangeAdditions = sql`
  SELECT 'addition that differs from its order', CAST(a.id AS TEXT), CAST(o.id AS TEXT)
  FROM orders AS a JOIN orders AS o ON o.id = a.adds_to_order_id
  WHERE o.adds_to_order_id IS NOT NULL OR o.currency <> a.currency OR coalesce(o.customer_id, '') <> coalesce(a.customer_id, '')
    OR coalesce(o.guest_token_hash, '') <> coalesce(a.guest_token_hash, '') OR o.status NOT IN ('confirmed', 'cancelled')
    OR (a.status IN ('pending', 'confirmed') AND CAST(o.shipping_address AS TEXT) <> CAST(a.shipping_address AS TEXT))`

const leftBehindAdditions = sql`
  SELECT 'unsent addition to an order that is over', CAST(a.id AS TEXT), CAST(o.id AS TEXT)
  FROM orders AS a JOIN orders AS o ON o.id = a.adds_to_order_id
  WHERE a.status IN ('pending', 'confirmed') AND a.fulfilment_status = 'none' AND o.status <> 'confirmed'`

function fractions(dialect: AuditMoment['dialect'], table: string, name: string, columns: readonly string[]): RawBuilder<unknown> {
  const bad = columns.map((column) => sql`NOT ${dialect.isInteger(sql.ref(column))}`)
  return sql`SELECT ${sql.lit(`${table}: not an integer`)} AS problem, CAST(${sql.ref(name)} AS TEXT) AS id, NULL AS detail FROM ${sql.table(table)} WHERE ${sql.join(bad, sql` OR `)}`
}

function badCurrency(table: string, name: string): RawBuilder<unknown> {
  const letters = [1, 2, 3].map((place) => sql`substr(currency, ${sql.lit(place)}, 1) BETWEEN 'A' AND 'Z'`)
  return sql`
    SELECT ${sql.lit(`${table}: no currency`)}, CAST(${sql.ref(name)} AS TEXT), currency
    FROM ${sql.table(table)}
    WHERE currency IS NULL OR length(currency) <> 3 OR currency <> upper(currency) OR NOT (${sql.join(letters, sql` AND `)})`
}

const mixedPayments = sql`
  SELECT 'payment in another currency than its order', CAST(p.id AS TEXT), p.currency FROM payments AS p JOIN orders AS o ON o.id = p.order_id WHERE p.currency <> o.currency`

const mixedRefunds = sql`
  SELECT 'refund in another currency than its payment', CAST(r.id AS TEXT), r.currency FROM refunds AS r JOIN payments AS p ON p.id = r.payment_id WHERE r.currency <> p.currency`
