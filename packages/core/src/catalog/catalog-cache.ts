import type { Context } from '../context.ts'
import type { DomainEvent } from '../events/domain-event.ts'
import type { ProductId } from '../ids.ts'
import { fraction } from '../ids.ts'
import type { Invalidation } from '../runtime/cache.ts'
import { type Cached, type CachedKind, keyOf, LevelledCache } from '../runtime/levelled-cache.ts'
import { type Loaded, SharedCache } from '../runtime/shared-cache.ts'
import { countCacheLookup } from '../runtime/telemetry.ts'
import type { StorageSnapshot } from '../storage/storage.ts'
import type { ParsedCacheOptions } from './catalog-cache-options.ts'
import type { Page, ProductKey, ProductListQuery } from './catalog-store.ts'
import { CatalogueFollower } from './catalogue-follower.ts'
import type { Product } from './product.ts'
import type { AvailabilityView } from './product-availability.ts'

const products: CachedKind<Product> = { name: 'product', revive: (value) => withDates(value as Product) }
const availability: CachedKind<AvailabilityView> = { name: 'availability', revive: (value) => value as AvailabilityView }
/** Which handle has an id or a SKU: never another one, so nothing invalidates it. */
const handles: CachedKind<string> = { name: 'handle', revive: String }
/** In this process only: there are many, and one change of the catalogue outdates them all. */
const pages: CachedKind<Page<Product>> = { name: 'page' }

/** How long a caller waits for the database when there is something old to answer. */
const patienceMs = 250

type Load<T> = () => Promise<Loaded<T> | undefined>

/**
 * What buyers have looked at lately, in this process and in the level it shares with others. Follows the outbox, so that a change by any process is known within
 * the lag, and one whose event is lost within the time to live.
 */
export class CatalogCache {
  readonly #follower: CatalogueFollower
  readonly #views: LevelledCache
  readonly #pages: LevelledCache
  readonly #shared: SharedCache | undefined
  readonly #newMark: () => string

  constructor(context: Context, options: ParsedCacheOptions) {
    const { timers } = context
    const { maxEntries, maxPages, ttlMs, staleMs, maxLagMs, shared, sharedTtlMs } = options
    this.#newMark = () => context.ids.next<string>()
    const draw = () => fraction(context.random)
    const shopTimeMs = () => this.#follower.shopTimeMs()
    const onFailure = (call: string, error: unknown) => {
      countCacheLookup('any', 'shared', 'error')
      context.logger.warn({ call, error }, 'the shared cache failed; the database answers')
    }
    this.#shared =
      shared === undefined ? undefined : new SharedCache({ level: shared, timers, ttlMs: sharedTtlMs, newToken: this.#newMark, shopTimeMs, draw, onFailure })
    const common = { ttlMs, staleMs, patienceMs, timers, shopTimeMs, draw }
    this.#views = new LevelledCache({ ...common, maxEntries, shared: this.#shared })
    this.#pages = new LevelledCache({ ...common, maxEntries: maxPages, shared: undefined })
    this.#follower = new CatalogueFollower(context, {
      timers,
      maxLagMs,
      patienceMs,
      apply: async (snapshot, events) => {
        const invalidations = await invalidationsOf(snapshot, events)
        return () => this.#invalidate(invalidations)
      },
      startOver: () => this.#startOver(),
      caughtUp: async (cursor, moved) => this.#shared?.follow(cursor, moved, (from) => this.#follower.catchUp(from)),
    })
  }

  product(handle: string, load: Load<Product>): Promise<Cached<Product> | undefined> {
    return this.#get(this.#views, products, handle, load)
  }

  availability(handle: string, load: Load<AvailabilityView>): Promise<Cached<AvailabilityView> | undefined> {
    return this.#get(this.#views, availability, handle, load)
  }

  /** The handle of the product that has an id or a SKU. */
  async handle(key: Exclude<ProductKey, { readonly handle: string }>, load: Load<string>): Promise<string | undefined> {
    const id = 'id' in key ? `id:${key.id}` : `sku:${key.sku}`
    return (await this.#get(this.#views, handles, id, load))?.value
  }

  /** A page of a listing that does not depend on stock. */
  async page(query: ProductListQuery, load: Load<Page<Product>>): Promise<Cached<Page<Product>>> {
    const page = await this.#get(this.#pages, pages, JSON.stringify(query), load)
    if (page === undefined) throw new Error('a listing has at least an empty page')
    return page
  }

  /** After this process has changed products: whoever asks next sees it, without waiting for the event. */
  async forget(changed: readonly string[]): Promise<void> {
    const mark = this.#newMark()
    await this.#invalidate({ keys: changed.flatMap((handle) => productKeys(handle, mark)), catalogue: changed.length > 0 })
  }

  async close(): Promise<void> {
    await this.#follower.close()
    await Promise.all([this.#views.close(), this.#pages.close()])
    await this.#shared?.close()
  }

  #get<T>(cache: LevelledCache, kind: CachedKind<T>, id: string, load: Load<T>): Promise<Cached<T> | undefined> {
    const checked = this.#follower.check()
    if (checked === true) return cache.get(kind, id, load, true)
    return checked.then((known) => cache.get(kind, id, load, known))
  }

  /** The shared level first: what is read from it until then is outdated afterwards, with all that this process has. */
  async #invalidate({ keys, catalogue }: Changed): Promise<void> {
    await this.#shared?.invalidate(keys)
    this.#views.invalidate(keys.map(({ key }) => key))
    if (catalogue) this.#pages.invalidateAll()
  }

  #startOver(): void {
    this.#shared?.leave()
    this.#views.invalidateAll()
    this.#pages.invalidateAll()
  }
}

interface Changed {
  readonly keys: readonly Invalidation[]
  /** Whether products themselves have changed, not only their stock. */
  readonly catalogue: boolean
}

async function invalidationsOf(snapshot: StorageSnapshot, events: readonly DomainEvent[]): Promise<Changed> {
  const marks = new Map<string, string>()
  const skus = new Map<string, string>()
  const changed = new Map<ProductId, string>()
  let catalogue = false
  for (const event of events) {
    if (event.topic === 'product.changed') {
      catalogue = true
      changed.set(event.aggregateId as ProductId, event.id)
      for (const { key, mark } of productKeys(event.payload.handle, event.id)) marks.set(key, mark)
    }
    if (event.topic === 'stock.availability_changed') for (const sku of event.payload.skus) skus.set(sku, event.id)
  }
  const owners = skus.size === 0 ? new Map() : await snapshot.catalog.skuOwners({ skus: [...skus.keys()] })
  for (const [sku, mark] of skus) {
    const handle = owners.get(sku)?.handle
    if (handle !== undefined) marks.set(keyOf(availability, handle), mark)
  }
  for (const { handle, component, componentProductId } of await bundlesOf(snapshot, skus, changed)) {
    const mark = skus.get(component) ?? changed.get(componentProductId)
    const key = keyOf(availability, handle)
    if (mark !== undefined && !marks.has(key)) marks.set(key, mark)
  }
  return { keys: [...marks].map(([key, mark]) => ({ key, mark })), catalogue }
}

/** A bundle can be bought as long as its components can. */
function bundlesOf({ catalog }: StorageSnapshot, skus: ReadonlyMap<string, string>, products: ReadonlyMap<ProductId, string>) {
  return skus.size + products.size === 0 ? [] : catalog.bundlesWith({ skus: [...skus.keys()], productIds: [...products.keys()] })
}

/** A product's variants decide what there is to know of its stock, so both go. */
function productKeys(handle: string, mark: string): readonly Invalidation[] {
  return [products, availability].map((kind) => ({ key: keyOf(kind, handle), mark }))
}

function withDates(product: Product): Product {
  return { ...product, createdAt: new Date(product.createdAt), updatedAt: new Date(product.updatedAt) }
}
