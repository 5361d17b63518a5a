import type { CustomerId, OrderId, PaymentId, RefundId } from '../ids.ts'
import type { Currency, Money } from '../money/money.ts'
import type { PaymentStatus } from './payment-machine.ts'

/** What the buyer must do before the payment can go on. */
export interface NextAction {
  /** `client_secret` is handed to the provider's browser library, `redirect` is a URL to open. */
  readonly type: 'client_secret' | 'redirect'
  readonly value: string
}

/** Why the provider said no. */
export interface Decline {
  /** The provider's code, e.g. `insufficient_funds`. For logs and staff. */
  readonly code: string
  /** Words that may be shown to the buyer; never says "lost" or "stolen". */
  readonly buyerMessage: string
}

/** The provider's state of a payment; docs/webhooks.md says what follows from each. */
export type ProviderPaymentStatus = 'requires_action' | 'processing' | 'requires_capture' | 'succeeded' | 'failed' | 'canceled'

/** A payment as the provider knows it, re-read, never taken from a webhook's payload. */
export interface ProviderPayment {
  readonly providerPaymentId: string
  /** Ours, from the metadata; null for one we did not start. */
  readonly paymentId: PaymentId | null
  readonly orderId: OrderId | null
  readonly status: ProviderPaymentStatus
  readonly amount: Money
  /** Authorised and not yet captured or voided. */
  readonly capturableMinor: number
  /** Captured; refunds do not lower it. */
  readonly capturedMinor: number
  /** Sum of succeeded refunds. */
  readonly refundedMinor: number
  readonly action: NextAction | null
  readonly decline: Decline | null
  /** False in the provider's test mode. */
  readonly live: boolean
  readonly createdAt: Date
}

export interface ProviderRefund {
  readonly providerRefundId: string
  readonly providerPaymentId: string
  /** Ours, from the metadata; null for one made elsewhere. */
  readonly refundId: RefundId | null
  readonly status: 'pending' | 'succeeded' | 'failed'
  readonly amount: Money
  readonly createdAt: Date
}

/** A chargeback: the buyer's bank asks for the money back. */
export interface ProviderDispute {
  readonly providerDisputeId: string
  readonly providerPaymentId: string
  /**
   * `open` from the first inquiry until it is decided. `won` also when it is withdrawn or closed without a loss. `lost`: `amount` has gone back to the buyer.
   * A decision can be turned round later.
   */
  readonly status: 'open' | 'won' | 'lost'
  readonly amount: Money
  /** The provider's code, e.g. `fraudulent`. For staff. */
  readonly reason: string
  /** Until when the shop can answer; null when there is nothing to answer, or no such time. */
  readonly evidenceDueBy: Date | null
  readonly createdAt: Date
}

/**
 * What became of a request that changes something.
 * - `accepted`: the provider did it, or had done it already; the object is what it is now.
 * - `rejected`: the provider will not do it, and did not. Repeating the key changes nothing.
 * - `unknown`: no answer, or one that does not tell (timeout, reset, 5xx). It may have happened: repeat with the same key, or look it up.
 */
export type ProviderChange<T> =
  | { readonly outcome: 'accepted'; readonly value: T }
  | { readonly outcome: 'rejected'; readonly decline: Decline; readonly value: T | null }
  | { readonly outcome: 'unknown'; readonly cause: unknown }

export interface StartPaymentParams {
  readonly paymentId: PaymentId
  readonly orderId: OrderId
  readonly orderNumber: string
  readonly amount: Money
  readonly method: string
  readonly capture: 'automatic' | 'manual'
  /** Who buys; null for a guest. Providers that keep cards use one only for the customer who keeps it. */
  readonly customerId?: CustomerId | null
  /** When our payment was made. A provider forgets keys: once it may have, a start must be looked up instead of sent. */
  readonly createdAt?: Date
  /** Derived from our payment id: the same for every repetition. */
  readonly idempotencyKey: string
  readonly signal: AbortSignal
}

interface ChangeParams {
  readonly providerPaymentId: string
  readonly idempotencyKey: string
  readonly signal: AbortSignal
}

interface LookupParams {
  readonly signal: AbortSignal
}

/** Which of the provider's objects an event tells of, by the provider's id: the one to look up. */
export interface ProviderSubject {
  readonly type: 'payment' | 'refund' | 'dispute'
  readonly id: string
}

/** An event as the provider lists or sends it. It says that something happened, never what: whoever acts on it reads its subject again. */
export interface ProviderEvent {
  /** The provider's id of the event: what deduplication goes by. */
  readonly eventId: string
  readonly type: string
  /** Null for types that say nothing about a payment, a refund or a dispute: they are recorded, and nothing is done. */
  readonly subject: ProviderSubject | null
  /** The payment that it is about, as far as the event tells. */
  readonly providerPaymentId: string | null
  /** False in the provider's test mode. */
  readonly live: boolean
  /** When it happened. Events may come in any order and more than once; nothing is decided by this time. */
  readonly createdAt: Date
}

/**
 * What a webhook came to.
 * - `invalid`: it is not shown to come from the provider: no signature, another one, an old one, a changed body; or it cannot be read.
 * - `foreign`: it does, but speaks of another account, or of the mode (live or test) that this provider is not in.
 *
 * `reason` is for logs and names no secret.
 */
export type WebhookVerdict =
  | { readonly verified: true; readonly event: ProviderEvent }
  | { readonly verified: false; readonly problem: 'invalid' | 'foreign'; readonly reason: string }

export type ChargeableResult = { readonly chargeable: true } | { readonly chargeable: false; readonly reason: string }

/**
 * A payment provider such as Stripe. Never called inside a transaction.
 *
 * **Contract for implementers**
 * - `start`, `capture`, `void` and `refund` are idempotent on `idempotencyKey` for at least 23 hours.
 * - They never throw for what the network or the provider does: that is `unknown` or `rejected`. Lookups throw `PROVIDER_UNAVAILABLE`.
 * - `findByOurId` finds a payment within seconds of its acceptance, whether or not the answer to `start` ever arrived.
 * - Amounts are exact both ways; what cannot be charged exactly is not `chargeable`.
 */
export interface PaymentProvider {
  /** What callers name as `payment.provider`, e.g. `stripe`. */
  readonly name: string
  /** Whether it moves real money. What it says about objects of the other mode is refused. Left out when it cannot tell: then nothing is refused for its mode. */
  readonly live?: boolean
  start(params: StartPaymentParams): Promise<ProviderChange<ProviderPayment>>
  /** Takes `amountMinor` of an authorised payment, all of it by default; the rest is let go. */
  capture(params: ChangeParams & { readonly amountMinor?: number }): Promise<ProviderChange<ProviderPayment>>
  /** Ends a payment that has not been captured. `rejected` when it has, or when it is processing and cannot be called off. Ending one that has ended is `accepted`. */
  void(params: ChangeParams): Promise<ProviderChange<ProviderPayment>>
  /** `reason` is the shop's, in its own words; a provider that has a word for the same passes that on. */
  refund(params: ChangeParams & { readonly refundId: RefundId; readonly amount: Money; readonly reason?: string }): Promise<ProviderChange<ProviderRefund>>
  /** @throws PROVIDER_UNAVAILABLE */
  getPayment(params: LookupParams & { readonly providerPaymentId: string }): Promise<ProviderPayment | undefined>
  /**
   * Every payment that carries our id in its metadata, oldest first: normally none or one.
   *
   * @param createdFrom - when our payment was made, by the shop's clock: spares a provider that cannot search by metadata the time before.
   * @throws PROVIDER_UNAVAILABLE
   */
  findByOurId(params: LookupParams & { readonly paymentId: PaymentId; readonly createdFrom?: Date }): Promise<readonly ProviderPayment[]>
  /** @throws PROVIDER_UNAVAILABLE */
  getRefund(params: LookupParams & { readonly providerRefundId: string }): Promise<ProviderRefund | undefined>
  /** Every refund of one payment, oldest first, within seconds of its acceptance, whoever asked for it. @throws PROVIDER_UNAVAILABLE */
  findRefunds(params: LookupParams & { readonly providerPaymentId: string }): Promise<readonly ProviderRefund[]>
  /** @throws PROVIDER_UNAVAILABLE */
  getDispute(params: LookupParams & { readonly providerDisputeId: string }): Promise<ProviderDispute | undefined>
  /** Every dispute of one payment, oldest first; none for a provider whose payments cannot be disputed. @throws PROVIDER_UNAVAILABLE */
  findDisputes(params: LookupParams & { readonly providerPaymentId: string }): Promise<readonly ProviderDispute[]>
  /** Pages through payments by creation, oldest first. @throws PROVIDER_UNAVAILABLE */
  listPayments(
    params: LookupParams & { readonly createdFrom?: Date; readonly after?: string; readonly limit: number },
  ): Promise<{ readonly items: readonly ProviderPayment[]; readonly next: string | null }>
  /** Pages through events, oldest first. @throws PROVIDER_UNAVAILABLE */
  listEvents(
    params: LookupParams & { readonly createdFrom?: Date; readonly after?: string; readonly limit: number },
  ): Promise<{ readonly items: readonly ProviderEvent[]; readonly next: string | null }>
  /**
   * True when an event of this type, whose subject is a payment, can tell nothing of one that is booked with this status: it comes of what led to it, or of the very change.
   * The payment is then not read for it. Must be false for whatever can come after it, such as a refund, and for types that are not known.
   *
   * @default false: a payment is read for each of its events
   */
  readonly isOldNews?: (params: { readonly type: string; readonly status: PaymentStatus }) => boolean
  /**
   * Checks that a webhook comes from the provider, and reads its event. Calls nobody.
   *
   * **Contract for implementers**
   * - The signature is checked over `rawBody` as it came, in constant time, against each of the secrets that are in use, so that one can be replaced by another.
   * - A signature made too long before or after `now` is refused; the tolerance cannot be set to nothing, nor to for ever.
   * - Nothing is read from the body before that. A body that is no event is `invalid`, never thrown.
   *
   * @param headers - by name in lower case.
   */
  verifyWebhook(params: {
    readonly rawBody: Uint8Array
    readonly headers: Readonly<Record<string, string | undefined>>
    readonly now: Date
  }): Promise<WebhookVerdict>
  /** Whether this amount can be charged exactly: minimum, maximum, currency. Asked in the quote, before anything is reserved. */
  chargeable(amount: { readonly amountMinor: number; readonly currency: Currency }): ChargeableResult
}
