import { uuidV7Source } from '@cartwright/core'
import type { OrderId, PaymentId, ProviderChange, RefundId, StartPaymentParams } from '@cartwright/core/ports'
import { manualClock } from '@cartwright/testing'
import { type FakeStripe, type FakeStripeOptions, startFakeStripe } from '@cartwright/testing/stripe'
import { onTestFinished } from 'vitest'
import { type StripePayments, type StripePaymentsOptions, stripePayments } from '../src/index.ts'

export const ids = uuidV7Source()

export interface OpenedStripe {
  readonly stripe: FakeStripe
  readonly provider: StripePayments
  readonly clock: ReturnType<typeof manualClock>
  /** Another provider on the same Stripe, with other options. */
  readonly another: (options: Partial<StripePaymentsOptions>) => StripePayments
}

/** A Stripe of this test's own, and the provider on it, both by one clock that stands still. */
export async function openStripe(options: Partial<FakeStripeOptions> = {}): Promise<OpenedStripe> {
  const clock = manualClock(new Date('2026-03-01T12:00:00Z'))
  const now = () => clock.date()
  const stripe = await startFakeStripe({ seed: 1, now, ...options })
  onTestFinished(() => stripe.close())
  const settings = { apiKey: stripe.apiKey, address: stripe.clientOptions(), webhookSecrets: [stripe.webhookSecret], now }
  const another: OpenedStripe['another'] = (others) => stripePayments({ ...settings, ...others })
  return { stripe, provider: stripePayments(settings), clock, another }
}

/** A start of 25.00 USD with a card that works, changed by `overrides`. */
export function aStart(overrides: Partial<StartPaymentParams> = {}): StartPaymentParams {
  const paymentId = overrides.paymentId ?? ids.next<PaymentId>()
  return {
    paymentId,
    orderId: ids.next<OrderId>(),
    orderNumber: 'K7QX-29MF',
    amount: { amountMinor: 2500, currency: 'USD' },
    method: 'pm_card_visa',
    capture: 'automatic',
    idempotencyKey: `start:${paymentId}`,
    ...unhurried(),
    ...overrides,
  }
}

/** What a request takes when nobody calls it off. */
export function unhurried(): { readonly signal: AbortSignal } {
  return { signal: new AbortController().signal }
}

export function accepted<T>(change: ProviderChange<T>): T {
  if (change.outcome !== 'accepted') throw new Error(`expected the change to be accepted, not ${JSON.stringify(change)}`)
  return change.value
}

/** What a change of this payment takes, under a key of its own. */
export function changeOf(
  providerPaymentId: string,
  key: string,
): { readonly providerPaymentId: string; readonly idempotencyKey: string; readonly signal: AbortSignal } {
  return { providerPaymentId, idempotencyKey: `${key}:${providerPaymentId}`, ...unhurried() }
}

/** What a refund of this payment takes. */
export function refundOf(providerPaymentId: string, amountMinor: number, currency = 'USD') {
  const refundId = ids.next<RefundId>()
  return { ...changeOf(providerPaymentId, `refund:${refundId}`), refundId, amount: { amountMinor, currency } }
}
