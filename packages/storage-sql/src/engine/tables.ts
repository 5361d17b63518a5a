import type { Generated } from 'kysely'
import type { CreditTables } from './credit-tables.ts'
import type { CustomerTables } from './customer-tables.ts'
import type {
  FulfilmentsTable,
  OrderHistoryTable,
  OrderLinesTable,
  OrderRefundLinesTable,
  OrderRefundsTable,
  OrdersTable,
  ReturnHistoryTable,
  ReturnLinesTable,
  ReturnsTable,
} from './order-tables.ts'
import type { PriceListPricesTable, PriceListsTable } from './pricing-tables.ts'
import type { PromotionTables } from './promotion-tables.ts'
import type { ReviewsTable } from './review-tables.ts'
import type { SqlBool, SqlJson, SqlTime } from './sql-dialect.ts'

/** The schema of `migrations/`, as Kysely sees it. Enumerations are checked by the database and cast where rows become domain objects. */
export interface Tables extends CustomerTables, CreditTables, PromotionTables {
  products: ProductsTable
  variants: VariantsTable
  prices: PricesTable
  bundle_components: { sku: string; component: string; quantity: number }
  product_prices: { product_id: string; currency: string; min_minor: number; max_minor: number }
  product_attributes: { product_id: string; name: string; value: string }
  categories: { id: string; parent_id: string | null; path: string }
  product_categories: { product_id: string; category_id: string }
  category_products: { product_id: string; category_id: string; created_at: SqlTime; title: string; rating: number }
  category_prices: { product_id: string; category_id: string; currency: string; min_minor: number; max_minor: number }
  locations: { id: string; code: string; name: string; priority: number; active: SqlBool }
  stock_levels: { sku: string; location_id: string; on_hand: number; reserved: number; version: number; updated_at: SqlTime }
  reservations: ReservationsTable
  reservation_lines: ReservationLinesTable
  stock_ledger: StockLedgerTable
  carts: CartsTable
  cart_lines: { cart_id: string; sku: string; position: number; quantity: number; seen_unit_minor: number | null }
  price_lists: PriceListsTable
  price_list_groups: { price_list_id: string; group_name: string }
  price_list_prices: PriceListPricesTable
  cart_holds: { cart_id: string; owner: string; reservation_id: string; held_since: SqlTime }
  cart_hold_owners: { owner: string; asked_at: SqlTime }
  quotes: { id: string; cart_id: string; cart_version: number; body: SqlJson; expires_at: SqlTime; created_at: SqlTime }
  orders: OrdersTable
  order_lines: OrderLinesTable
  order_history: OrderHistoryTable
  fulfilments: FulfilmentsTable
  fulfilment_lines: { fulfilment_id: string; order_line_id: string; quantity: number }
  order_refunds: OrderRefundsTable
  order_refund_lines: OrderRefundLinesTable
  returns: ReturnsTable
  return_lines: ReturnLinesTable
  return_history: ReturnHistoryTable
  payments: PaymentsTable
  payment_history: PaymentHistoryTable
  refunds: RefundsTable
  disputes: DisputesTable
  reviews: ReviewsTable
  review_votes: { review_id: string; customer_id: string; helpful: SqlBool; at: SqlTime }
  product_ratings: { product_id: string; stars_1: number; stars_2: number; stars_3: number; stars_4: number; stars_5: number }
  provider_events: ProviderEventsTable
  provider_listings: ProviderListingsTable
  outbox: OutboxTable
  /** One row: the place of the last event that was pruned. */
  outbox_tail: { id: number; tx: number; position: number }
  outbox_consumers: { name: string; tx: number; position: number; fence: number; lease_until: SqlTime | null; updated_at: SqlTime }
  idempotency_keys: IdempotencyKeysTable
  work_failures: WorkFailuresTable
  search_settings: SearchSettingsTable
}

interface ProviderListingsTable {
  provider: string
  list: string
  created_from: SqlTime | null
  page_after: string | null
  fence: number
  lease_until: SqlTime | null
  read_to_end_at: SqlTime | null
}

interface ProductsTable {
  id: string
  handle: string
  title: string
  description: string
  vendor: string | null
  status: string
  tax_category: Generated<string>
  attributes: SqlJson
  images: SqlJson
  options: SqlJson
  rating_average: number | null
  rating_count: Generated<number>
  content_hash: string
  version: number
  created_at: SqlTime
  updated_at: SqlTime
  /** The version that the entries in `category_products` and `category_prices` were made of; 0 for none. */
  listed_version: Generated<number>
}

interface VariantsTable {
  id: string
  product_id: string
  sku: string
  barcode: string | null
  options: SqlJson
  weight_grams: number | null
  stock_tracked: SqlBool
  backorder: string
  status: string
  position: number
  declared_stock: string | null
  components: SqlJson | null
  available_from: string | null
  restock_date: string | null
  backorder_limit: number | null
}

interface PricesTable {
  variant_id: string
  currency: string
  amount_minor: number
  compare_at_minor: number | null
}

interface ReservationsTable {
  id: string
  holder_type: string
  holder_id: string
  status: string
  expires_at: SqlTime | null
  extensions: Generated<number>
  created_at: SqlTime
  updated_at: SqlTime
}

interface ReservationLinesTable {
  reservation_id: string
  sku: string
  location_id: string
  quantity: number
  held: number
  backordered: number
  consumed: number
  released: number
}

interface StockLedgerTable {
  id: string
  sku: string
  location_id: string
  delta: number
  reason: string
  reference_id: string | null
  note: string | null
  created_at: SqlTime
}

interface CartsTable {
  id: string
  customer_id: string | null
  guest_token_hash: string | null
  currency: string
  status: string
  checkout_order_id: string | null
  version: number
  expires_at: SqlTime
  created_at: SqlTime
  updated_at: SqlTime
  /** Filled by default: only carts that were lent have others. */
  custody_term: Generated<number>
  custody_loan: Generated<number>
  /** Codes of vouchers; null for none. */
  vouchers: SqlJson | null
}

interface PaymentsTable {
  id: string
  order_id: string
  provider: string
  provider_payment_id: string | null
  method: string
  capture: string
  status: string
  amount_minor: number
  currency: string
  authorised_minor: number
  captured_minor: number
  decline_code: string | null
  action: SqlJson | null
  idempotency_scope: string | null
  idempotency_operation: string | null
  idempotency_key: string | null
  next_check_at: SqlTime | null
  checks: Generated<number>
  created_at: SqlTime
  updated_at: SqlTime
  version: number
}

interface PaymentHistoryTable {
  payment_id: string
  version: number
  status: string
  event_id: string
  actor_type: string
  actor_id: string | null
  at: SqlTime
}

interface RefundsTable {
  id: string
  payment_id: string
  order_id: string
  provider: string
  provider_refund_id: string | null
  idempotency_key: string
  status: string
  amount_minor: number
  currency: string
  reason: string
  order_refund_id: string | null
  next_attempt_at: SqlTime | null
  attempts: Generated<number>
  created_at: SqlTime
  updated_at: SqlTime
  version: number
}

interface DisputesTable {
  id: string
  payment_id: string
  order_id: string
  provider: string
  provider_dispute_id: string
  status: string
  amount_minor: number
  currency: string
  reason: string
  evidence_due_by: SqlTime | null
  created_at: SqlTime
  updated_at: SqlTime
  version: number
}

interface ProviderEventsTable {
  provider: string
  event_id: string
  type: string
  subject_type: string | null
  subject_id: string | null
  provider_payment_id: string | null
  live: SqlBool
  payload_hash: string | null
  created_at: SqlTime
  received_at: SqlTime
  state: string
  attempts: number
  fence: number
  next_attempt_at: SqlTime | null
  outcome: string | null
  domain_event_id: string | null
  problem: string | null
  finished_at: SqlTime | null
}

interface OutboxTable {
  position: Generated<number>
  tx: number
  event_id: string
  topic: string
  aggregate_type: string
  aggregate_id: string
  aggregate_version: number
  payload: SqlJson
  created_at: SqlTime
}

interface IdempotencyKeysTable {
  scope: string
  operation: string
  key: string
  fingerprint: string
  state: string
  step: string | null
  fence: number
  locked_until: SqlTime
  result: SqlJson | null
  error: SqlJson | null
  expires_at: SqlTime
}

interface SearchSettingsTable {
  id: number
  version: number
  rules: SqlJson
  synonyms: SqlJson
}

interface WorkFailuresTable {
  job: string
  row_id: string
  attempts: number
  code: string
  subject: SqlJson | null
  first_failed_at: SqlTime
  last_failed_at: SqlTime
  next_attempt_at: SqlTime | null
}
