import type { Metadata } from './stripe-objects.ts'

export interface LineItem {
  readonly id: string
  readonly object: 'item'
  readonly amount_discount: number
  readonly amount_subtotal: number
  readonly amount_tax: number
  readonly amount_total: number
  readonly currency: string
  readonly description: string
  readonly price: null
  readonly quantity: number
}

/** What the payment intent of a session will be made of, once its buyer pays. */
export interface SessionIntentData {
  readonly capture_method?: 'automatic' | 'automatic_async' | 'manual' | undefined
  readonly description?: string | undefined
  readonly metadata?: Metadata | undefined
  readonly receipt_email?: string | undefined
  readonly setup_future_usage?: 'off_session' | 'on_session' | undefined
  readonly statement_descriptor?: string | undefined
  readonly statement_descriptor_suffix?: string | undefined
}

/** A checkout session as it goes over the wire, with the fields that the fake fills. */
export interface CheckoutSession {
  readonly id: string
  readonly object: 'checkout.session'
  after_expiration: null
  allow_promotion_codes: null
  readonly amount_subtotal: number
  readonly amount_total: number
  readonly automatic_tax: { readonly enabled: false; readonly liability: null; readonly status: null }
  billing_address_collection: null
  readonly cancel_url: string | null
  readonly client_reference_id: string | null
  readonly client_secret: string | null
  consent: null
  consent_collection: null
  readonly created: number
  readonly currency: string
  readonly custom_fields: readonly never[]
  readonly custom_text: Readonly<Record<'after_submit' | 'shipping_address' | 'submit' | 'terms_of_service_acceptance', null>>
  customer: string | null
  readonly customer_creation: 'always' | 'if_required' | null
  customer_details: unknown
  readonly customer_email: string | null
  readonly expires_at: number
  invoice: null
  invoice_creation: null
  readonly livemode: boolean
  readonly locale: string | null
  metadata: Metadata
  readonly mode: 'payment'
  payment_intent: string | null
  payment_link: null
  readonly payment_method_collection: 'always' | 'if_required'
  payment_method_configuration_details: null
  payment_method_options: Record<string, unknown>
  readonly payment_method_types: readonly string[]
  payment_status: 'paid' | 'unpaid' | 'no_payment_required'
  phone_number_collection: { readonly enabled: false }
  recovered_from: null
  readonly return_url?: string
  setup_intent: null
  shipping_address_collection: null
  shipping_cost: null
  readonly shipping_options: readonly never[]
  status: 'open' | 'complete' | 'expired'
  submit_type: null
  subscription: null
  readonly success_url: string | null
  readonly total_details: { readonly amount_discount: 0; readonly amount_shipping: 0; readonly amount_tax: 0 }
  readonly ui_mode: string
  url: string | null
}
