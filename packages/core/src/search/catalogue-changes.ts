import { readCatalogueEvents } from '../catalog/catalogue-events.ts'
import type { Product } from '../catalog/product.ts'
import type { Context } from '../context.ts'
import type { DomainEvent } from '../events/domain-event.ts'
import type { OutboxCursor } from '../events/outbox-store.ts'
import type { ProductId } from '../ids.ts'
import type { StorageSnapshot } from '../storage/storage.ts'
import { searchDocument } from './search-document.ts'
import type { SearchDocument, SearchIndex, SearchWrite } from './search-index.ts'

/** Products that a storage snapshot reads. */
const batchSize = 200

/** What the events of one batch come to, as of the moment they were read. */
export interface CatalogueChanges {
  /** True when events were pruned before they were read: only a build of the whole index makes up for them. */
  readonly pruned: boolean
  /** True when more events may be waiting. */
  readonly more: boolean
  /** After the batch. */
  readonly cursor: OutboxCursor
  /** Every product that changed. */
  readonly ids: readonly ProductId[]
  /** Those of them that buyers may find, as they are now. */
  readonly documents: readonly SearchDocument[]
}

/** The changes that follow `after`; undefined when there is no event. */
export function readChanges(context: Context, after: OutboxCursor): Promise<CatalogueChanges | undefined> {
  return inSnapshot(context, async (snapshot) => {
    const batch = await readCatalogueEvents(snapshot, after)
    if (batch === undefined) return undefined
    const { events, ...place } = batch
    const ids = await changedProducts(snapshot, events)
    return { ...place, ids, documents: await documentsOf(snapshot, await snapshot.catalog.findProducts({ ids })) }
  })
}

/** Brings an index to what {@link readChanges} found. */
export async function applyChanges(index: Pick<SearchIndex, 'upsert' | 'remove'>, { ids, documents }: CatalogueChanges, write?: SearchWrite): Promise<void> {
  const present = new Set(documents.map(({ id }) => id))
  const gone = ids.filter((id) => !present.has(id))
  if (gone.length > 0) await index.remove(gone, write)
  if (documents.length > 0) await index.upsert(documents, write)
}

/** Where the outbox ends now. */
export function readHead(context: Context): Promise<OutboxCursor> {
  return inSnapshot(context, ({ outbox }) => outbox.head())
}

/** All documents of the catalogue, page by page. Each page is read in a snapshot of its own: what changes meanwhile is for {@link readChanges}. */
export async function* everyDocument(context: Context): AsyncGenerator<readonly SearchDocument[]> {
  let afterId: ProductId | undefined
  do {
    const page = await inSnapshot(context, async (snapshot) => {
      const products = await snapshot.catalog.scanProducts({ limit: batchSize, ...(afterId === undefined ? {} : { afterId }) })
      return { lastId: products.at(-1)?.id, documents: await documentsOf(snapshot, products) }
    })
    yield page.documents
    afterId = page.lastId
  } while (afterId !== undefined)
}

async function changedProducts(snapshot: StorageSnapshot, events: readonly DomainEvent[]): Promise<readonly ProductId[]> {
  const ids = new Set<ProductId>()
  const skus = new Set<string>()
  for (const event of events) {
    if (event.topic === 'product.changed') ids.add(event.aggregateId as ProductId)
    if (event.topic === 'stock.availability_changed') for (const sku of event.payload.skus) skus.add(sku)
  }
  const changed = [...ids]
  if (skus.size > 0) for (const { productId } of (await snapshot.catalog.skuOwners({ skus: [...skus] })).values()) ids.add(productId)
  if (skus.size + changed.length > 0)
    for (const { productId } of await snapshot.catalog.bundlesWith({ skus: [...skus], productIds: changed })) ids.add(productId)
  return [...ids]
}

/** What buyers may find of these products, in their order. */
export async function documentsOf(snapshot: StorageSnapshot, products: readonly Product[]): Promise<readonly SearchDocument[]> {
  const availability = await snapshot.catalog.availability({ productIds: products.map(({ id }) => id) })
  const byId = new Map(availability.map((entry) => [entry.productId, entry]))
  return products.flatMap((product) => searchDocument(product, byId.get(product.id)) ?? [])
}

function inSnapshot<T>(context: Context, work: (snapshot: StorageSnapshot) => Promise<T>): Promise<T> {
  return context.storage.snapshot(context.clock.now(), work, { fresh: true })
}
