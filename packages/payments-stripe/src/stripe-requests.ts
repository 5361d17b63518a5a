import { CommerceError, type ProviderChange } from '@cartwright/core/ports'
import { type StripeErrorFields, stripeErrorOf, verdictOf } from './failures.ts'
import { apiVersion, type StripeClient, type StripeRequestOptions } from './stripe-client.ts'
import type { StripeSettings } from './stripe-options.ts'

/** Sends requests to Stripe and says what their ends mean. */
export class StripeRequests {
  readonly #settings: StripeSettings

  constructor(settings: StripeSettings) {
    this.#settings = settings
  }

  /**
   * Sends one request, once: whoever wants it repeated has the key. The SDK cannot call a request off, so at the signal we stop waiting, and its timeout ends it.
   *
   * @throws the SDK's error, or the signal's reason
   */
  async send<T>(signal: AbortSignal, request: (client: StripeClient, options: StripeRequestOptions) => Promise<T>, idempotencyKey?: string): Promise<T> {
    signal.throwIfAborted()
    const { client, account, requestTimeoutMs } = this.#settings
    const aborted = Promise.withResolvers<never>()
    const abort = () => aborted.reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await Promise.race([
        request(client, {
          apiVersion,
          timeout: requestTimeoutMs,
          maxNetworkRetries: 0,
          ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
          ...(account === undefined ? {} : { stripeAccount: account }),
        }),
        aborted.promise,
      ])
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  /** Does what changes something; `refused` says what to make of a refusal. Never throws: what cannot be told is `unknown`. */
  async change<T>(work: () => Promise<T>, refused: (error: StripeErrorFields) => Promise<ProviderChange<T>>): Promise<ProviderChange<T>> {
    try {
      return { outcome: 'accepted', value: await work() }
    } catch (cause) {
      const error = stripeErrorOf(cause)
      if (error === undefined || verdictOf(error) === 'unknown') return { outcome: 'unknown', cause }
      try {
        return await refused(error)
      } catch (lookUp) {
        return { outcome: 'unknown', cause: lookUp }
      }
    }
  }

  /** @throws PROVIDER_UNAVAILABLE whatever went wrong */
  async lookUp<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      throw new CommerceError('PROVIDER_UNAVAILABLE', { details: { provider: this.#settings.name }, cause })
    }
  }
}

/** True for an answer that Stripe had stored under the key: it tells how things were, not how they are. */
export function isReplay(answer: object): boolean {
  const { lastResponse } = answer as { readonly lastResponse?: { readonly headers?: Readonly<Record<string, string>> } }
  return lastResponse?.headers?.['idempotent-replayed'] === 'true'
}
