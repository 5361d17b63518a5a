import type { SqlBool, SqlTime } from './sql-dialect.ts'

export interface PriceListsTable {
  id: string
  code: string
  name: string
  currency: string
  priority: number
  active: SqlBool
  /** True for a list without groups. */
  everybody: SqlBool
  starts_at: SqlTime | null
  ends_at: SqlTime | null
  version: number
  created_at: SqlTime
  updated_at: SqlTime
}

export interface PriceListPricesTable {
  price_list_id: string
  sku: string
  min_quantity: number
  amount_minor: number
}
