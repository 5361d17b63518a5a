import type { Migration } from './ddl.ts'
import { indexMigration } from './index-migration.ts'

/** Which order an order adds to. */
export const additions: Migration = {
  name: '0019_additions',
  up: (t) => [`ALTER TABLE orders ADD COLUMN adds_to_order_id ${t.uuid} REFERENCES orders (id)`],
  down: () => ['ALTER TABLE orders DROP COLUMN adds_to_order_id'],
}

/** Orders by the one that they add to; the orders that add to none are not in it. */
export const additionsOfOrders = indexMigration('0019_additions_of_orders', [
  { name: 'orders_additions', on: 'orders (adds_to_order_id) WHERE adds_to_order_id IS NOT NULL' },
])
