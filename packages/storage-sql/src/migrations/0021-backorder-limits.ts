import type { Migration } from './ddl.ts'
import { indexMigration } from './index-migration.ts'

const limit = { table: 'variants', column: 'backorder_limit', constraint: 'variants_backorder_limit', check: 'backorder_limit > 0', nullable: true } as const

/** How many units of a variant may be promised beyond its stock. Null: any number. */
export const backorderLimits: Migration = {
  name: '0021_backorder_limits',
  up: (t) => t.addCount(limit),
  down: () => ['ALTER TABLE variants DROP COLUMN backorder_limit'],
}

/** In a step of its own: reading all variants must not keep others from them. */
export const backorderLimitsChecked: Migration = {
  name: '0021_backorder_limits_checked',
  up: (t) => t.checkOldRows(limit),
  down: () => [],
}

/** What is promised of a SKU is added up whenever one more unit is to be: few lines of all have any. */
export const backordersBySku = indexMigration('0021_backorders_by_sku', [
  { name: 'reservation_lines_backordered_by_sku', on: 'reservation_lines (sku, backordered) WHERE backordered > 0' },
])
