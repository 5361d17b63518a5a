import type { Context } from '../context.ts'
import { differencesOf, ourPayments, type PaymentDifference, theirPayments } from '../payments/compare-payment.ts'
import type { PaymentProvider } from '../payments/payment-provider.ts'
import { databaseNow } from '../storage/database-now.ts'
import { addMs } from '../time.ts'
import type { AuditCheckResult, AuditParams } from './audit-store.ts'

type Report = (where: Readonly<Record<string, string>>, difference: PaymentDifference) => void

/** I22: the money that providers say they moved for us is the money we booked, payment by payment. Younger ones than the grace are still on their way. */
export async function compareWithProviders(context: Context, params: AuditParams): Promise<AuditCheckResult> {
  const samples: Readonly<Record<string, unknown>>[] = []
  let violations = 0
  const report: Report = (where, difference) => {
    violations += 1
    if (samples.length < params.sampleLimit) samples.push({ ...where, ...difference })
  }
  const settledBefore = addMs(await databaseNow(context), -params.graceMs)
  const seen = new Map<string, ReadonlySet<string>>()
  for (const provider of context.providers.values()) seen.set(provider.name, await compareTheirs(context, provider, settledBefore, report))
  await compareOurs(context, seen, report)
  return { id: 'I22', invariant: 'Every payment and refund exists on both sides, with the same amount.', violations, samples }
}

/** @returns the provider's ids of every payment it listed. */
async function compareTheirs(context: Context, provider: PaymentProvider, settledBefore: Date, report: Report): Promise<ReadonlySet<string>> {
  const seen = new Set<string>()
  for await (const page of theirPayments(context, provider)) {
    for (const { providerPaymentId } of page) seen.add(providerPaymentId)
    for (const { theirs, difference } of await differencesOf(context, provider, page, settledBefore))
      report({ provider: provider.name, providerPaymentId: theirs.providerPaymentId }, difference)
  }
  return seen
}

/** @param seen - per configured provider, the ids it listed. Money at a provider that is not configured cannot be vouched for. */
async function compareOurs(context: Context, seen: ReadonlyMap<string, ReadonlySet<string>>, report: Report): Promise<void> {
  for await (const page of ourPayments(context)) {
    for (const { id, provider, providerPaymentId, capturedMinor, authorisedMinor } of page) {
      const minor = capturedMinor + authorisedMinor
      const listed = seen.get(provider)
      if (minor === 0 || (providerPaymentId !== null && listed?.has(providerPaymentId))) continue
      report({ provider, paymentId: id }, { problem: listed === undefined ? 'its provider is not configured' : 'only we have it', minor })
    }
  }
}
