import type { TestMethod } from '../payments/test-methods.ts'

/*
 * Stripe's objects as they go over the wire, with the fields that the fake fills. Names and states are Stripe's; times are seconds, amounts are in Stripe's
 * smallest unit of the currency.
 */

export type Metadata = Record<string, string>

export type PaymentIntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'processing'
  | 'requires_capture'
  | 'canceled'
  | 'succeeded'

export interface StripeErrorBody {
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'
  readonly message: string
  readonly code?: string
  readonly decline_code?: string
  readonly param?: string
  readonly charge?: string
  readonly payment_intent?: unknown
  readonly setup_intent?: unknown
  readonly payment_method?: unknown
}

export interface RedirectAction {
  readonly type: 'redirect_to_url'
  readonly redirect_to_url: { readonly url: string; readonly return_url: string }
}

export interface SdkAction {
  readonly type: 'use_stripe_sdk'
  readonly use_stripe_sdk: Readonly<Record<string, unknown>>
}

export type NextAction = RedirectAction | SdkAction

export interface PaymentIntent {
  readonly id: string
  readonly object: 'payment_intent'
  amount: number
  amount_capturable: number
  amount_details: { tip: Record<string, never> }
  amount_received: number
  application: null
  application_fee_amount: null
  readonly automatic_payment_methods: { readonly enabled: boolean; readonly allow_redirects: 'always' | 'never' } | null
  canceled_at: number | null
  cancellation_reason: string | null
  capture_method: 'automatic' | 'automatic_async' | 'manual'
  readonly client_secret: string
  readonly confirmation_method: 'automatic' | 'manual'
  readonly created: number
  currency: string
  customer: string | null
  description: string | null
  last_payment_error: StripeErrorBody | null
  latest_charge: string | null
  readonly livemode: boolean
  metadata: Metadata
  next_action: NextAction | null
  on_behalf_of: null
  payment_method: string | null
  payment_method_configuration_details: null
  payment_method_options: Record<string, unknown>
  readonly payment_method_types: readonly string[]
  processing: null
  receipt_email: string | null
  review: null
  setup_future_usage: 'off_session' | 'on_session' | null
  shipping: unknown
  source: null
  statement_descriptor: string | null
  statement_descriptor_suffix: string | null
  status: PaymentIntentStatus
  transfer_data: null
  transfer_group: string | null
}

export interface Charge {
  readonly id: string
  readonly object: 'charge'
  readonly amount: number
  amount_captured: number
  amount_refunded: number
  application: null
  application_fee: null
  application_fee_amount: null
  balance_transaction: string | null
  billing_details: BillingDetails
  calculated_statement_descriptor: string
  captured: boolean
  readonly created: number
  readonly currency: string
  customer: string | null
  description: string | null
  destination: null
  dispute: string | null
  disputed: boolean
  failure_balance_transaction: null
  failure_code: string | null
  failure_message: string | null
  fraud_details: Record<string, never>
  invoice: null
  readonly livemode: boolean
  metadata: Metadata
  on_behalf_of: null
  outcome: ChargeOutcome
  paid: boolean
  readonly payment_intent: string
  readonly payment_method: string
  payment_method_details: Record<string, unknown>
  receipt_email: string | null
  receipt_number: null
  receipt_url: string | null
  refunded: boolean
  review: null
  shipping: unknown
  source: null
  source_transfer: null
  statement_descriptor: string | null
  statement_descriptor_suffix: string | null
  status: 'succeeded' | 'pending' | 'failed'
  transfer_data: null
  transfer_group: string | null
}

export interface ChargeOutcome {
  readonly network_status: 'approved_by_network' | 'declined_by_network' | 'not_sent_to_network'
  readonly reason: string | null
  readonly risk_level: 'normal' | 'elevated' | 'highest'
  readonly risk_score: number
  readonly seller_message: string
  readonly type: 'authorized' | 'issuer_declined' | 'blocked'
}

export interface Refund {
  readonly id: string
  readonly object: 'refund'
  readonly amount: number
  balance_transaction: string | null
  readonly charge: string
  readonly created: number
  readonly currency: string
  destination_details: Record<string, unknown>
  failure_balance_transaction?: string
  failure_reason?: string
  metadata: Metadata
  readonly payment_intent: string
  readonly reason: 'duplicate' | 'fraudulent' | 'requested_by_customer' | null
  receipt_number: null
  source_transfer_reversal: null
  status: 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled'
  transfer_reversal: null
}

export interface BillingDetails {
  address: Record<string, string | null>
  email: string | null
  name: string | null
  phone: string | null
}

export interface PaymentMethod {
  readonly id: string
  readonly object: 'payment_method'
  allow_redisplay: 'unspecified'
  billing_details: BillingDetails
  readonly created: number
  customer: string | null
  readonly livemode: boolean
  metadata: Metadata
  readonly type: string
  readonly [detail: string]: unknown
}

/** A payment method with what the fake knows about it besides. */
export interface KeptMethod {
  readonly method: PaymentMethod
  readonly behaviour: TestMethod
  /** Whether it has paid once: one that belongs to no customer pays no second time. */
  used: boolean
  /** Whether its owner has agreed to later payments, so that the bank need not ask again. */
  setUp: boolean
}

export interface Customer {
  readonly id: string
  readonly object: 'customer'
  address: unknown
  balance: number
  readonly created: number
  currency: null
  default_source: null
  delinquent: boolean
  description: string | null
  discount: null
  email: string | null
  invoice_prefix: string
  invoice_settings: { custom_fields: null; default_payment_method: string | null; footer: null; rendering_options: null }
  readonly livemode: boolean
  metadata: Metadata
  name: string | null
  next_invoice_sequence: number
  phone: string | null
  preferred_locales: readonly string[]
  shipping: unknown
  tax_exempt: 'none'
  test_clock: null
}

export interface SetupIntent {
  readonly id: string
  readonly object: 'setup_intent'
  application: null
  readonly automatic_payment_methods: PaymentIntent['automatic_payment_methods']
  cancellation_reason: string | null
  readonly client_secret: string
  readonly created: number
  customer: string | null
  description: string | null
  flow_directions: null
  last_setup_error: StripeErrorBody | null
  latest_attempt: null
  readonly livemode: boolean
  mandate: null
  metadata: Metadata
  next_action: NextAction | null
  on_behalf_of: null
  payment_method: string | null
  payment_method_configuration_details: null
  payment_method_options: Record<string, unknown>
  readonly payment_method_types: readonly string[]
  single_use_mandate: null
  status: 'requires_payment_method' | 'requires_confirmation' | 'requires_action' | 'canceled' | 'succeeded'
  readonly usage: 'off_session' | 'on_session'
}

export interface BalanceTransaction {
  readonly id: string
  readonly object: 'balance_transaction'
  readonly amount: number
  readonly available_on: number
  readonly created: number
  readonly currency: string
  readonly description: string | null
  readonly exchange_rate: null
  readonly fee: number
  readonly fee_details: readonly unknown[]
  readonly net: number
  readonly reporting_category: string
  readonly source: string
  readonly status: 'available' | 'pending'
  readonly type: string
}

export interface Dispute {
  readonly id: string
  readonly object: 'dispute'
  readonly amount: number
  balance_transactions: BalanceTransaction[]
  readonly charge: string
  readonly created: number
  readonly currency: string
  evidence: Record<string, string | null>
  evidence_details: { due_by: number; has_evidence: boolean; past_due: boolean; submission_count: number }
  is_charge_refundable: boolean
  readonly livemode: boolean
  metadata: Metadata
  readonly payment_intent: string
  readonly reason: string
  status: 'warning_needs_response' | 'warning_under_review' | 'warning_closed' | 'needs_response' | 'under_review' | 'won' | 'lost'
}

export interface StripeEvent {
  readonly id: string
  readonly object: 'event'
  readonly api_version: string
  readonly created: number
  readonly data: { readonly object: unknown; readonly previous_attributes?: unknown }
  readonly livemode: boolean
  pending_webhooks: number
  readonly request: { readonly id: string | null; readonly idempotency_key: string | null }
  readonly type: string
}
