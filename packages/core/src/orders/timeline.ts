import type { Fulfilment, OrderChange, OrderHistoryEntry } from './order.ts'

/** One thing that happened to an order, in words for its buyer. */
export interface TimelineEntry {
  readonly at: Date
  readonly type: OrderChange
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
}

/** An order's story for its buyer, oldest first. */
export function timeline(history: readonly OrderHistoryEntry[], fulfilments: readonly Fulfilment[]): readonly TimelineEntry[] {
  const parcels = new Map(fulfilments.map((fulfilment) => [fulfilment.id, fulfilment]))
  return history.flatMap((entry): TimelineEntry[] => {
    const text = texts[entry.change]
    if (text === null) return []
    const { carrier = null, trackingNumber = null, trackingUrl = null } = (entry.fulfilmentId === null ? undefined : parcels.get(entry.fulfilmentId)) ?? {}
    return [{ at: entry.at, type: entry.change, text, carrier, trackingNumber, trackingUrl }]
  })
}
