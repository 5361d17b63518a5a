import type { Migration } from './ddl.ts'
import { indexMigration } from './index-migration.ts'

/** How many units of a variant may be promised beyond its stock. Null: any number. */
export const backorderLimits: Migration = {
  name: '0021_backorder_limits',
  up: (t) => [`ALTER TABLE variants ADD COLUMN backorder_limit ${t.int}`],
  down: () => ['ALTER TABLE variants DROP COLUMN backorder_limit'],
}

/** What is promised of a SKU is added up whenever one more unit is to be: few lines of all have any. */
export const backordersBySku = indexMigration('0021_backorders_by_sku', [
  { name: 'reservation_lines_backordered_by_sku', on: 'reservation_lines (sku, backordered) WHERE backordered > 0' },
])
