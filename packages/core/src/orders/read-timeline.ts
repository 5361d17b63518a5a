import type { OrderId } from '../ids.ts'
import type { StorageSnapshot } from '../storage/storage.ts'
import { type TimelineEntry, timeline } from './timeline.ts'

/** Reads an order's story for its buyer, oldest first. */
export async function readTimeline({ orders, credit }: Pick<StorageSnapshot, 'orders' | 'credit'>, orderId: OrderId): Promise<readonly TimelineEntry[]> {
  const [history, fulfilments, credits, movements, additions] = await Promise.all([
    orders.history({ orderId }),
    orders.fulfilments({ orderId }),
    credit.ofOrder({ orderId }),
    credit.entriesOfOrder({ orderId }),
    orders.additions({ orderIds: [orderId] }),
  ])
  const added = await Promise.all(additions.map(({ id }) => orders.history({ orderId: id })))
  return timeline(history, fulfilments, { credits, movements }, added.flat())
}
