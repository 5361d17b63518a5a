import type { PaymentProvider, ProviderChange, ProviderPayment } from '@cartwright/core/ports'
import { toStripe } from './amounts.ts'
import { declineOf, refusal } from './declines.ts'
import type { StripeErrorFields } from './failures.ts'
import { isSessionId, type PaymentLookup, withCharge } from './payment-lookup.ts'
import { rejected } from './refused.ts'
import { idOf, type StripeIntent } from './stripe-objects.ts'
import { isReplay, type StripeRequests } from './stripe-requests.ts'

interface Parts {
  readonly requests: StripeRequests
  readonly lookup: PaymentLookup
}

type CaptureParams = Parameters<PaymentProvider['capture']>[0]
type VoidParams = Parameters<PaymentProvider['void']>[0]

/** Takes what was authorised, or a part of it; Stripe lets go of the rest. */
export async function capturePayment(parts: Parts, params: CaptureParams): Promise<ProviderChange<ProviderPayment>> {
  const { requests, lookup } = parts
  const { providerPaymentId, idempotencyKey, signal } = params
  const part = await requests.change(
    () => partOf(parts, params),
    async (error) => rejected(declineOf(error)),
  )
  if (part.outcome !== 'accepted') return part.outcome === 'rejected' ? rejected(part.decline) : part
  if (part.value === 'not exact') return rejected(refusal('amount_not_chargeable'))
  const request = { ...withCharge, ...part.value }
  return requests.change(
    async () => {
      const id = (await lookup.intentIdOf(providerPaymentId, signal)) ?? providerPaymentId
      const intent = await requests.send(signal, (client, options) => client.paymentIntents.capture(id, request, options), idempotencyKey)
      return present(parts, intent, signal)
    },
    (error) => asItIs(parts, providerPaymentId, error, signal),
  )
}

/** How much to take, in Stripe's units, which depend on the currency of the payment. */
async function partOf(
  { lookup }: Parts,
  { providerPaymentId, amountMinor, signal }: CaptureParams,
): Promise<{ readonly amount_to_capture?: number } | 'not exact'> {
  if (amountMinor === undefined) return {}
  const payment = await lookup.get(providerPaymentId, signal)
  const converted = toStripe({ amountMinor, currency: payment?.amount.currency ?? '' })
  return converted.exact ? { amount_to_capture: converted.units } : 'not exact'
}

/** Ends a payment that has not been captured: the hosted page, or the PaymentIntent. */
export function voidPayment(parts: Parts, params: VoidParams): Promise<ProviderChange<ProviderPayment>> {
  const { providerPaymentId, idempotencyKey, signal } = params
  return parts.requests.change(
    async () => {
      if (!isSessionId(providerPaymentId)) return cancel(parts, providerPaymentId, idempotencyKey, signal)
      const { status, payment_intent: intent } = await parts.lookup.session(providerPaymentId, signal)
      const paidBy = status === 'complete' ? idOf(intent) : null
      return paidBy === null ? expire(parts, params) : cancel(parts, paidBy, idempotencyKey, signal)
    },
    (error) => asItIs(parts, providerPaymentId, error, signal, ['canceled', 'failed']),
  )
}

/** Closes the hosted page. The key is one of its own: what the page has led to is canceled under the other. */
async function expire({ requests, lookup }: Parts, { providerPaymentId, idempotencyKey, signal }: VoidParams): Promise<ProviderPayment> {
  await requests.send(signal, (client, options) => client.checkout.sessions.expire(providerPaymentId, {}, options), `${idempotencyKey}:expire`)
  return lookup.ofSession(await lookup.session(providerPaymentId, signal), signal)
}

async function cancel(parts: Parts, intentId: string, idempotencyKey: string, signal: AbortSignal): Promise<ProviderPayment> {
  const intent = await parts.requests.send(signal, (client, options) => client.paymentIntents.cancel(intentId, withCharge, options), idempotencyKey)
  return present(parts, intent, signal)
}

/** The payment as it is now, also where Stripe repeated an answer of before. */
async function present({ lookup }: Parts, intent: StripeIntent, signal: AbortSignal): Promise<ProviderPayment> {
  return (isReplay(intent) ? await lookup.get(intent.id, signal) : undefined) ?? lookup.ofIntent(intent, signal)
}

/** Stripe refused. The payment is shown as it is; one that is already as it was wanted is as good as done. */
async function asItIs(
  { lookup }: Parts,
  providerPaymentId: string,
  error: StripeErrorFields,
  signal: AbortSignal,
  wanted: readonly ProviderPayment['status'][] = [],
): Promise<ProviderChange<ProviderPayment>> {
  const value = await lookup.get(providerPaymentId, signal)
  return value !== undefined && wanted.includes(value.status) ? { outcome: 'accepted', value } : rejected(declineOf(error), value ?? null)
}
