import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { PaymentProvider, ProviderChange } from './payment-provider.ts'

/** @throws PROVIDER_UNKNOWN */
export function requireProvider(context: Context, name: string): PaymentProvider {
  const provider = context.providers.get(name)
  if (provider === undefined) throw new CommerceError('PROVIDER_UNKNOWN', { details: { provider: name, configured: [...context.providers.keys()] } })
  return provider
}

/** Runs one changing request under the provider deadline. Whatever goes wrong on the way, a rule-breaking adapter's throw included, is `unknown`. */
export async function changeAtProvider<T>(context: Context, request: (signal: AbortSignal) => Promise<ProviderChange<T>>): Promise<ProviderChange<T>> {
  try {
    return await underDeadline(context, request)
  } catch (cause) {
    return { outcome: 'unknown', cause }
  }
}

/** Runs one look-up under the provider deadline. @throws PROVIDER_UNAVAILABLE */
export async function lookUpAtProvider<T>(context: Context, provider: PaymentProvider, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
  try {
    return await underDeadline(context, request)
  } catch (cause) {
    throw new CommerceError('PROVIDER_UNAVAILABLE', { details: { provider: provider.name }, cause })
  }
}

/** Waits no longer than the deadline, also for an adapter that ignores the signal. */
async function underDeadline<T>(context: Context, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(context.timing.providerTimeoutMs)
  const deadline = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  return Promise.race([request(signal), deadline])
}
