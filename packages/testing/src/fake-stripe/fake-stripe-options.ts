import type { FakeStripeFaults } from './faults/fake-stripe-faults.ts'
import type { WebhookEndpoint } from './webhooks/webhook-sender.ts'

export interface FakeStripeOptions {
  /** Decides ids and faults: the same seed and the same calls, the same Stripe. */
  readonly seed: number
  /** 0 for one that is free. @default 0 */
  readonly port?: number
  /** Stripe's clock. `advance` moves it on in any case. @default the process's clock */
  readonly now?: () => Date
  /** @default 'sk_test_fake' */
  readonly apiKey?: string
  /** The id of the account. Requests for another one are refused. @default 'acct_fake' */
  readonly account?: string
  /** @default false */
  readonly livemode?: boolean
  /** What events are written in, and answers to requests that name none. @default '2026-10-28.endive' */
  readonly apiVersion?: string
  readonly webhookEndpoints?: readonly WebhookEndpoint[]
  /** @default 'whsec_fake' */
  readonly webhookSecret?: string
  /** Whether webhooks leave by themselves; else only by `deliverPending`. @default true */
  readonly deliverAtOnce?: boolean
  /** How long after a failed delivery the next attempt is made, in milliseconds of Stripe's clock. @default 1 minute, 5 and 30 minutes, 2, 5, 10 and 12 hours */
  readonly webhookRetryDelaysMs?: readonly number[]
  /** How long an endpoint may take, in milliseconds. @default 10 seconds */
  readonly webhookTimeoutMs?: number
  /** How long the search index takes to notice a change, in milliseconds. @default 1 minute */
  readonly searchLagMs?: number
  readonly faults?: FakeStripeFaults
  /**
   * The path of Stripe's OpenAPI description, plain or gzipped. Every request and every answer is then held against it: a request that it does not allow is
   * refused with 400, and what it has against either is in `requests()`. Needs `ajv` and `ajv-formats`.
   */
  readonly openApi?: string
}
