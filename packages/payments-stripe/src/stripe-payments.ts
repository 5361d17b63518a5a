import type { PaymentProvider } from '@cartwright/core/ports'
import { chargeable } from './amounts.ts'
import { capturePayment, voidPayment } from './end-payment.ts'
import { eventOf, eventTypes, isOldNews } from './event-mapping.ts'
import { findDisputes, getDispute } from './find-disputes.ts'
import { PaymentLookup } from './payment-lookup.ts'
import { findRefunds, getRefund, refundPayment } from './refund-payment.ts'
import { SavedMethods } from './saved-methods.ts'
import { startPayment } from './start-payment.ts'
import { type StripePaymentsOptions, settingsOf } from './stripe-options.ts'
import { type ListParams, pageForward } from './stripe-pages.ts'
import { StripeRequests } from './stripe-requests.ts'
import { verifyWebhook } from './webhook.ts'

/** Stripe as a payment provider, with what it keeps for customers. */
export interface StripePayments extends PaymentProvider {
  readonly savedMethods: SavedMethods
}

/**
 * Takes payments through Stripe, by the official SDK.
 *
 * @throws RangeError for options that cannot be meant
 * @example
 * const payments = [stripePayments({ apiKey: process.env.STRIPE_KEY, webhookSecrets: [process.env.STRIPE_WEBHOOK_SECRET] })]
 * const commerce = await createCommerce({ storage, currency: 'EUR', payments })
 * // … place({ …, payment: { provider: 'stripe', method: 'elements' } }) → requires_action, with the client secret for the Payment Element
 */
export function stripePayments(options: StripePaymentsOptions): StripePayments {
  const settings = settingsOf(options)
  const requests = new StripeRequests(settings)
  const lookup = new PaymentLookup(requests, settings)
  const savedMethods = new SavedMethods(requests, settings)
  const parts = { settings, requests, lookup, saved: savedMethods }

  return {
    name: settings.name,
    live: settings.live,
    savedMethods,
    start: (params) => startPayment(parts, params),
    capture: (params) => capturePayment(parts, params),
    void: (params) => voidPayment(parts, params),
    refund: (params) => refundPayment(parts, params),
    getPayment: ({ providerPaymentId, signal }) => requests.lookUp(() => lookup.get(providerPaymentId, signal)),
    findByOurId: ({ paymentId, createdFrom, signal }) => requests.lookUp(() => lookup.findByOurId(paymentId, createdFrom, signal)),
    getRefund: ({ providerRefundId, signal }) => requests.lookUp(() => getRefund(parts, providerRefundId, signal)),
    findRefunds: ({ providerPaymentId, signal }) => requests.lookUp(() => findRefunds(parts, providerPaymentId, signal)),
    getDispute: ({ providerDisputeId, signal }) => requests.lookUp(() => getDispute(parts, providerDisputeId, signal)),
    findDisputes: ({ providerPaymentId, signal }) => requests.lookUp(() => findDisputes(parts, providerPaymentId, signal)),
    listPayments: ({ signal, ...page }) => requests.lookUp(() => lookup.list(page, signal)),
    listEvents: ({ signal, ...page }) =>
      requests.lookUp(async () => {
        const list = (params: ListParams) =>
          requests.send(signal, (client, requestOptions) => client.events.list({ ...params, types: [...eventTypes] }, requestOptions))
        const { items, next } = await pageForward(list, page)
        return { items: items.map(eventOf), next }
      }),
    isOldNews,
    verifyWebhook: async (params) => verifyWebhook(settings, params),
    chargeable: (amount) => chargeable(amount, settings.minimumMinor),
  }
}
