import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { Money } from '../money/money.ts'
import { underDeadline } from '../runtime/under-deadline.ts'
import type { Payment } from './payment.ts'
import type { PaymentProvider, ProviderChange, ProviderPayment } from './payment-provider.ts'

/** @throws PROVIDER_UNKNOWN */
export function requireProvider(context: Context, name: string): PaymentProvider {
  const provider = context.providers.get(name)
  if (provider === undefined) throw new CommerceError('PROVIDER_UNKNOWN', { details: { provider: name, configured: [...context.providers.keys()] } })
  return provider
}

/** @throws AMOUNT_NOT_CHARGEABLE when this provider cannot charge it exactly. Nothing is free to charge. */
export function requireChargeableBy(provider: PaymentProvider, amount: Money): void {
  const answer = amount.amountMinor === 0 ? ({ chargeable: true } as const) : provider.chargeable(amount)
  if (!answer.chargeable) throw new CommerceError('AMOUNT_NOT_CHARGEABLE', { details: { ...amount, reason: `${provider.name}: ${answer.reason}` } })
}

/** Runs one changing request under the provider deadline. Whatever goes wrong on the way, a rule-breaking adapter's throw included, is `unknown`. */
export async function changeAtProvider<T>(context: Context, request: (signal: AbortSignal) => Promise<ProviderChange<T>>): Promise<ProviderChange<T>> {
  try {
    return await underDeadline('the payment provider', context.timing.providerTimeoutMs, request)
  } catch (cause) {
    return { outcome: 'unknown', cause }
  }
}

/** Runs one look-up under the provider deadline. @throws PROVIDER_UNAVAILABLE */
export async function lookUpAtProvider<T>(context: Context, provider: PaymentProvider, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
  try {
    return await underDeadline('the payment provider', context.timing.providerTimeoutMs, request)
  } catch (cause) {
    throw new CommerceError('PROVIDER_UNAVAILABLE', { details: { provider: provider.name }, cause })
  }
}

/**
 * A payment as its provider knows it: by the provider's id once we have it, else by ours.
 *
 * @returns undefined only for a payment that the provider has never told us about and does not find.
 * @throws PROVIDER_UNAVAILABLE also when it does not find one that it has told us about: that is a fault of the look-up, not news.
 */
export async function findAtProvider(context: Context, provider: PaymentProvider, payment: Payment): Promise<ProviderPayment | undefined> {
  const { providerPaymentId } = payment
  if (providerPaymentId === null) {
    return (await lookUpAtProvider(context, provider, (signal) => provider.findByOurId({ paymentId: payment.id, createdFrom: payment.createdAt, signal })))[0]
  }
  const known = await lookUpAtProvider(context, provider, (signal) => provider.getPayment({ providerPaymentId, signal }))
  if (known === undefined) throw new CommerceError('PROVIDER_UNAVAILABLE', { details: { provider: provider.name } })
  return known
}

/**
 * Ends a payment at the provider. A repetition after a look gets a key of its own, and so does one of a payment that has moved on there: a refusal under the old one would
 * only be replayed.
 *
 * @param known - as the provider shows it.
 */
export function voidAtProvider(
  context: Context,
  provider: PaymentProvider,
  payment: Payment,
  { providerPaymentId, status }: Pick<ProviderPayment, 'providerPaymentId' | 'status'>,
): Promise<ProviderChange<ProviderPayment>> {
  const idempotencyKey = `void:${providerPaymentId}:${payment.version}.${payment.checks}:${status}`
  return changeAtProvider(context, (signal) => provider.void({ providerPaymentId, idempotencyKey, signal }))
}
