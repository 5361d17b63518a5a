import type { PaymentProvider } from '@cartwright/core/ports'
import { overlay } from '../overlay.ts'

/** Does not know its own mode, so that a test payment can pay for real goods. */
export function eitherMode(provider: PaymentProvider): PaymentProvider {
  const blind = overlay(provider, {
    verifyWebhook: async (params) => {
      const verdict = await provider.verifyWebhook(params)
      if (verdict.verified || verdict.problem === 'invalid') return verdict
      const event = JSON.parse(Buffer.from(params.rawBody).toString('utf8'))
      return { verified: true, event: { ...event, createdAt: params.now } }
    },
  })
  return new Proxy(blind, { get: (target, name) => (name === 'live' ? undefined : Reflect.get(target, name)) })
}
