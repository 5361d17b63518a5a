/**
 * The few fields that we read of Stripe's objects, of whatever version the host's client is. Statuses are plain strings here: Stripe may send ones that did not
 * exist when this was written, and the mapping tables decide what they come to.
 */

export interface StripeFailure {
  readonly code?: string
  readonly decline_code?: string
  readonly type?: string
}

export type StripeMetadata = Readonly<Record<string, string>>

export interface StripeCharge {
  readonly id: string
  /** In Stripe's units; pending refunds count, failed ones do not. */
  readonly amount_refunded: number
  /** The newest of its refunds, where they were asked for. */
  readonly refunds?: StripeList<StripeRefund> | null
}

export interface StripeIntent {
  readonly id: string
  readonly status: string
  readonly amount: number
  readonly amount_capturable: number
  readonly amount_received: number
  readonly currency: string
  readonly client_secret: string | null
  /** Seconds since 1970. */
  readonly created: number
  readonly livemode: boolean
  readonly metadata: StripeMetadata
  readonly latest_charge: string | StripeCharge | null
  readonly last_payment_error: StripeFailure | null
}

export interface StripeSession {
  readonly id: string
  readonly status: string | null
  readonly url: string | null
  readonly amount_total: number | null
  readonly currency: string | null
  readonly created: number
  readonly livemode: boolean
  readonly metadata: StripeMetadata | null
  readonly payment_intent: string | StripeIntent | null
}

export interface StripeRefund {
  readonly id: string
  readonly status: string | null
  readonly amount: number
  readonly currency: string
  readonly created: number
  readonly metadata: StripeMetadata | null
  readonly payment_intent: string | StripeIntent | null
}

export interface StripeDispute {
  readonly id: string
  readonly status: string
  readonly reason: string
  readonly amount: number
  readonly currency: string
  readonly created: number
  readonly payment_intent: string | StripeIntent | null
  readonly evidence_details: { readonly due_by: number | null }
}

export interface StripeEvent {
  readonly id: string
  readonly type: string
  readonly created: number
  readonly livemode: boolean
  /** Set on events of connected accounts only. */
  readonly account?: string
  readonly data: { readonly object: object }
}

export interface StripeCustomer {
  readonly id: string
  readonly created: number
  readonly metadata?: StripeMetadata
}

export interface StripePaymentMethod {
  readonly id: string
  readonly type: string
  readonly customer: string | StripeCustomer | null
  readonly card?: { readonly brand: string; readonly last4: string; readonly exp_month: number; readonly exp_year: number }
}

export interface StripeList<T> {
  /** Newest first. */
  readonly data: readonly T[]
  readonly has_more: boolean
}

/** The id of something that may have been expanded. */
export function idOf(reference: string | { readonly id: string } | null): string | null {
  return typeof reference === 'object' ? (reference?.id ?? null) : reference
}
