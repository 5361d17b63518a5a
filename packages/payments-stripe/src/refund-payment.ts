import type { PaymentProvider, ProviderChange, ProviderRefund } from '@cartwright/core/ports'
import { toStripe } from './amounts.ts'
import { declineOf, refusal } from './declines.ts'
import { isKeyReused, isMissing, type StripeErrorFields } from './failures.ts'
import { metadataKeys } from './metadata.ts'
import type { PaymentLookup } from './payment-lookup.ts'
import { reasonForStripe, refundOf } from './refund-mapping.ts'
import { rejected } from './refused.ts'
import type { StripeRequests } from './stripe-requests.ts'

interface Parts {
  readonly requests: StripeRequests
  readonly lookup: PaymentLookup
}

type RefundParams = Parameters<PaymentProvider['refund']>[0]

export async function refundPayment(parts: Parts, params: RefundParams): Promise<ProviderChange<ProviderRefund>> {
  const { requests, lookup } = parts
  const { providerPaymentId, refundId, idempotencyKey, signal } = params
  const amount = toStripe(params.amount)
  if (!amount.exact) return rejected(refusal('amount_not_chargeable'))
  const reason = reasonForStripe(params.reason)
  return requests.change(
    async () => {
      const intentId = await lookup.intentIdOf(providerPaymentId, signal)
      const request = {
        payment_intent: intentId ?? providerPaymentId,
        amount: amount.units,
        metadata: { [metadataKeys.refund]: refundId },
        ...(reason === undefined ? {} : { reason }),
      }
      const made = await requests.send(signal, (client, options) => client.refunds.create(request, options), idempotencyKey)
      return refundOf(made, providerPaymentId)
    },
    (error) => refused(parts, params, error),
  )
}

/** The key was used with other parameters, or the refund was refused. In the first case it may have been made. */
async function refused(parts: Parts, params: RefundParams, error: StripeErrorFields): Promise<ProviderChange<ProviderRefund>> {
  const made = isKeyReused(error) ? await findRefunds(parts, params.providerPaymentId, params.signal) : []
  const ours = made.find(({ refundId, amount }) => refundId === params.refundId && amount.amountMinor === params.amount.amountMinor)
  return ours === undefined ? rejected(declineOf(error)) : { outcome: 'accepted', value: ours }
}

/** Every refund of one payment, oldest first, whoever made it. */
export async function findRefunds({ lookup }: Parts, providerPaymentId: string, signal: AbortSignal): Promise<readonly ProviderRefund[]> {
  try {
    const intentId = await lookup.intentIdOf(providerPaymentId, signal)
    const refunds = intentId === null ? [] : await lookup.refundsOf(intentId, signal)
    return refunds.map((refund) => refundOf(refund, providerPaymentId))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

export async function getRefund({ requests, lookup }: Parts, id: string, signal: AbortSignal): Promise<ProviderRefund | undefined> {
  try {
    const refund = await requests.send(signal, (client, options) => client.refunds.retrieve(id, { expand: ['payment_intent'] }, options))
    return refundOf(refund, await lookup.providerPaymentIdOf(refund.payment_intent, signal))
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
