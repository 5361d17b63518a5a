import type { Migration } from './ddl.ts'

const counts = [
  {
    table: 'order_lines',
    column: 'included_tax_minor',
    constraint: 'order_lines_included_tax',
    check: 'included_tax_minor BETWEEN 0 AND total_minor - discount_minor',
  },
  {
    table: 'order_refund_lines',
    column: 'included_tax_minor',
    constraint: 'order_refund_lines_included_tax',
    check: 'included_tax_minor BETWEEN 0 AND amount_minor - tax_minor',
  },
] as const

const orderColumns = ['tax_id', 'tax_exemption', 'delivery_earliest', 'delivery_latest', 'pickup_location'] as const

/** How products are taxed, which taxes an order bears, and when and where its buyer gets it. */
export const taxAndDelivery: Migration = {
  name: '0011_tax_and_delivery',
  up: (t) => [
    `ALTER TABLE products ADD COLUMN tax_category ${t.text} NOT NULL DEFAULT 'standard'`,
    ...counts.flatMap((count) => t.addCount(count)),
    `ALTER TABLE orders ADD COLUMN taxes ${t.json}`,
    ...orderColumns.map((column) => `ALTER TABLE orders ADD COLUMN ${column} ${t.text}`),
  ],
  down: () => [
    ...[...orderColumns].reverse().map((column) => `ALTER TABLE orders DROP COLUMN ${column}`),
    'ALTER TABLE orders DROP COLUMN taxes',
    ...[...counts].reverse().map(({ table, column }) => `ALTER TABLE ${table} DROP COLUMN ${column}`),
    'ALTER TABLE products DROP COLUMN tax_category',
  ],
}

/** In a step of its own: reading all lines must not keep others from them. */
export const taxChecked: Migration = {
  name: '0011_tax_checked',
  up: (t) => counts.flatMap(({ table, constraint }) => t.checkOldRows({ table, constraint })),
  down: () => [],
}
