import type { Currency, PaymentProvider } from '@cartwright/core/ports'
import { describe } from 'vitest'
import type { Lacks } from '../capability.ts'
import { captureBehaviour } from './capture-behaviour.ts'
import { disputeBehaviour } from './dispute-behaviour.ts'
import { lookupBehaviour } from './lookup-behaviour.ts'
import { refundBehaviour } from './refund-behaviour.ts'
import { startBehaviour } from './start-behaviour.ts'
import { webhookBehaviour } from './webhook-behaviour.ts'

/** A provider for one test, with what the test must know of it. */
export interface OpenedProvider {
  readonly provider: PaymentProvider
  readonly currency: Currency
  /** Payment methods of the provider's test mode. */
  readonly methods: {
    readonly ok: string
    readonly declined: string
    /** Waits for the buyer; `completeAction` does what it waits for. */
    readonly requiresAction?: string
    /** Is charged, but the first answer never comes. */
    readonly answerLost?: string
  }
  /** Does what a `requires_action` payment waits for. */
  readonly completeAction?: (providerPaymentId: string) => Promise<void>
  /** The newest event as the provider would send it, signed at `at`. */
  readonly signedWebhook?: (at: Date) => Promise<{ readonly rawBody: Uint8Array; readonly headers: Readonly<Record<string, string>> }>
  /** Disputes all that was captured of a payment, for its buyer. */
  readonly dispute?: (providerPaymentId: string) => Promise<void>
  readonly dispose: () => Promise<void>
}

export interface PaymentProviderSuiteOptions {
  /** The heading in the test report. */
  readonly name: string
  /** Called before every test. */
  readonly open: () => Promise<OpenedProvider>
  /** What the provider's test mode cannot show: a payment that waits for the buyer, a charge whose answer is lost, a signed event, a chargeback. */
  readonly lacks?: Lacks<'requiresAction' | 'answerLost' | 'webhooks' | 'disputes'>
}

/**
 * Registers tests of the `PaymentProvider` contract: idempotent changes, refusals that change nothing, lookups that find what was accepted, exact
 * amounts, signed webhooks, disputes that are found.
 *
 * @example
 * paymentProviderSuite({
 *   name: 'my provider',
 *   open: async () => ({
 *     provider: myProvider(testKey),
 *     currency: 'USD',
 *     methods: { ok: 'pm_ok', declined: 'pm_declined', requiresAction: 'pm_3ds' },
 *     completeAction: pressTheButton,
 *     signedWebhook: asTheProviderSends,
 *     dispute: asTheBuyersBankDoes,
 *     dispose: async () => {},
 *   }),
 *   lacks: { answerLost: 'the test mode always answers' },
 * })
 */
export function paymentProviderSuite(options: PaymentProviderSuiteOptions): void {
  describe(`${options.name}: payment provider`, () => {
    startBehaviour(options)
    captureBehaviour(options)
    refundBehaviour(options)
    disputeBehaviour(options)
    lookupBehaviour(options)
    webhookBehaviour(options)
  })
}
