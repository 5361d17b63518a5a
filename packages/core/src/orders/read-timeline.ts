import type { OrderId } from '../ids.ts'
import type { StorageSnapshot } from '../storage/storage.ts'
import { type TimelineEntry, timeline } from './timeline.ts'

/** Reads an order's story for its buyer, oldest first. */
export async function readTimeline({ orders, credit }: Pick<StorageSnapshot, 'orders' | 'credit'>, orderId: OrderId): Promise<readonly TimelineEntry[]> {
  const [history, fulfilments, credits, movements] = await Promise.all([
    orders.history({ orderId }),
    orders.fulfilments({ orderId }),
    credit.ofOrder({ orderId }),
    credit.entriesOfOrder({ orderId }),
  ])
  return timeline(history, fulfilments, { credits, movements })
}
