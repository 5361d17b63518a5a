import type { Generated } from 'kysely'
import type { SqlBool, SqlJson, SqlTime } from './sql-dialect.ts'

/** The tables about people, as Kysely sees them. */
export interface CustomerTables {
  customers: CustomersTable
  customer_addresses: { id: string; customer_id: string; place: number; address: SqlJson; created_at: SqlTime; updated_at: SqlTime }
  customer_default_addresses: { customer_id: string; purpose: string; address_id: string }
  order_addresses: { order_id: string; purpose: string; address_id: string }
  customer_credentials: { customer_id: string; password_hash: string; updated_at: SqlTime }
  customer_tokens: { token_hash: string; customer_id: string; purpose: string; expires_at: SqlTime; created_at: SqlTime }
  customer_sessions: CustomerSessionsTable
  wish_lists: WishListsTable
  wish_list_items: { wish_list_id: string; sku: string; place: number; note: string | null; added_at: SqlTime }
}

interface CustomersTable {
  id: string
  email: string | null
  email_key: string | null
  email_verified_at: SqlTime | null
  name: string | null
  phone: string | null
  /** Filled by default: in no group. */
  group_names: Generated<SqlJson>
  version: number
  created_at: SqlTime
  updated_at: SqlTime
}

interface CustomerSessionsTable {
  id: string
  token_hash: string
  customer_id: string
  created_at: SqlTime
  seen_at: SqlTime
  expires_at: SqlTime
  ends_at: SqlTime
}

interface WishListsTable {
  id: string
  customer_id: string
  place: number
  name: string
  share_token_hash: string | null
  shared_at: SqlTime | null
  share_notes: SqlBool
  created_at: SqlTime
  updated_at: SqlTime
}
