import { paymentProviderSuite } from '@cartwright/testing/conformance'
import { startFakeStripe, stripeSignature } from '@cartwright/testing/stripe'
import { stripePayments } from './stripe-payments.ts'

/** Charged, and the first answer never comes. */
const answerLost = 'pm_card_amex'

paymentProviderSuite({
  name: 'Stripe',
  open: async () => {
    const stripe = await startFakeStripe({ seed: 1 })
    const settings = { apiKey: stripe.apiKey, address: stripe.clientOptions(), webhookSecrets: [stripe.webhookSecret] }
    const provider = stripePayments(settings)
    const hasty = stripePayments({ ...settings, requestTimeoutMs: 250 })
    const unheard = new Set<string>()
    return {
      provider: {
        ...provider,
        start: (params) => {
          if (params.method !== answerLost || unheard.has(params.paymentId)) return provider.start(params)
          unheard.add(params.paymentId)
          stripe.failNext('hang_after', { route: 'POST /v1/payment_intents' })
          return hasty.start(params)
        },
      },
      currency: 'USD',
      methods: {
        ok: 'pm_card_visa',
        declined: 'pm_card_visa_chargeDeclined',
        requiresAction: 'pm_card_threeDSecure2Required',
        answerLost,
      },
      completeAction: async (providerPaymentId) => stripe.completeAction(providerPaymentId, 'succeed'),
      signedWebhook: async (at) => {
        const event = stripe.events().findLast(({ type }) => type === 'payment_intent.succeeded')
        const body = JSON.stringify(event)
        return { rawBody: Buffer.from(body), headers: { 'stripe-signature': stripeSignature(body, at.getTime() / 1000, [stripe.webhookSecret]) } }
      },
      dispute: async (providerPaymentId) => void stripe.openDispute(providerPaymentId),
      dispose: () => stripe.close(),
    }
  },
})
