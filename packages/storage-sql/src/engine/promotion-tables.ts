import type { Generated } from 'kysely'
import type { SqlBool, SqlJson, SqlTime } from './sql-dialect.ts'

/** The tables about promotions, as Kysely sees them. */
export interface PromotionTables {
  promotions: PromotionsTable
  promotion_state: { id: number; revision: number; automatic: number }
  vouchers: VouchersTable
  promotion_customers: { promotion_id: string; customer_key: string; used: number }
  promotion_redemptions: PromotionRedemptionsTable
}

interface PromotionsTable {
  id: string
  name: string
  automatic: SqlBool
  status: string
  terms: SqlJson
  max_uses: number | null
  max_uses_per_customer: number | null
  used: Generated<number>
  starts_at: SqlTime | null
  ends_at: SqlTime | null
  version: number
  created_at: SqlTime
  updated_at: SqlTime
}

interface VouchersTable {
  code_key: string
  code: string
  promotion_id: string
  max_uses: number | null
  used: Generated<number>
  ended_at: SqlTime | null
  created_at: SqlTime
}

interface PromotionRedemptionsTable {
  order_id: string
  promotion_id: string
  code_key: string | null
  customer_key: string | null
  redeemed_at: SqlTime
  released_at: SqlTime | null
}
