import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import { isPseudonym } from '../customers/customer.ts'
import { CommerceError } from '../errors.ts'
import type { DomainEvent } from '../events/domain-event.ts'
import type { OrderRefundId } from '../ids.ts'
import type { Order } from '../orders/order.ts'
import type { StorageSnapshot, StorageTransaction } from '../storage/storage.ts'
import { creditToReturn, keptCreditMinor, type OrderCredit, type QuoteCredit, spendableMinor } from './credit.ts'
import { creditEvent, insufficient, newEntry, postEntry, storeCreditOf } from './credit-writer.ts'

/**
 * Takes what credit pays of an order that has just been placed, each account by one guarded statement, in the order of their ids.
 *
 * @returns the events, for the caller to append with its own.
 */
export function takeCredit(
  context: Context,
  tx: StorageTransaction,
  order: Order,
  credits: readonly QuoteCredit[],
  actor: ActorRecord,
): { readonly events: readonly DomainEvent[] /** Rejects with CREDIT_INSUFFICIENT: the transaction must be given up. */; readonly taken: Promise<void> } {
  const parts = credits.map((credit, position) => ({ ...credit, position, entry: redemption(context, tx, order, credit, actor) }))
  const events = parts.map(({ accountId: id, kind, entry }) => creditEvent(context, tx.now, { id, kind, currency: order.currency }, entry))
  return { events, taken: redeemAll(tx, order, parts) }
}

type Part = Pick<OrderCredit, 'accountId' | 'amountMinor'> & { readonly position: number | null; readonly entry: ReturnType<typeof newEntry> }

async function redeemAll(tx: StorageTransaction, { id: orderId, currency, customerId }: Order, parts: readonly Part[]): Promise<void> {
  const sorted = [...parts].sort(byAccount)
  const outcomes = await Promise.all(sorted.map(({ position, entry }) => tx.credit.redeem({ orderId, position, entry, currency, customerId })))
  const short = sorted[outcomes.indexOf('refused')]
  if (short !== undefined) throw await insufficient(tx, short.accountId, short.amountMinor)
}

function byAccount(a: Pick<OrderCredit, 'accountId'>, b: Pick<OrderCredit, 'accountId'>): number {
  return a.accountId < b.accountId ? -1 : 1
}

function redemption(
  context: Context,
  tx: StorageTransaction,
  order: Order,
  { accountId, amountMinor }: Pick<QuoteCredit, 'accountId' | 'amountMinor'>,
  actor: ActorRecord,
) {
  // The order is under its lock, or new: its version tells one taking from the next.
  const reference = `redeem:${order.id}:${order.version}`
  return newEntry(context, tx.now, { accountId, change: 'redeem', amountMinor: -amountMinor, orderId: order.id, reference, actor })
}

/**
 * Takes the credit of an expired order again, all of it or nothing. The transaction holds the order's lock.
 *
 * @returns the end of the code of the gift card, or `store credit`, that has not enough any more; undefined when all of it was taken.
 */
export async function retakeCredit(context: Context, tx: StorageTransaction, order: Order, actor: ActorRecord): Promise<string | undefined> {
  if (order.creditMinor === 0) return undefined
  const credits = [...(await tx.credit.ofOrder({ orderId: order.id }))].sort(byAccount)
  const accounts = await tx.credit.lock({ accountIds: credits.map(({ accountId }) => accountId) })
  for (const { accountId, amountMinor, lastFour } of credits) {
    const account = accounts.find(({ id }) => id === accountId)
    if (account === undefined || spendableMinor(account, tx.now) < amountMinor) return lastFour ?? 'store credit'
  }
  const parts = credits.map((credit) => ({ ...credit, position: null, entry: redemption(context, tx, order, credit, actor) }))
  await redeemAll(tx, order, parts)
  await tx.outbox.append(parts.map(({ accountId: id, kind, entry }) => creditEvent(context, tx.now, { id, kind, currency: order.currency }, entry)))
  return undefined
}

/** What credit pays of a sale, given back or not; none of an order that is not confirmed: there it is not the shop's yet, or no longer. */
export async function standingCredit(
  { credit }: Pick<StorageSnapshot, 'credit'>,
  { id: orderId, status, creditMinor }: Order,
): Promise<readonly OrderCredit[]> {
  return creditMinor > 0 && status === 'confirmed' ? credit.ofOrder({ orderId }) : []
}

/** Locks the accounts that credit of several orders goes back to, for `releaseCredit`. The transaction holds the orders' locks. */
export async function lockCredit(tx: StorageTransaction, orders: readonly Order[]): Promise<void> {
  const paid = orders.filter(({ creditMinor }) => creditMinor > 0)
  const credits = await Promise.all(paid.map(({ id: orderId }) => tx.credit.ofOrder({ orderId })))
  const accountIds = [...new Set(credits.flat().map(({ accountId }) => accountId))]
  if (accountIds.length > 0) await tx.credit.lock({ accountIds })
}

/** Gives all credit back that still stands behind an order, because the order is over. The transaction holds the order's lock. */
export async function releaseCredit(context: Context, tx: StorageTransaction, order: Order, actor: ActorRecord): Promise<void> {
  if (order.creditMinor === 0) return
  const credits = await tx.credit.ofOrder({ orderId: order.id })
  const reference = `release:${order.id}:${order.version}`
  await returnCredit(context, tx, order, creditToReturn(credits, keptCreditMinor(credits)), { change: 'release', reference, actor })
}

/** Refunds an amount of an order's credit to where it came from, what was taken last first. The transaction holds the order's lock. @throws CONFLICT */
export async function refundCredit(
  context: Context,
  tx: StorageTransaction,
  order: Order,
  credits: readonly OrderCredit[],
  refund: { readonly id: OrderRefundId; readonly amountMinor: number; readonly reason: string; readonly actor: ActorRecord },
): Promise<void> {
  const { id: orderRefundId, amountMinor, reason: note, actor } = refund
  const terms = { change: 'refund', reference: `refund:${orderRefundId}`, orderRefundId, note, actor } as const
  await returnCredit(context, tx, order, creditToReturn(credits, amountMinor), terms)
}

/** Puts an amount of a refund into the store credit of the order's customer. @param fromCredits - what of it comes from the order's credit, not from payments @throws CONFLICT */
export async function refundToStoreCredit(
  context: Context,
  tx: StorageTransaction,
  order: Order,
  fromCredits: ReturnType<typeof creditToReturn>,
  refund: { readonly id: OrderRefundId; readonly amountMinor: number; readonly reason: string; readonly actor: ActorRecord },
): Promise<void> {
  if (order.customerId === null || isPseudonym(order.customerId))
    throw new CommerceError('INVALID_INPUT', { details: { issues: [{ path: 'to', message: 'the order has no customer' }] } })
  const account = await storeCreditOf(context, tx, order.customerId, order.currency)
  for (const { credit, amountMinor } of fromCredits) await markReturned(tx, credit, amountMinor)
  const { id: orderRefundId, amountMinor, reason: note, actor } = refund
  await postEntry(context, tx, account, { change: 'refund', amountMinor, orderId: order.id, orderRefundId, reference: `refund:${orderRefundId}`, note, actor })
}

async function returnCredit(
  context: Context,
  tx: StorageTransaction,
  order: Order,
  parts: ReturnType<typeof creditToReturn>,
  terms: {
    readonly change: 'release' | 'refund'
    readonly reference: string
    readonly actor: ActorRecord
    readonly orderRefundId?: OrderRefundId
    readonly note?: string
  },
): Promise<void> {
  for (const { credit, amountMinor } of [...parts].sort((a, b) => byAccount(a.credit, b.credit))) {
    await markReturned(tx, credit, amountMinor)
    const { accountId: id, kind } = credit
    await postEntry(context, tx, { id, kind, currency: order.currency }, { ...terms, amountMinor, orderId: order.id })
  }
}

async function markReturned(tx: StorageTransaction, { orderId, accountId }: OrderCredit, amountMinor: number): Promise<void> {
  if ((await tx.credit.giveBack({ orderId, accountId, amountMinor })) === 'exceeds') throw new CommerceError('CONFLICT', { details: { object: 'credit' } })
}
