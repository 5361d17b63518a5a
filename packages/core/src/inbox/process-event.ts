import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError, codeOf } from '../errors.ts'
import type { EventId } from '../ids.ts'
import type { Order } from '../orders/order.ts'
import { bookDispute } from '../payments/book-dispute.ts'
import { bookProviderRefund } from '../payments/book-refund.ts'
import { requireProvider } from '../payments/call-provider.ts'
import { bookKnown, canBeCalledOff } from '../payments/check-payment.ts'
import { isExtra } from '../payments/extra-payment.ts'
import type { Payment } from '../payments/payment.ts'
import { reckonOrder } from '../payments/reckon-order.ts'
import type { Settled } from '../payments/settle-payment.ts'
import { countWorkerRows } from '../runtime/telemetry.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import { type InboxEvent, type InboxOutcome, maxInboxAttempts, retryDelayMs } from './inbox-event.ts'
import { type InboxEnd, nothingNew } from './inbox-store.ts'
import { believable, findOwn, readRefunds, readSubject, type SubjectNews } from './read-subject.ts'
import { isOfOtherMode } from './receive-webhook.ts'

const system: ActorRecord = { type: 'system', id: null }

/** How many other events of a payment are answered by one look at it. */
const answeredAtOnce = 20

/** What became of events: how many, those included that one look has answered beside the one that it was for. */
export interface ProcessedEvents {
  readonly resolved: number
  readonly putOff: number
}

/**
 * Acts on events about one subject that a worker has claimed: reads it at the provider, outside of every transaction, then books what is new and marks the events
 * processed, together. What is read also answers the other events that had come by then and wait for the same payment: they are marked with them. What cannot be
 * resolved now is tried again later, and parked after `maxInboxAttempts`.
 *
 * @param events - claimed, one at least; the first says what is read.
 * @returns how many could be resolved; what they failed with is logged, and its code kept with them.
 */
export async function processEvents(context: Context, events: readonly InboxEvent[]): Promise<ProcessedEvents> {
  const [event] = events
  if (event === undefined) return { resolved: 0, putOff: 0 }
  await context.probe('inbox.claimed')
  try {
    const resolved = await act(context, event, events.slice(1))
    await context.probe('inbox.done')
    return { resolved, putOff: 0 }
  } catch (error) {
    const { provider, eventId } = event
    const code = codeOf(error)
    context.logger.warn({ provider, eventId, code, error }, 'a provider event could not be resolved and stays due')
    for (const one of events) await putOff(context, one, code)
    return { resolved: 0, putOff: events.length }
  }
}

/** @returns how many events are finished */
async function act(context: Context, event: InboxEvent, claimed: readonly InboxEvent[]): Promise<number> {
  const provider = requireProvider(context, event.provider)
  if (event.subject === null) return ignore(context, [event], 'no_subject')
  const waiting = await waitingForSame(context, event)
  const news = await readSubject(context, provider, event.subject)
  await context.probe('inbox.read')
  if (isOfOtherMode(provider, news.theirs)) return ignore(context, [event, ...claimed], 'other_mode')

  const theirs = believable(news.theirs)
  const ours = await findOwn(context, provider.name, theirs)
  if (ours === undefined && theirs.paymentId === null) return ignore(context, [event, ...claimed], 'not_ours')
  if (ours === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'payment' } })

  const order = await orderOf(context, ours.payment.orderId)
  const extra = isExtra(ours.payment, theirs)
  const refunds = await readRefunds(context, provider, news, ours)
  // What else happened to an extra payment can be booked once it has a record of its own.
  const wholly = !extra || event.subject.type === 'payment'
  await bookKnown(context, ours.payment, order, theirs, (tx, settle, end) => {
    if (extra && canBeCalledOff(end)) throw new CommerceError('CONFLICT', { details: { object: 'payment' } })
    return wholly ? bookNews(context, tx, { event, claimed, waiting }, { ...news, refunds }, ours.payment, settle) : settle()
  })
  if (!wholly) throw new CommerceError('CONFLICT', { details: { object: 'payment' } })
  return 1 + claimed.length + waiting.length
}

/** Events that nobody has taken up, and that lead to the payment which this one leads to. Read before the provider is asked: what it says then is news of them too. */
async function waitingForSame(context: Context, { provider, eventId, subject }: InboxEvent): Promise<readonly InboxEvent[]> {
  if (subject?.type !== 'payment') return []
  return context.storage.snapshot(
    context.clock.now(),
    async ({ inbox, now }) => {
      const events = await inbox.ofPayment({ provider, providerPaymentId: subject.id, limit: answeredAtOnce })
      return events.filter(
        (other) =>
          other.eventId !== eventId &&
          other.subject?.type === 'payment' &&
          other.subject.id === subject.id &&
          other.state === 'received' &&
          other.nextAttemptAt !== null &&
          other.nextAttemptAt <= now,
      )
    },
    { fresh: true },
  )
}

/** What one look answers: the event that it is for, others that were claimed with it, and others that nobody had. */
interface Answered {
  readonly event: InboxEvent
  readonly claimed: readonly InboxEvent[]
  readonly waiting: readonly InboxEvent[]
}

async function orderOf(context: Context, id: Order['id']): Promise<Order> {
  const order = await context.storage.snapshot(context.clock.now(), (snapshot) => snapshot.orders.find({ key: { id }, owner: { type: 'any' } }), {
    fresh: true,
  })
  if (order === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'order' } })
  return order
}

/**
 * Books what is new of refunds and disputes, then the payment itself, so that money which has to go back is not returned twice, and finishes the event, all in
 * one transaction.
 */
async function bookNews(
  context: Context,
  tx: StorageTransaction,
  { event, claimed, waiting }: Answered,
  news: SubjectNews,
  payment: Payment,
  settle: () => Promise<Settled>,
): Promise<Settled> {
  await tx.orders.lock({ orderId: payment.orderId })
  const changes: EventId[] = []
  for (const refund of news.refunds) {
    const booked = await bookProviderRefund(context, tx, payment, refund)
    if (booked !== undefined) changes.push(booked)
  }
  const dispute = news.dispute === null ? undefined : await bookDispute(context, tx, payment, news.dispute)
  if (dispute !== undefined) changes.push(dispute.eventId)
  const settled = await settle()
  await reckonOrder(context, tx, settled.order, { actor: system, dispute: dispute?.note ?? null })
  const domainEventId = settled.eventId ?? changes[0] ?? null
  await Promise.all([
    finish(tx, event, { state: 'processed', outcome: domainEventId === null ? 'nothing_new' : 'applied', domainEventId }),
    ...claimed.map((other) => finish(tx, other, nothingNew)),
    // One that was taken up in between is its worker's.
    ...waiting.map(({ provider, eventId, fence }) => tx.inbox.finish({ provider, eventId, fence, end: nothingNew })),
  ])
  await context.probe('inbox.booked')
  return settled
}

async function ignore(context: Context, events: readonly InboxEvent[], outcome: InboxOutcome): Promise<number> {
  await context.storage.transaction(context.clock.now(), async (tx) => {
    await Promise.all(events.map((event) => finish(tx, event, { state: 'ignored', outcome, domainEventId: null })))
  })
  return events.length
}

/** @throws CONFLICT when another worker has taken the event up since: what was booked beside it is rolled back, for that worker to do. */
async function finish(tx: StorageTransaction, { provider, eventId, fence }: InboxEvent, end: InboxEnd): Promise<void> {
  if ((await tx.inbox.finish({ provider, eventId, fence, end })) === 'lost') throw new CommerceError('CONFLICT', { details: { object: 'provider event' } })
}

async function putOff(context: Context, { provider, eventId, fence, attempts }: InboxEvent, problem: string): Promise<void> {
  const isParked = await context.storage.transaction(context.clock.now(), async (tx) => {
    const parked = attempts >= maxInboxAttempts
    const end: InboxEnd = parked ? { state: 'parked', problem } : { state: 'received', nextAttemptAt: addMs(tx.now, retryDelayMs(attempts)), problem }
    const written = await tx.inbox.finish({ provider, eventId, fence, end })
    if (parked && written === 'finished') context.logger.error({ provider, eventId, problem }, 'a provider event was parked: look at it, then replay it')
    return parked && written === 'finished'
  })
  if (isParked) countWorkerRows('inbox', 'parked', 1)
}
