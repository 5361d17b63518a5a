import type { Context } from '../context.ts'
import type { Payment } from '../payments/payment.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import type { InboxEvent } from './inbox-event.ts'
import { nothingNew } from './inbox-store.ts'

/** Events that a worker has claimed, and that lead to the same subject. */
export interface InboxWork {
  /** One at least. */
  readonly events: readonly InboxEvent[]
  /** True when they are finished already. */
  readonly isDone: boolean
}

/**
 * Hands out events that are due, as `claimDue` does, those that lead to the same subject together. An event that can tell nothing of its payment as it is booked here is
 * finished on the spot: most webhooks come after the answer that they speak of, and asking the provider for each of them would be one request for every order.
 */
export async function claimEvents(
  context: Pick<Context, 'providers'>,
  tx: StorageTransaction,
  params: { readonly limit: number; readonly leaseUntil: Date },
): Promise<readonly InboxWork[]> {
  const due = await tx.inbox.claimDue(params)
  const old = await oldNews(context, tx, due)
  await Promise.all(old.map(({ provider, eventId, fence }) => tx.inbox.finish({ provider, eventId, fence, end: nothingNew })))
  const rest = due.filter((event) => !old.includes(event))
  return [...(old.length === 0 ? [] : [{ events: old, isDone: true }]), ...bySubject(rest).map((events) => ({ events, isDone: false }))]
}

async function oldNews({ providers }: Pick<Context, 'providers'>, tx: StorageTransaction, due: readonly InboxEvent[]): Promise<readonly InboxEvent[]> {
  const old: InboxEvent[] = []
  for (const [name, events] of Map.groupBy(due.filter(isOfPayment), ({ provider }) => provider)) {
    const provider = providers.get(name)
    if (provider?.isOldNews === undefined) continue
    const providerPaymentIds = [...new Set(events.map(({ subject }) => subject.id))]
    const payments = await tx.payments.findByProviderIds({ provider: name, providerPaymentIds })
    const statusOf = new Map<string | null, Payment['status']>(payments.map(({ providerPaymentId, status }) => [providerPaymentId, status]))
    for (const event of events) {
      const status = statusOf.get(event.subject.id)
      if (status !== undefined && provider.isOldNews({ type: event.type, status })) old.push(event)
    }
  }
  return old
}

function isOfPayment(event: InboxEvent): event is InboxEvent & { readonly subject: NonNullable<InboxEvent['subject']> } {
  return event.subject?.type === 'payment'
}

function bySubject(events: readonly InboxEvent[]): readonly (readonly InboxEvent[])[] {
  const groups = Map.groupBy(events, ({ provider, eventId, subject }) =>
    JSON.stringify(subject === null ? [provider, eventId] : [provider, subject.type, subject.id]),
  )
  return [...groups.values()]
}
