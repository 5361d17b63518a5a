import type { PaymentProvider } from '@cartwright/core'

type StartParams = Parameters<PaymentProvider['start']>[0]
type Started = Awaited<ReturnType<PaymentProvider['start']>>
type Change = Awaited<ReturnType<PaymentProvider['capture']>>

/** A card that the seeded shop's bank takes, and one that it declines. */
export type SeedCard = 'card_good' | 'card_declined'

/**
 * The bank of a seeded shop: it says yes or no at once, by the card, and keeps no books, since a resumed run could not go on with them. Its answers follow from
 * what it is asked alone. It knows no payment afterwards, so every look-up finds nothing; the seeded shop never needs one.
 */
export function seedPayments(): PaymentProvider {
  const nothing = { items: [], next: null }
  return {
    name: 'seed',
    live: false,
    start: async (params) => start(params),
    capture: async () => refused,
    void: async () => refused,
    refund: async ({ providerPaymentId, refundId, amount }) => ({
      outcome: 'accepted',
      value: { providerRefundId: `seed_refund_${refundId}`, providerPaymentId, refundId, status: 'succeeded', amount, createdAt: timeOf(refundId) },
    }),
    getPayment: async () => undefined,
    findByOurId: async () => [],
    getRefund: async () => undefined,
    findRefunds: async () => [],
    getDispute: async () => undefined,
    findDisputes: async () => [],
    listPayments: async () => nothing,
    listEvents: async () => nothing,
    verifyWebhook: async () => ({ verified: false, problem: 'invalid', reason: 'the bank of a seeded shop sends no webhooks' }),
    chargeable: () => ({ chargeable: true }),
  }
}

const refused: Change = { outcome: 'rejected', decline: { code: 'nothing_to_do', buyerMessage: 'This payment is over.' }, value: null }

function start({ paymentId, orderId, amount, method }: StartParams): Started {
  if (method !== ('card_good' satisfies SeedCard)) {
    return { outcome: 'rejected', decline: { code: 'insufficient_funds', buyerMessage: 'The card was declined. Please try another one.' }, value: null }
  }
  const value = {
    providerPaymentId: `seed_payment_${paymentId}`,
    paymentId,
    orderId,
    status: 'succeeded',
    amount,
    capturableMinor: 0,
    capturedMinor: amount.amountMinor,
    refundedMinor: 0,
    action: null,
    decline: null,
    live: false,
    createdAt: timeOf(paymentId),
  } as const
  return { outcome: 'accepted', value }
}

/** The time in a UUIDv7: its first 48 bits, in epoch milliseconds. */
function timeOf(id: string): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16))
}
