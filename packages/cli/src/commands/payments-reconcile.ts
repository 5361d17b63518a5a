import { CommerceError, type ProviderReconciliation, type ReconciledDifference, type Reconciliation } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { count, counted, moment } from '../terminal/words.ts'

interface PaymentsReconcileOptions extends ShopOptions {
  readonly provider?: string
  readonly from?: Date
  readonly dryRun?: boolean
}

/** Compares the shop with its payment providers. Fails when staff must look at something. */
export async function paymentsReconcile(output: Output, options: PaymentsReconcileOptions): Promise<number> {
  const { provider, from, dryRun = false } = options
  const request = { actor: staff, dryRun, ...(provider === undefined ? {} : { provider }), ...(from === undefined ? {} : { from }) }
  const found = await withCommerce(options, { create: false }, async ({ payments }, config) => {
    if ((config.payments ?? []).length === 0) throw noProvider()
    return payments.reconcile(request)
  })
  output.result(found, () => inWords(found, dryRun, output))
  const differences = found.providers.flatMap((one) => one.differences)
  const news = found.providers.reduce((sum, { events }) => sum + events.recorded, 0) + differences.filter(({ action }) => action === 'queued').length
  if (!dryRun && news > 0) output.note('What was found is acted on by a running worker, or by `cartwright worker --once --jobs inbox,refunds`.')
  return differences.some(({ action }) => action === 'left_to_staff') ? 1 : 0
}

function noProvider(): CommerceError {
  const message = 'No payment provider is configured, so there is nothing to compare with. Use a cartwright.config.ts that has it'
  return new CommerceError('INVALID_INPUT', { message, details: { issues: [{ path: 'config', message }] } })
}

function inWords({ from, providers }: Reconciliation, dryRun: boolean, output: Output): string {
  const { paint, width } = output
  const heads = providers.map(({ provider, events, payments }: ProviderReconciliation) => {
    const recorded = `${count(events.recorded)} ${dryRun ? 'not known here' : 'not known before'}`
    return `${paint('bold', provider)}  ${counted(events.read, 'event')}, ${recorded} · ${counted(payments.compared, 'payment')} compared, ${count(payments.foreign)} of others`
  })
  const rows = providers.flatMap(({ provider, differences }) => differences.map((difference) => [provider, ...differenceWords(difference)]))
  const columns = [{ title: 'provider' }, { title: 'payment there' }, { title: 'what', flexible: true }, { title: 'then' }] as const
  const body = rows.length === 0 ? 'All money is the same on both sides.' : table({ columns, rows, paint, width })
  return [paint('dim', `since ${moment(from)}`), ...heads, '', body].join('\n')
}

function differenceWords({ providerPaymentId, paymentId, problem, minor, ours, theirs, action }: ReconciledDifference): string[] {
  const figures = minor === undefined ? ` (${ours} here, ${theirs} there)` : ` (${minor} minor units)`
  const then = { queued: 'read anew', would_queue: 'would be read anew', left_to_staff: 'for staff' }[action]
  return [providerPaymentId ?? '–', `${problem}${figures}${paymentId === null ? '' : `, payment ${paymentId}`}`, then]
}
