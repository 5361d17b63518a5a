import type { Generated } from 'kysely'
import type { SqlTime } from './sql-dialect.ts'

export interface ReviewsTable {
  id: string
  product_id: string
  customer_id: string | null
  order_line_id: string | null
  rating: number
  title: string | null
  body: string | null
  display_name: string | null
  status: string
  queued_at: SqlTime | null
  reason: string | null
  note: string | null
  moderated_by: string | null
  reply: string | null
  replied_by: string | null
  replied_at: SqlTime | null
  helpful_count: Generated<number>
  unhelpful_count: Generated<number>
  created_at: SqlTime
  edited_at: SqlTime | null
  updated_at: SqlTime
  version: number
}
