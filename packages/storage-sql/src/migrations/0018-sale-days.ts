import type { Migration } from './ddl.ts'

const columns = [
  ['variants', 'available_from'],
  ['variants', 'restock_date'],
  ['order_lines', 'available_from'],
  ['order_lines', 'expected_at'],
] as const

/** When variants can be had, and when the lines of an order were promised. Calendar days, as text. */
export const saleDays: Migration = {
  name: '0018_sale_days',
  up: (t) => columns.map(([table, column]) => `ALTER TABLE ${table} ADD COLUMN ${column} ${t.text}`),
  down: () => [...columns].reverse().map(([table, column]) => `ALTER TABLE ${table} DROP COLUMN ${column}`),
}
