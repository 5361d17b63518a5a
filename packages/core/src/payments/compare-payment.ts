import type { Context } from '../context.ts'
import { believable, findOwns, type OwnPayment } from '../inbox/read-subject.ts'
import { allPages } from '../pages.ts'
import { lookUpAtProvider } from './call-provider.ts'
import type { Payment } from './payment.ts'
import type { PaymentProvider, ProviderPayment } from './payment-provider.ts'
import { returnedBy } from './refund-rules.ts'

/** The most payments that are asked for at once, there and here. */
export const comparedAtOnce = 100

/** What of a payment's money is not the same here and at its provider. */
export interface PaymentDifference {
  readonly problem:
    | 'only the provider has it'
    | 'only we have it'
    | 'its provider is not configured'
    | 'captured differs'
    | 'authorised differs'
    | 'refunded differs'
    | 'currency differs'
  /** The money that one side only has, in minor units. */
  readonly minor?: number
  readonly ours?: number | string
  readonly theirs?: number | string
}

/** A payment as its provider shows it, and what is not the same here. */
export interface DifferentPayment {
  readonly theirs: ProviderPayment
  readonly difference: PaymentDifference
}

/**
 * Holds payments as their provider shows them against ours.
 *
 * @param settledBefore - what was made or changed later is still on its way, and no difference.
 * @returns those of which the two do not agree, in the same order.
 */
export async function differencesOf(
  context: Context,
  provider: PaymentProvider,
  all: readonly ProviderPayment[],
  settledBefore: Date,
): Promise<readonly DifferentPayment[]> {
  const owns = await findOwns(context, provider.name, all.map(believable))
  return all.flatMap((theirs) => {
    const difference = differenceOf(owns.get(theirs.providerPaymentId), theirs, settledBefore)
    return difference === undefined ? [] : [{ theirs, difference }]
  })
}

function differenceOf(own: OwnPayment | undefined, theirs: ProviderPayment, settledBefore: Date): PaymentDifference | undefined {
  const theirMoney = theirs.capturedMinor + theirs.capturableMinor
  if (own === undefined || own.payment.providerPaymentId !== theirs.providerPaymentId) {
    const minor = theirMoney - theirs.refundedMinor
    return minor > 0 && theirs.createdAt <= settledBefore ? { problem: 'only the provider has it', minor } : undefined
  }
  const { payment, refunds } = own
  if (payment.updatedAt > settledBefore) return undefined
  if (payment.capturedMinor !== theirs.capturedMinor) return { problem: 'captured differs', ours: payment.capturedMinor, theirs: theirs.capturedMinor }
  if (payment.authorisedMinor !== theirs.capturableMinor)
    return { problem: 'authorised differs', ours: payment.authorisedMinor, theirs: theirs.capturableMinor }
  const underWay = refunds.some(({ updatedAt, status }) => status === 'pending' || updatedAt > settledBefore)
  const returned = returnedBy(refunds)
  if (!underWay && returned !== theirs.refundedMinor) return { problem: 'refunded differs', ours: returned, theirs: theirs.refundedMinor }
  if (theirMoney > 0 && theirs.amount.currency !== payment.currency)
    return { problem: 'currency differs', ours: payment.currency, theirs: theirs.amount.currency }
  return undefined
}

/** All payments that a provider lists, page after page, oldest first. @throws PROVIDER_UNAVAILABLE */
export function theirPayments(context: Context, provider: PaymentProvider, createdFrom?: Date): AsyncGenerator<readonly ProviderPayment[]> {
  const from = createdFrom === undefined ? {} : { createdFrom }
  return allPages((after) => {
    const place = after === undefined ? from : { after }
    return lookUpAtProvider(context, provider, (signal) => provider.listPayments({ limit: comparedAtOnce, signal, ...place }))
  })
}

/** All payments that we have, page after page. */
export async function* ourPayments(context: Context): AsyncGenerator<readonly Payment[]> {
  for (let afterId: Payment['id'] | undefined; ; ) {
    const query = { limit: comparedAtOnce, ...(afterId === undefined ? {} : { afterId }) }
    const page = await context.storage.snapshot(context.clock.now(), (snapshot) => snapshot.payments.scan(query), { fresh: true })
    yield page
    afterId = page.at(-1)?.id
    if (page.length < comparedAtOnce) return
  }
}
