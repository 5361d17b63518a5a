import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import { idInput } from '../parse-input.ts'
import { lookUpAtProvider } from '../payments/call-provider.ts'
import type { Payment, Refund } from '../payments/payment.ts'
import type { PaymentProvider, ProviderDispute, ProviderPayment, ProviderRefund, ProviderSubject } from '../payments/payment-provider.ts'
import { returnedBy } from '../payments/refund-rules.ts'

/** What a provider says now about the payment that an event concerns. */
export interface SubjectNews {
  readonly theirs: ProviderPayment
  /** Those that the event is about, or that we do not account for yet. */
  readonly refunds: readonly ProviderRefund[]
  readonly dispute: { readonly theirs: ProviderDispute /** Of our record before the provider was asked; 0 without one. */; readonly seenVersion: number } | null
}

/** Our record of that payment, and of what was returned of it by its provider. */
export interface OwnPayment {
  readonly payment: Payment
  readonly refunds: readonly Refund[]
}

/**
 * Reads an event's subject and its payment at the provider, outside of every transaction. What the event itself said of them is not used.
 *
 * @throws PROVIDER_UNAVAILABLE also when it does not find what its own event is about: its look-ups may lag behind its events
 */
export async function readSubject(context: Context, provider: PaymentProvider, subject: ProviderSubject): Promise<SubjectNews> {
  const { id } = subject
  if (subject.type === 'payment') return { theirs: await readPayment(context, provider, id), refunds: [], dispute: null }
  if (subject.type === 'refund') {
    const refund = found(provider, await lookUpAtProvider(context, provider, (signal) => provider.getRefund({ providerRefundId: id, signal })))
    return { theirs: await readPayment(context, provider, refund.providerPaymentId), refunds: [refund], dispute: null }
  }
  const ours = await context.storage.snapshot(
    context.clock.now(),
    (snapshot) => snapshot.payments.findDispute({ provider: provider.name, providerDisputeId: id }),
    { fresh: true },
  )
  const dispute = found(provider, await lookUpAtProvider(context, provider, (signal) => provider.getDispute({ providerDisputeId: id, signal })))
  const theirs = await readPayment(context, provider, dispute.providerPaymentId)
  return { theirs, refunds: [], dispute: { theirs: dispute, seenVersion: ours?.version ?? 0 } }
}

async function readPayment(context: Context, provider: PaymentProvider, providerPaymentId: string): Promise<ProviderPayment> {
  return found(provider, await lookUpAtProvider(context, provider, (signal) => provider.getPayment({ providerPaymentId, signal })))
}

function found<T>(provider: PaymentProvider, value: T | undefined): T {
  if (value === undefined) throw new CommerceError('PROVIDER_UNAVAILABLE', { details: { provider: provider.name } })
  return value
}

/** The same payment, without an id of ours that can be none: whoever shares the account writes there what he likes. */
export function believable(theirs: ProviderPayment): ProviderPayment {
  return idInput.safeParse(theirs.paymentId).success ? theirs : { ...theirs, paymentId: null }
}

/** Our payment behind what the provider has: by its id, or by ours before its answer to the start was booked. @returns undefined when we have no such payment. */
export async function findOwn(context: Context, provider: string, theirs: ProviderPayment): Promise<OwnPayment | undefined> {
  return (await findOwns(context, provider, [theirs])).get(theirs.providerPaymentId)
}

/** The same for a page of what the provider has, all as they are at one moment. @returns by the provider's ids; those that we have no payment of are left out. */
export async function findOwns(context: Context, provider: string, all: readonly ProviderPayment[]): Promise<ReadonlyMap<string, OwnPayment>> {
  return context.storage.snapshot(
    context.clock.now(),
    async ({ payments }) => {
      const known = await payments.findByProviderIds({ provider, providerPaymentIds: all.map(({ providerPaymentId }) => providerPaymentId) })
      const byTheirId = new Map(known.map((payment) => [payment.providerPaymentId, payment]))
      const found = new Map<string, Payment>()
      for (const { providerPaymentId, paymentId } of all) {
        const payment = byTheirId.get(providerPaymentId) ?? (paymentId === null ? undefined : await payments.find({ paymentId }))
        if (payment !== undefined && payment.provider === provider) found.set(providerPaymentId, payment)
      }
      if (found.size === 0) return new Map()
      const refunds = await payments.refundsOfPayments({ paymentIds: [...new Set([...found.values()].map(({ id }) => id))] })
      const refundsOf = Map.groupBy(
        refunds.filter((refund) => refund.provider === provider),
        ({ paymentId }) => paymentId,
      )
      return new Map([...found].map(([id, payment]) => [id, { payment, refunds: refundsOf.get(payment.id) ?? [] }]))
    },
    { fresh: true },
  )
}

/** All refunds of the payment when their sum is not the one that we know, as after one that was made at the provider; else those already read. */
export async function readRefunds(context: Context, provider: PaymentProvider, news: SubjectNews, ours: OwnPayment): Promise<readonly ProviderRefund[]> {
  const { providerPaymentId, refundedMinor } = news.theirs
  if (ours.payment.providerPaymentId !== null && ours.payment.providerPaymentId !== providerPaymentId) return []
  if (refundedMinor === returnedBy(ours.refunds)) return news.refunds
  return lookUpAtProvider(context, provider, (signal) => provider.findRefunds({ providerPaymentId, signal }))
}
