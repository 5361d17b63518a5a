import type { Currency, CustomerId, OrderId, PaymentId } from '@cartwright/core/ports'
import { buildClient, type StripeAddress, type StripeClient } from './stripe-client.ts'

/** The payment that an address is made for. */
export interface PaidFor {
  readonly paymentId: PaymentId
  readonly orderId: OrderId
  readonly orderNumber: string
}

/** Where Stripe sends the buyer back to. Called again for each repetition: it must give the same address for the same payment. */
export type ReturnAddress = (payment: PaidFor) => string

interface CommonOptions {
  /** What callers name as `payment.provider`. @default 'stripe' */
  readonly name?: string
  /** The signing secrets of the webhook endpoint, `whsec_…`: two while one is being replaced by another. Without any, every webhook is refused. */
  readonly webhookSecrets?: readonly string[]
  /** How far a webhook's time may be from now, in seconds, from 1 to 3,600. @default 300 */
  readonly webhookToleranceSeconds?: number
  /** The connected account for which all is done, `acct_…`; events of any other are refused. @default the account of the key, and events of connected ones are refused */
  readonly account?: string
  /** How long one request may take, in milliseconds. Core stops waiting at its own deadline besides. @default 10,000 */
  readonly requestTimeoutMs?: number
  /** Payment methods to offer, in Stripe's words, e.g. `['card', 'sepa_debit']`. @default those that are switched on in Stripe's dashboard */
  readonly paymentMethodTypes?: readonly string[]
  /** Where a buyer comes back to after confirming at their bank, for methods charged by the server. Without it, methods that must leave the page are not offered there. */
  readonly returnUrl?: ReturnAddress
  /** Allows the method `checkout`: Stripe's own payment page. */
  readonly hosted?: { readonly successUrl: ReturnAddress; readonly cancelUrl: ReturnAddress }
  /** What is added to the shop's name on the buyer's statement, at most 22 characters. */
  readonly statementDescriptorSuffix?: string
  /** The least to charge by currency, in ISO 4217 minor units, in place of Stripe's published minima; also admits currencies that Stripe has come to charge in since. */
  readonly minimumMinor?: Readonly<Record<Currency, number>>
  /** The Stripe customer of one of ours, `cus_…`, for shops that have had them before. @default one is made for each of ours that keeps a card, and found by its metadata */
  readonly customerOf?: (customerId: CustomerId) => Promise<string | undefined>
  /** @default the process's clock */
  readonly now?: () => Date
}

/** The host's own client, or a secret key to make one from. */
type ClientOptions =
  | {
      /** A client of the official SDK. Requests ask for the API version of this package, whatever the client's own is, and are not retried by it. */
      readonly client: StripeClient
      /** Whether its key is a live one. */
      readonly livemode: boolean
    }
  | {
      /** A secret or restricted key, `sk_…` or `rk_…`. */
      readonly apiKey: string
      /** @default what the key says */
      readonly livemode?: boolean
      /** A server that plays Stripe. @default Stripe */
      readonly address?: StripeAddress
    }

export type StripePaymentsOptions = CommonOptions & ClientOptions

/** The options with their defaults. */
export interface StripeSettings extends CommonOptions {
  readonly name: string
  readonly client: StripeClient
  readonly live: boolean
  readonly webhookSecrets: readonly string[]
  readonly webhookToleranceSeconds: number
  readonly requestTimeoutMs: number
  readonly minimumMinor: Readonly<Record<Currency, number>>
  readonly now: () => Date
}

/** @throws RangeError for a tolerance or timeout that is none, and for a key that does not say whether it is live */
export function settingsOf(options: StripePaymentsOptions): StripeSettings {
  const { webhookToleranceSeconds = 300, requestTimeoutMs = 10_000, webhookSecrets = [] } = options
  if (!(webhookToleranceSeconds >= 1 && webhookToleranceSeconds <= 3_600)) throw new RangeError('webhookToleranceSeconds must be from 1 to 3600')
  if (!(requestTimeoutMs >= 1 && requestTimeoutMs <= 80_000)) throw new RangeError('requestTimeoutMs must be from 1 to 80000')
  if (webhookSecrets.some((secret) => secret.trim() === '')) throw new RangeError('webhookSecrets must not hold an empty secret')
  return {
    ...options,
    name: options.name ?? 'stripe',
    client: 'client' in options ? options.client : buildClient(options.apiKey, options.address),
    live: options.livemode ?? modeOfKey('apiKey' in options ? options.apiKey : ''),
    webhookSecrets,
    webhookToleranceSeconds,
    requestTimeoutMs,
    minimumMinor: options.minimumMinor ?? {},
    now: options.now ?? (() => new Date()),
  }
}

function modeOfKey(apiKey: string): boolean {
  const mode = /^(?:sk|rk)_(live|test)_/.exec(apiKey)?.[1]
  if (mode === undefined) throw new RangeError('the key does not say whether it is a live one: pass livemode')
  return mode === 'live'
}
