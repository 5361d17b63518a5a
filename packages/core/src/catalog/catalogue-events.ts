import type { DomainEvent, Topic } from '../events/domain-event.ts'
import type { OutboxCursor } from '../events/outbox-store.ts'
import type { StorageSnapshot } from '../storage/storage.ts'

/** What changes how a product is shown. */
const topics = ['product.changed', 'stock.availability_changed'] as const satisfies readonly Topic[]

/** Events that one snapshot reads. */
const batchSize = 200

/** Events that whoever keeps a copy of the catalogue must know of. */
export interface CatalogueEvents {
  readonly events: readonly DomainEvent[]
  /** After them. */
  readonly cursor: OutboxCursor
  /** True when more events may be waiting. */
  readonly more: boolean
  /** True when events were pruned before they were read: only starting over makes up for them. */
  readonly pruned: boolean
}

/** The events that follow `after`; undefined when there is none of any topic. */
export async function readCatalogueEvents(snapshot: Pick<StorageSnapshot, 'outbox'>, after: OutboxCursor): Promise<CatalogueEvents | undefined> {
  const head = await snapshot.outbox.head()
  if (head === after) return undefined
  const { events, cursor, pruned } = await snapshot.outbox.read({ after, limit: batchSize, topics })
  const more = events.length === batchSize
  return { events, cursor: more ? cursor : head, more, pruned }
}
