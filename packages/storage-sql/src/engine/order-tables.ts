import type { Generated } from 'kysely'
import type { SqlBool, SqlJson, SqlTime } from './sql-dialect.ts'

interface OrderStateColumns {
  status: string
  payment_status: string
  fulfilment_status: string
  disputed: SqlBool
}

export interface OrdersTable extends OrderStateColumns {
  id: string
  number: string
  cart_id: string
  customer_id: string | null
  guest_token_hash: string | null
  email: string | null
  currency: string
  subtotal_minor: number
  discount_minor: number
  shipping_minor: number
  tax_minor: number
  total_minor: number
  credit_minor: Generated<number>
  shipping_method: string
  shipping_label: string
  shipping_address: SqlJson
  billing_address: SqlJson
  reservation_id: string | null
  /** Null for an order of before there were any. */
  taxes: SqlJson | null
  tax_id: string | null
  tax_exemption: string | null
  delivery_earliest: string | null
  delivery_latest: string | null
  pickup_location: string | null
  adds_to_order_id: string | null
  expires_at: SqlTime | null
  /** Those that applied; null for none. */
  promotions: SqlJson | null
  placed_at: SqlTime
  updated_at: SqlTime
  version: number
}

export interface OrderLinesTable {
  id: string
  order_id: string
  position: number
  sku: string
  variant_id: string
  product_id: string
  title: string
  options: SqlJson
  quantity: number
  unit_minor: number
  total_minor: number
  discount_minor: number
  tax_minor: number
  included_tax_minor: Generated<number>
  price_list: string | null
  stock_tracked: SqlBool
  fulfilled_quantity: number
  cancelled_quantity: Generated<number>
  refunded_quantity: Generated<number>
  returning_quantity: Generated<number>
  components: SqlJson | null
  available_from: string | null
  expected_at: string | null
}

export interface OrderHistoryTable extends OrderStateColumns {
  order_id: string
  version: number
  change: string
  event_id: string
  actor_type: string
  actor_id: string | null
  note: string | null
  fulfilment_id: string | null
  at: SqlTime
}

export interface FulfilmentsTable {
  id: string
  order_id: string
  status: string
  carrier: string | null
  tracking_number: string | null
  tracking_url: string | null
  shipped_at: SqlTime
  delivered_at: SqlTime | null
  version: number
}

export interface OrderRefundsTable {
  id: string
  order_id: string
  return_id: string | null
  amount_minor: number
  shipping_minor: number
  currency: string
  reason: string
  actor_type: string
  actor_id: string | null
  created_at: SqlTime
}

export interface OrderRefundLinesTable {
  order_refund_id: string
  order_line_id: string
  quantity: number
  cancelled_quantity: number
  restocked_quantity: number
  amount_minor: number
  tax_minor: number
  included_tax_minor: Generated<number>
}

export interface ReturnsTable {
  id: string
  order_id: string
  status: string
  rejection: string | null
  created_at: SqlTime
  updated_at: SqlTime
  version: number
}

export interface ReturnLinesTable {
  return_id: string
  order_line_id: string
  quantity: number
  reason: string
  note: string | null
  received_quantity: number
  restocked_quantity: number
}

export interface ReturnHistoryTable {
  return_id: string
  version: number
  status: string
  event_id: string
  actor_type: string
  actor_id: string | null
  at: SqlTime
}
