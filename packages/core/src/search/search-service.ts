import type * as z from 'zod'
import type { Product } from '../catalog/product.ts'
import type { Context } from '../context.ts'
import type { Topic } from '../events/domain-event.ts'
import type { OutboxCursor } from '../events/outbox-store.ts'
import type { ProductId } from '../ids.ts'
import { parseInput } from '../parse-input.ts'
import type { StorageSnapshot } from '../storage/storage.ts'
import { searchDocument } from './search-document.ts'
import type { SearchAnswer, SearchDocument, SearchIndex, SearchQuery } from './search-index.ts'
import { searchInput } from './search-input.ts'

export interface SearchServiceOptions {
  /** How old what the index knows may be, in milliseconds. With 0 every query sees all that was committed before it, by whatever process. @default 0 */
  readonly refreshMs?: number
}

/** What changes a product's document. */
const topics = ['product.changed', 'stock.availability_changed'] as const satisfies readonly Topic[]

/** Products or events a storage snapshot reads. */
const batchSize = 200

/**
 * Finds products. An index in this process is built when it is first asked, and then follows the outbox with a cursor of its own, so that it sees what any
 * process writes.
 */
export class SearchService {
  readonly #context: Context
  readonly #index: SearchIndex
  readonly #refreshMs: number
  /** How far the index has followed the outbox; undefined until it is built. */
  #cursor: OutboxCursor | undefined
  #refreshedAt = Number.NEGATIVE_INFINITY
  /** Work on the index, one after the other. */
  #queue: Promise<unknown> = Promise.resolve()
  /** A catch-up that has not begun: every query that comes before it does shares it. */
  #pending: Promise<void> | undefined

  constructor(context: Context, index: SearchIndex, { refreshMs = 0 }: SearchServiceOptions = {}) {
    this.#context = context
    this.#index = index
    this.#refreshMs = refreshMs
  }

  /**
   * Products for what a buyer typed, best first. The first query waits until the index is built.
   *
   * @param params.text - up to 200 characters; empty finds nothing.
   * @param params.limit - default 20, at most 100.
   * @param params.offset - default 0, at most 10,000.
   * @returns `total` counts every hit; `elapsedMs` is the whole call.
   */
  async query(params: z.input<typeof searchInput>): Promise<SearchAnswer & { readonly elapsedMs: number }> {
    const startedAt = performance.now()
    const query = parseInput(searchInput, params) as SearchQuery
    if (this.#index.inProcess) await this.#fresh()
    const answer = await this.#index.query(query)
    return { ...answer, elapsedMs: performance.now() - startedAt }
  }

  /** Empties the index and builds it anew; queries wait meanwhile. */
  async reindex(): Promise<{ readonly documents: number; readonly elapsedMs: number }> {
    const startedAt = performance.now()
    const documents = await this.#enqueue(() => this.#build())
    return { documents, elapsedMs: performance.now() - startedAt }
  }

  /** Lets go of the index's memory or connections. */
  async close(): Promise<void> {
    await this.#enqueue(() => this.#index.close())
  }

  /** Resolves once the index knows what was committed before the call, give or take `refreshMs`. */
  async #fresh(): Promise<void> {
    if (performance.now() - this.#refreshedAt < this.#refreshMs) return
    this.#pending ??= this.#enqueue(() => {
      this.#pending = undefined
      return this.#catchUp()
    })
    await this.#pending
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(work)
    this.#queue = run.catch(() => undefined)
    return run
  }

  async #catchUp(): Promise<void> {
    const startedAt = performance.now()
    let more = true
    while (more) more = await this.#followOnce()
    this.#refreshedAt = startedAt
  }

  /** Applies one batch of events, or builds the index if it has none to go on from. @returns true when more may be waiting. */
  async #followOnce(): Promise<boolean> {
    const after = this.#cursor
    if (after === undefined) {
      await this.#build()
      return true
    }
    const batch = await this.#snapshot(async (snapshot) => {
      const head = await snapshot.outbox.head()
      if (head === after) return undefined
      const read = await snapshot.outbox.read({ after, limit: batchSize, topics })
      const more = read.events.length === batchSize
      const ids = await changedProducts(snapshot, read.events)
      return {
        pruned: read.pruned,
        more,
        cursor: more ? read.cursor : head,
        ids,
        documents: await documentsOf(snapshot, await snapshot.catalog.findProducts({ ids })),
      }
    })
    if (batch === undefined) return false
    if (batch.pruned) {
      this.#cursor = undefined
      return true
    }
    await this.#apply(batch.ids, batch.documents)
    this.#cursor = batch.cursor
    return batch.more
  }

  /** @returns how many products the index has. */
  async #build(): Promise<number> {
    this.#cursor = undefined
    // Read before the products: what changes while they are read is followed afterwards, once more if need be.
    const cursor = await this.#snapshot(({ outbox }) => outbox.head())
    await this.#index.clear()
    let count = 0
    let afterId: ProductId | undefined
    do {
      const page = await this.#snapshot(async (snapshot) => {
        const products = await snapshot.catalog.scanProducts({ limit: batchSize, ...(afterId === undefined ? {} : { afterId }) })
        return { lastId: products.at(-1)?.id, documents: await documentsOf(snapshot, products) }
      })
      await this.#index.upsert(page.documents)
      count += page.documents.length
      afterId = page.lastId
    } while (afterId !== undefined)
    this.#cursor = cursor
    return count
  }

  async #apply(ids: readonly ProductId[], documents: readonly SearchDocument[]): Promise<void> {
    const present = new Set(documents.map(({ id }) => id))
    await this.#index.remove(ids.filter((id) => !present.has(id)))
    await this.#index.upsert(documents)
  }

  #snapshot<T>(work: (snapshot: StorageSnapshot) => Promise<T>): Promise<T> {
    return this.#context.storage.snapshot(this.#context.clock.now(), work, { fresh: true })
  }
}

type Events = Awaited<ReturnType<StorageSnapshot['outbox']['read']>>['events']

async function changedProducts(snapshot: StorageSnapshot, events: Events): Promise<readonly ProductId[]> {
  const ids = new Set<ProductId>()
  const skus = new Set<string>()
  for (const event of events) {
    if (event.topic === 'product.changed') ids.add(event.aggregateId as ProductId)
    if (event.topic === 'stock.availability_changed') for (const sku of event.payload.skus) skus.add(sku)
  }
  if (skus.size > 0) for (const { productId } of (await snapshot.catalog.skuOwners({ skus: [...skus] })).values()) ids.add(productId)
  return [...ids]
}

async function documentsOf(snapshot: StorageSnapshot, products: readonly Product[]): Promise<readonly SearchDocument[]> {
  const availability = await snapshot.catalog.availability({ productIds: products.map(({ id }) => id) })
  const byId = new Map(availability.map((entry) => [entry.productId, entry]))
  return products.flatMap((product) => searchDocument(product, byId.get(product.id)) ?? [])
}
