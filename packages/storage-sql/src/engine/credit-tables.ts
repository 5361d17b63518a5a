import type { Generated } from 'kysely'
import type { SqlTime } from './sql-dialect.ts'

interface CreditAccountsTable {
  id: string
  kind: string
  status: string
  customer_id: string | null
  code_hash: string | null
  last_four: string | null
  currency: string
  balance_minor: number
  expires_at: SqlTime | null
  note: string | null
  created_at: SqlTime
  updated_at: SqlTime
  version: number
}

interface CreditEntriesTable {
  id: string
  account_id: string
  change: string
  amount_minor: number
  order_id: string | null
  order_refund_id: string | null
  reference: string
  note: string | null
  actor_type: string
  actor_id: string | null
  at: SqlTime
}

/** Gift cards, store credit, and what they pay. */
export interface CreditTables {
  credit_accounts: CreditAccountsTable
  credit_entries: CreditEntriesTable
  order_credits: { order_id: string; account_id: string; position: number; amount_minor: number; returned_minor: Generated<number> }
}
