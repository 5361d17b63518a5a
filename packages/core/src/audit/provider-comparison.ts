import type { Context } from '../context.ts'
import type { PaymentId } from '../ids.ts'
import { lookUpAtProvider } from '../payments/call-provider.ts'
import type { Payment, Refund } from '../payments/payment.ts'
import type { PaymentProvider, ProviderPayment } from '../payments/payment-provider.ts'
import { addMs } from '../time.ts'
import type { AuditCheckResult, AuditParams } from './audit-store.ts'

const pageSize = 100
type Sample = Readonly<Record<string, unknown>>

/** I22: the money that providers say they moved for us is the money we booked, payment by payment. Younger ones than the grace are still on their way. */
export async function compareWithProviders(context: Context, params: AuditParams): Promise<AuditCheckResult> {
  const samples: Sample[] = []
  let violations = 0
  const report = (sample: Sample) => {
    violations += 1
    if (samples.length < params.sampleLimit) samples.push(sample)
  }
  const settledBefore = addMs(await context.storage.snapshot(context.clock.now(), async ({ now }) => now, { fresh: true }), -params.graceMs)
  const seen = new Map<string, ReadonlySet<string>>()
  for (const provider of context.providers.values()) seen.set(provider.name, await compareTheirs(context, provider, settledBefore, report))
  await compareOurs(context, seen, report)
  return { id: 'I22', invariant: 'Every payment and refund exists on both sides, with the same amount.', violations, samples }
}

/** @returns the provider's ids of every payment it listed. */
async function compareTheirs(context: Context, provider: PaymentProvider, settledBefore: Date, report: (sample: Sample) => void): Promise<ReadonlySet<string>> {
  const seen = new Set<string>()
  let after: string | undefined
  do {
    const page = await lookUpAtProvider(context, provider, (signal) =>
      provider.listPayments({ limit: pageSize, signal, ...(after === undefined ? {} : { after }) }),
    )
    for (const theirs of page.items) {
      seen.add(theirs.providerPaymentId)
      const sample = await difference(context, theirs, settledBefore)
      if (sample !== undefined) report({ provider: provider.name, providerPaymentId: theirs.providerPaymentId, ...sample })
    }
    after = page.next ?? undefined
  } while (after !== undefined)
  return seen
}

async function difference(context: Context, theirs: ProviderPayment, settledBefore: Date): Promise<Sample | undefined> {
  const ours = await readOurs(context, theirs.paymentId)
  const theirMoney = theirs.capturedMinor + theirs.capturableMinor
  if (ours === undefined || ours.payment.providerPaymentId !== theirs.providerPaymentId) {
    const unknownMoney = theirMoney - theirs.refundedMinor
    return unknownMoney > 0 && theirs.createdAt <= settledBefore ? { problem: 'only the provider has it', minor: unknownMoney } : undefined
  }
  if (ours.payment.updatedAt > settledBefore) return undefined
  const { payment, refunds } = ours
  const returned = refunds.filter(({ status }) => status === 'succeeded').reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  if (payment.capturedMinor !== theirs.capturedMinor) return { problem: 'captured differs', ours: payment.capturedMinor, theirs: theirs.capturedMinor }
  if (payment.authorisedMinor !== theirs.capturableMinor)
    return { problem: 'authorised differs', ours: payment.authorisedMinor, theirs: theirs.capturableMinor }
  const underWay = refunds.some(({ updatedAt, status }) => status === 'pending' || updatedAt > settledBefore)
  if (!underWay && returned !== theirs.refundedMinor) return { problem: 'refunded differs', ours: returned, theirs: theirs.refundedMinor }
  if (theirMoney > 0 && theirs.amount.currency !== payment.currency)
    return { problem: 'currency differs', ours: payment.currency, theirs: theirs.amount.currency }
  return undefined
}

async function readOurs(context: Context, paymentId: PaymentId | null): Promise<{ payment: Payment; refunds: readonly Refund[] } | undefined> {
  if (paymentId === null) return undefined
  return context.storage.snapshot(
    context.clock.now(),
    async (snapshot) => {
      const payment = await snapshot.payments.find({ paymentId })
      if (payment === undefined) return undefined
      const refunds = await snapshot.payments.refundsOfOrder({ orderId: payment.orderId })
      return { payment, refunds: refunds.filter((refund) => refund.paymentId === paymentId) }
    },
    { fresh: true },
  )
}

/** @param seen - per configured provider, the ids it listed. Money at a provider that is not configured cannot be vouched for. */
async function compareOurs(context: Context, seen: ReadonlyMap<string, ReadonlySet<string>>, report: (sample: Sample) => void): Promise<void> {
  let afterId: PaymentId | undefined
  for (;;) {
    const page = await context.storage.snapshot(
      context.clock.now(),
      (snapshot) => snapshot.payments.scan({ limit: pageSize, ...(afterId === undefined ? {} : { afterId }) }),
      { fresh: true },
    )
    for (const { id, provider, providerPaymentId, capturedMinor, authorisedMinor } of page) {
      const minor = capturedMinor + authorisedMinor
      const listed = seen.get(provider)
      if (minor === 0 || (providerPaymentId !== null && listed?.has(providerPaymentId))) continue
      report({ provider, paymentId: id, problem: listed === undefined ? 'its provider is not configured' : 'only we have it', minor })
    }
    afterId = page.at(-1)?.id
    if (page.length < pageSize) return
  }
}
