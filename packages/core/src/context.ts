import type { PasswordHasher } from './accounts/password-hasher.ts'
import type { CartLimits } from './cart/cart.ts'
import type { CartHoldRules } from './cart/cart-hold.ts'
import type { LiveCarts } from './cart/live-carts.ts'
import type { CustomerDirectory } from './customers/customer-directory.ts'
import type { IdSource, Random } from './ids.ts'
import type { AdmissionGate } from './inventory/admission-gate.ts'
import type { StockTransactions } from './inventory/stock-transactions.ts'
import type { Currency } from './money/money.ts'
import type { PaymentProvider } from './payments/payment-provider.ts'
import type { ShippingRates } from './pricing/shipping-rates.ts'
import type { TaxCalculator } from './pricing/tax-calculator.ts'
import type { ReviewRules } from './reviews/review.ts'
import type { Logger } from './runtime/logger.ts'
import type { RateRules } from './runtime/rate-rules.ts'
import type { StepProbe } from './runtime/step-probe.ts'
import type { Timers } from './runtime/timers.ts'
import type { Storage } from './storage/storage.ts'
import type { Clock } from './time.ts'

/** How long things last, all in milliseconds. */
export interface Timing {
  /** How long a cart lives after its last change. @default 7 days */
  readonly cartTtlMs: number
  /** How long a quote may be placed. @default 15 minutes */
  readonly quoteTtlMs: number
  /** How long stock is held for an order that waits for its payment. @default 15 minutes */
  readonly holdMs: number
  /** By how much the hold grows, once, when the provider wants the buyer to act. @default 15 minutes */
  readonly actionHoldMs: number
  /** How long the hold lasts from the moment that the provider says it is processing. @default 3 days */
  readonly processingHoldMs: number
  /** One call to a payment provider. @default 10 seconds */
  readonly providerTimeoutMs: number
  /** How long a running call owns its idempotency key; afterwards it counts as abandoned. More than `providerTimeoutMs`. @default 30 seconds */
  readonly lockMs: number
  /** How long a finished key is remembered; a day at least. @default 7 days */
  readonly idempotencyTtlMs: number
  /** How long after its delivery, or while that is not recorded its dispatch, a buyer may ask to send something back. @default 30 days */
  readonly returnWindowMs: number
  /** How long money that goes back to an expired gift card can be spent. @default 30 days */
  readonly creditGraceMs: number
  /** How long domain events are kept after every consumer has read them. @default 7 days */
  readonly outboxRetentionMs: number
  /** How long a payment provider's events are kept once they are done with: longer than it sends or lists one. @default 35 days */
  readonly inboxRetentionMs: number
  /** How long a session lasts that is not used. @default 14 days */
  readonly sessionIdleMs: number
  /** How long a session lasts at most. @default 90 days */
  readonly sessionMaxMs: number
  /** How long an address of mail can be confirmed by the token sent there. @default 1 day */
  readonly emailTokenMs: number
  /** How long after that an account is kept whose address nobody has confirmed, while there is nothing of it in the shop. @default 7 days */
  readonly unconfirmedMs: number
  /** How long a new password can be chosen by the token sent by mail. @default 1 hour */
  readonly resetTokenMs: number
  /** How long something may be overdue before the audit calls it a violation. @default 5 minutes */
  readonly auditGraceMs: number
}

const minute = 60_000
const day = 24 * 60 * minute

export const defaultTiming: Timing = {
  cartTtlMs: 7 * day,
  quoteTtlMs: 15 * minute,
  holdMs: 15 * minute,
  actionHoldMs: 15 * minute,
  processingHoldMs: 3 * day,
  providerTimeoutMs: 10_000,
  lockMs: 30_000,
  idempotencyTtlMs: 7 * day,
  returnWindowMs: 30 * day,
  creditGraceMs: 30 * day,
  outboxRetentionMs: 7 * day,
  inboxRetentionMs: 35 * day,
  sessionIdleMs: 14 * day,
  sessionMaxMs: 90 * day,
  emailTokenMs: day,
  unconfirmedMs: 7 * day,
  resetTokenMs: 60 * minute,
  auditGraceMs: 5 * minute,
}

/** What every service is made with. */
export interface Context {
  readonly storage: Storage
  /** For transactions that reserve or settle stock. */
  readonly stock: StockTransactions
  /** Before checkouts of hot SKUs. */
  readonly admission: AdmissionGate
  /** Where active carts are, in front of the database; undefined when they are only there. */
  readonly liveCarts: LiveCarts | undefined
  /** How passwords are hashed; undefined when nobody signs in here. */
  readonly passwords: PasswordHasher | undefined
  /** The host's own user base; undefined when customers are the shop's own. */
  readonly directory: CustomerDirectory | undefined
  readonly currency: Currency
  readonly clock: Clock
  readonly ids: IdSource
  readonly random: Random
  readonly timers: Timers
  readonly logger: Logger
  readonly probe: StepProbe
  readonly rates: RateRules
  readonly providers: ReadonlyMap<string, PaymentProvider>
  readonly tax: TaxCalculator
  readonly shipping: ShippingRates
  readonly limits: CartLimits
  readonly reviews: ReviewRules
  readonly cartHolds: CartHoldRules
  /** So many available units of a SKU at a location, or fewer, are `low`. */
  readonly lowStockUnits: number
  readonly timing: Timing
}
