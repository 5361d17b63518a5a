import { describe } from 'vitest'
import { itNames, type Plant } from '../../../test/plant.ts'

const ghost = '00000000-0000-7000-8000-00000000dead'

/** Points one row's reference at nothing. */
const orphan = (table: string, column: string, parent: string): Plant => ({
  name: `a row of ${table} whose ${column} leads nowhere`,
  sql: () => {
    const row = `SELECT min(${column}) FROM ${table}`
    return `UPDATE ${table} SET ${column} = '${ghost}' WHERE ${column} = (${row})`
  },
  refused: { by: 'FOREIGN KEY constraint failed', table },
  found: () => ({ problem: `${table} without ${parent}` }),
})

describe('what belongs together', () => {
  itNames('I19', [
    orphan('order_lines', 'order_id', 'orders'),
    orphan('order_history', 'order_id', 'orders'),
    orphan('payments', 'order_id', 'orders'),
    orphan('payment_history', 'payment_id', 'payments'),
    orphan('refunds', 'payment_id', 'payments'),
    orphan('refunds', 'order_id', 'orders'),
    orphan('fulfilments', 'order_id', 'orders'),
    orphan('fulfilment_lines', 'fulfilment_id', 'fulfilments'),
    orphan('fulfilment_lines', 'order_line_id', 'order_lines'),
    orphan('reservation_lines', 'reservation_id', 'reservations'),
    orphan('reservation_lines', 'location_id', 'stock_levels'),
    orphan('stock_ledger', 'location_id', 'stock_levels'),
    orphan('stock_levels', 'location_id', 'locations'),
    orphan('reviews', 'product_id', 'products'),
    orphan('review_votes', 'review_id', 'reviews'),
    orphan('product_ratings', 'product_id', 'products'),
    {
      name: 'an order whose reservation is missing',
      sql: ({ pending }) => `UPDATE orders SET reservation_id = '${ghost}' WHERE id = '${pending.order.id}'`,
      found: ({ pending }) => ({ problem: 'orders without reservations', id: pending.order.id, detail: ghost }),
    },
    {
      name: 'a step of a parcel that is missing',
      sql: ({ partly }) => `UPDATE order_history SET fulfilment_id = '${ghost}' WHERE order_id = '${partly.order.id}' AND version = 3`,
      found: ({ partly }) => ({ problem: 'order_history without fulfilments', id: partly.order.id, detail: ghost }),
    },
    {
      name: 'a parcel with a line of another order',
      sql: ({ partly, pending }) =>
        `UPDATE fulfilment_lines SET order_line_id = '${pending.order.lines[0]?.id}' WHERE order_line_id = '${partly.order.lines[0]?.id}'`,
      found: ({ pending }) => ({ problem: 'parcel with another order’s line', detail: pending.order.lines[0]?.id }),
    },
    {
      name: 'an order that was made with another customer’s address',
      sql: ({ pending }) => `
        INSERT INTO customers (id, version, created_at, updated_at) VALUES ('somebody else', 1, 0, 0);
        INSERT INTO customer_addresses (id, customer_id, place, address, created_at, updated_at) VALUES ('${ghost}', 'somebody else', 1, '{}', 0, 0);
        INSERT INTO order_addresses (order_id, purpose, address_id) VALUES ('${pending.order.id}', 'shipping', '${ghost}')`,
      found: ({ pending }) => ({ problem: 'order with another customer’s address', id: pending.order.id, detail: ghost }),
    },
    {
      name: 'an addition of somebody else',
      sql: ({ partly, pending }) => `UPDATE orders SET adds_to_order_id = '${partly.order.id}', customer_id = 'eve' WHERE id = '${pending.order.id}'`,
      found: ({ partly, pending }) => ({ problem: 'addition that differs from its order', id: pending.order.id, detail: partly.order.id }),
    },
    {
      name: 'an addition that goes elsewhere',
      sql: ({ partly, pending }) => `UPDATE orders SET adds_to_order_id = '${partly.order.id}', shipping_address = '{}' WHERE id = '${pending.order.id}'`,
      found: ({ partly, pending }) => ({ problem: 'addition that differs from its order', id: pending.order.id, detail: partly.order.id }),
    },
    {
      name: 'an addition that was left behind',
      sql: ({ cancelled, pending }) => `UPDATE orders SET adds_to_order_id = '${cancelled.order.id}' WHERE id = '${pending.order.id}'`,
      found: ({ cancelled, pending }) => ({ problem: 'unsent addition to an order that is over', id: pending.order.id, detail: cancelled.order.id }),
    },
    {
      name: 'a refund of another order’s payment',
      sql: ({ delivered }) => `UPDATE refunds SET order_id = '${delivered.order.id}'`,
      found: ({ cancelled }) => ({ problem: 'refund of another order’s payment', detail: cancelled.payment.id }),
    },
  ])
})

/** Puts half a unit into a column. */
const half = (table: string, column: string): Plant => ({
  name: `half a unit in ${table}.${column}`,
  sql: () => `UPDATE ${table} SET ${column} = ${column} + 0.5`,
  refused: { by: `cannot store REAL value in INTEGER column ${table}.${column}`, table },
  found: () => ({ problem: `${table}: not an integer` }),
})

const columns: readonly (readonly [table: string, columns: readonly string[]])[] = [
  ['stock_levels', ['on_hand', 'reserved']],
  ['reservation_lines', ['quantity', 'held', 'backordered', 'consumed', 'released']],
  ['stock_ledger', ['delta']],
  ['prices', ['amount_minor']],
  ['orders', ['subtotal_minor', 'discount_minor', 'shipping_minor', 'tax_minor', 'total_minor']],
  ['order_lines', ['quantity', 'unit_minor', 'total_minor', 'discount_minor', 'tax_minor', 'fulfilled_quantity']],
  ['fulfilment_lines', ['quantity']],
  ['payments', ['amount_minor', 'authorised_minor', 'captured_minor']],
  ['refunds', ['amount_minor']],
]

describe('amounts and currencies', () => {
  itNames('I21', [
    ...columns.flatMap(([table, names]) => names.map((name) => half(table, name))),
    ...['prices', 'carts', 'orders', 'payments'].map(
      (table): Plant => ({
        name: `no currency in ${table}`,
        sql: () => `UPDATE ${table} SET currency = ''`,
        refused: { by: `${table}_currency`, table },
        found: () => ({ problem: `${table}: no currency`, detail: '' }),
      }),
    ),
    ...['usd', 'US1', 'U$D'].map(
      (currency): Plant => ({
        name: `the currency ${currency}`,
        sql: () => `UPDATE payments SET currency = '${currency}'`,
        found: () => ({ problem: 'payments: no currency', detail: currency }),
      }),
    ),
    {
      name: 'a payment in another currency than its order',
      sql: ({ partly }) => `UPDATE payments SET currency = 'EUR' WHERE id = '${partly.payment.id}'`,
      found: ({ partly }) => ({ problem: 'payment in another currency than its order', id: partly.payment.id, detail: 'EUR' }),
    },
    {
      name: 'a refund in another currency than its payment',
      sql: () => "UPDATE refunds SET currency = 'EUR'",
      found: () => ({ problem: 'refund in another currency than its payment', detail: 'EUR' }),
    },
  ])
})
