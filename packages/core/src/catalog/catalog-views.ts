import type { Context } from '../context.ts'
import { type Cached, isOutage } from '../runtime/levelled-cache.ts'
import type { Loaded } from '../runtime/shared-cache.ts'
import type { StorageSnapshot } from '../storage/storage.ts'
import type { CatalogCache } from './catalog-cache.ts'
import type { Page, ProductKey, ProductListQuery } from './catalog-store.ts'
import type { Product } from './product.ts'
import { type AvailabilityView, availableGoods, productAvailability } from './product-availability.ts'

/** An answer that a cache may have given: `stale` when the database could not be asked whether it still holds. */
export type View<T> = T & { readonly stale?: true }

type Read<T> = (snapshot: StorageSnapshot) => Promise<T | undefined>

/** The catalogue as buyers see it: by way of the cache, where there is one. */
export class CatalogViews {
  readonly #context: Context
  readonly #cache: CatalogCache | undefined

  constructor(context: Context, cache: CatalogCache | undefined) {
    this.#context = context
    this.#cache = cache
  }

  /** A published product without its archived variants; undefined also for the SKU of one of those. */
  async product(key: ProductKey): Promise<View<Product> | undefined> {
    const cached = await this.#ofProduct(key, (cache, handle) =>
      cache.product(
        handle,
        this.#load((snapshot) => shown(snapshot, { handle })),
      ),
    )
    if (cached === undefined) return this.#read((snapshot) => shown(snapshot, key))
    if (cached === 'nothing' || !isNamed(cached.value, key)) return undefined
    return view(withOwnDates(cached.value), cached.stale)
  }

  /** What there is of the variants of such a product. */
  async availability(key: ProductKey): Promise<View<AvailabilityView> | undefined> {
    const read = async (snapshot: StorageSnapshot, wanted: ProductKey) => {
      const product = await shown(snapshot, wanted)
      if (product === undefined) return undefined
      const { currency, lowStockUnits } = this.#context
      return productAvailability(product, await availableGoods(snapshot, product, currency), lowStockUnits)
    }
    const cached = await this.#ofProduct(key, (cache, handle) =>
      cache.availability(
        handle,
        this.#load((snapshot) => read(snapshot, { handle })),
      ),
    )
    if (cached === undefined) return this.#read((snapshot) => read(snapshot, key))
    if (cached === 'nothing' || !isNamed(cached.value, key)) return undefined
    return view(cached.value, cached.stale)
  }

  /** A page of published products without their archived variants. */
  async page(query: ProductListQuery): Promise<View<Page<Product>>> {
    const read = async (snapshot: StorageSnapshot): Promise<Page<Product>> => {
      const page = await snapshot.catalog.listProducts(query)
      return { ...page, items: page.items.map(buyersView) }
    }
    const cache = query.filter.inStock === undefined ? this.#cache : undefined
    const cached = await cache?.page(query, this.#load(read)).catch(uncached)
    if (cached === undefined) return this.#read(read)
    return view({ ...cached.value, items: cached.value.items.map(withOwnDates) }, cached.stale)
  }

  /** @returns `nothing` when the cache knows of no such product; undefined when it cannot be used */
  async #ofProduct<T>(
    key: ProductKey,
    get: (cache: CatalogCache, handle: string) => Promise<Cached<T> | undefined>,
  ): Promise<Cached<T> | 'nothing' | undefined> {
    const cache = this.#cache
    if (cache === undefined) return undefined
    try {
      const handle = 'handle' in key ? key.handle : await this.#handle(cache, key)
      return (handle === undefined ? undefined : await get(cache, handle)) ?? 'nothing'
    } catch (error) {
      return uncached(error)
    }
  }

  #handle(cache: CatalogCache, key: Exclude<ProductKey, { readonly handle: string }>): Promise<string | undefined> {
    return cache.handle(
      key,
      this.#load(async (snapshot) => (await snapshot.catalog.findProduct(key))?.handle),
    )
  }

  /** For keeping: never from a replica, which may be behind the very change that emptied the cache. */
  #load<T>(read: Read<T>): () => Promise<Loaded<T> | undefined> {
    return () =>
      this.#read(
        async (snapshot) => {
          const value = await read(snapshot)
          return value === undefined ? undefined : { value, readAtMs: snapshot.now.getTime() }
        },
        { fresh: true },
      )
  }

  #read<T>(read: (snapshot: StorageSnapshot) => Promise<T>, options?: { readonly fresh: true }): Promise<T> {
    return this.#context.storage.snapshot(this.#context.clock.now(), read, options)
  }
}

/** While the primary is away and nothing is cached, what a shop without a cache would do: ask whoever answers. */
function uncached(error: unknown): undefined {
  if (!isOutage(error)) throw error
}

async function shown({ catalog }: StorageSnapshot, key: ProductKey): Promise<Product | undefined> {
  const product = await catalog.findProduct(key)
  if (product?.status !== 'published') return undefined
  const visible = buyersView(product)
  return isNamed(visible, key) ? visible : undefined
}

function buyersView(product: Product): Product {
  return { ...product, variants: product.variants.filter(({ status }) => status === 'active') }
}

/** Whether it is by a variant that is still there, when it is by one. */
function isNamed({ variants }: { readonly variants: readonly { readonly sku: string }[] }, key: ProductKey): boolean {
  return !('sku' in key) || variants.some(({ sku }) => sku === key.sku)
}

/** Dates can be moved by whoever gets them, even in a frozen object: each caller has its own. */
function withOwnDates(product: Product): Product {
  return Object.freeze({ ...product, createdAt: new Date(product.createdAt), updatedAt: new Date(product.updatedAt) })
}

function view<T extends object>(value: T, stale: boolean): View<T> {
  return stale ? Object.freeze({ ...value, stale: true as const }) : value
}
