import type { CreditEntry, OrderCredit } from '../credit/credit.ts'
import type { Fulfilment, OrderChange, OrderHistoryEntry } from './order.ts'

/** One thing that happened to an order, in words for its buyer. */
export interface TimelineEntry {
  readonly at: Date
  readonly type: OrderChange | 'credit_taken' | 'credit_returned'
  readonly text: string
  readonly carrier: string | null
  readonly trackingNumber: string | null
  readonly trackingUrl: string | null
}

/** What buyers are told of each change; null for what is none of their business. */
const texts: Readonly<Record<OrderChange, string | null>> = {
  placed: 'We have received your order.',
  payment_updated: null,
  confirmed: 'Your order is confirmed.',
  cancelled: 'Your order was cancelled.',
  expired: 'Your order expired before it was paid.',
  revived: 'Your payment arrived and your order is confirmed.',
  hold_extended: null,
  shipped: 'A parcel is on its way.',
  delivered: 'A parcel was delivered.',
  refund_queued: 'We have started a refund.',
  refunded: 'Your refund is on its way.',
  disputed: null,
  return_requested: 'You asked to send something back.',
  return_approved: 'You can send your return.',
  return_rejected: 'We could not accept your return.',
  return_received: 'Your return has arrived.',
  return_cancelled: 'The return was called off.',
  edited: 'Your order was changed.',
  // Told once it is paid, by the addition's own steps.
  added_to: null,
}

const untracked = { carrier: null, trackingNumber: null, trackingUrl: null } as const

/** What credit an order has, and every movement of credit that it has caused, oldest first. */
export interface CreditStory {
  readonly credits: readonly OrderCredit[]
  readonly movements: readonly CreditEntry[]
}

/**
 * An order's story for its buyer, oldest first; what moved with a step is told after it.
 *
 * @param additions - the steps of what was added to the order: it counts as added once it is paid
 */
export function timeline(
  history: readonly OrderHistoryEntry[],
  fulfilments: readonly Fulfilment[],
  credit: CreditStory,
  additions: readonly OrderHistoryEntry[] = [],
): readonly TimelineEntry[] {
  const added = additions
    .filter(({ change }) => change === 'confirmed')
    .map(({ at }): TimelineEntry => ({ at, type: 'added_to', text: 'Something was added to your order.', ...untracked }))
  const entries = [...stepsOf(history, fulfilments), ...movementsOf(credit), ...added]
  return entries.sort((a, b) => a.at.getTime() - b.at.getTime())
}

function movementsOf({ credits, movements }: CreditStory): readonly TimelineEntry[] {
  return movements.map(({ accountId, amountMinor, at }): TimelineEntry => {
    const card = credits.find((known) => known.accountId === accountId)?.lastFour
    const name = card === undefined || card === null ? 'your store credit' : `the gift card ending in ${card}`
    const taken = amountMinor < 0
    const text = taken ? `A part was paid with ${name}.` : `Money went back to ${name}.`
    return { at, type: taken ? 'credit_taken' : 'credit_returned', text, ...untracked }
  })
}

function stepsOf(history: readonly OrderHistoryEntry[], fulfilments: readonly Fulfilment[]): readonly TimelineEntry[] {
  const parcels = new Map(fulfilments.map((fulfilment) => [fulfilment.id, fulfilment]))
  return history.flatMap((entry): TimelineEntry[] => {
    const text = texts[entry.change]
    if (text === null) return []
    const { carrier = null, trackingNumber = null, trackingUrl = null } = (entry.fulfilmentId === null ? undefined : parcels.get(entry.fulfilmentId)) ?? {}
    return [{ at: entry.at, type: entry.change, text, carrier, trackingNumber, trackingUrl }]
  })
}
