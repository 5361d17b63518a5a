import type { ProviderDispute } from '@cartwright/core/ports'
import { isMissing } from './failures.ts'
import type { PaymentLookup } from './payment-lookup.ts'
import { disputeOf } from './refund-mapping.ts'
import type { StripeDispute } from './stripe-objects.ts'
import { everything, type ListParams } from './stripe-pages.ts'
import type { StripeRequests } from './stripe-requests.ts'

interface Parts {
  readonly requests: StripeRequests
  readonly lookup: PaymentLookup
}

export async function getDispute({ requests, lookup }: Parts, id: string, signal: AbortSignal): Promise<ProviderDispute | undefined> {
  try {
    const dispute = await requests.send(signal, (client, options) => client.disputes.retrieve(id, { expand: ['payment_intent'] }, options))
    return disputeOf(dispute, await lookup.providerPaymentIdOf(dispute.payment_intent, signal))
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Every dispute of one payment, oldest first. */
export async function findDisputes({ requests, lookup }: Parts, providerPaymentId: string, signal: AbortSignal): Promise<readonly ProviderDispute[]> {
  const intentId = await lookup.intentIdOf(providerPaymentId, signal)
  if (intentId === null) return []
  const list = (page: ListParams) => requests.send(signal, (client, options) => client.disputes.list({ ...page, payment_intent: intentId }, options))
  const found: StripeDispute[] = []
  for await (const dispute of everything(list)) found.push(dispute)
  return found.reverse().map((dispute) => disputeOf(dispute, providerPaymentId))
}
