import type * as z from 'zod'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import { makeEvent } from '../events/make-event.ts'
import type { ProductId } from '../ids.ts'
import { parseInput } from '../parse-input.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import type { CatalogCache } from './catalog-cache.ts'
import { getProductInput, listProductsInput, productIdInput, productKeyInput, setPriceInput, upsertManyInput } from './catalog-input.ts'
import type { Page, ProductDraft, ProductFilter, ProductKey, ProductListQuery, UpsertedProduct } from './catalog-store.ts'
import { CatalogViews, type View } from './catalog-views.ts'
import { withoutBadBundles } from './import-bundles.ts'
import { draftOf, namedCategories, withoutRepeatedHandles, withoutTakenSkus } from './import-plan.ts'
import { type ImportRejection, type ReadProduct, readRecord } from './import-record.ts'
import { importStock } from './import-stock.ts'
import { loadProducts } from './load-products.ts'
import type { Category, Product, ProductStatus } from './product.ts'
import type { AvailabilityView } from './product-availability.ts'

/** What became of one record of an import. */
export type ImportResult =
  | {
      readonly index: number
      readonly handle: string
      readonly outcome: UpsertedProduct['outcome']
      readonly productId: ProductId
      /** How many of its variants were read; rejected ones are not counted. */
      readonly variants: number
    }
  | { readonly index: number; readonly outcome: 'rejected' }

export interface ImportReport {
  /** One a record, in the order given. */
  readonly results: readonly ImportResult[]
  readonly rejected: readonly ImportRejection[]
}

/** Products, their variants, prices and categories. */
export class CatalogService {
  readonly #context: Context
  readonly #cache: CatalogCache | undefined
  readonly #views: CatalogViews

  constructor(context: Context, cache?: CatalogCache) {
    this.#context = context
    this.#cache = cache
    this.#views = new CatalogViews(context, cache)
  }

  /**
   * Creates, replaces or leaves products by handle, all in one transaction. What a record does not say is removed from its product: variants it no longer
   * names are archived. A record equal to the last one imported writes nothing, unless the product was changed otherwise since. Calls in which every
   * product is new go by the storage's bulk verb, and are several times as fast.
   *
   * A variant with `components` is a bundle; its components must be in the shop or in the same call, and no bundles themselves.
   * `availableFrom` makes a variant a preorder, `restockDate` says when more units are expected: days such as `2026-12-01`, in UTC.
   *
   * A bad variant rejects that variant (what is stored of it stays), a bad product field the record; both are reported, never thrown.
   *
   * @param products - import records, 1,000 at most.
   * @throws INVALID_INPUT only when `products` itself is no list or too long.
   */
  async upsertMany(params: { readonly products: readonly unknown[] }): Promise<ImportReport> {
    const { products } = parseInput(upsertManyInput, params)
    const records = products.map((product, index) => readRecord(index, product))
    const read = withoutRepeatedHandles(records.flatMap(({ product }) => product ?? []))
    const malformed = [...records.flatMap(({ rejected }) => rejected), ...read.rejected]
    const { upserted, rejected } = await this.#context.storage.transaction(this.#context.clock.now(), (tx) => this.#import(tx, read.products))
    await this.#cache?.forget([...upserted.values()].flatMap((result) => (result.outcome === 'updated' || result.outcome === 'created' ? [result.handle] : [])))
    const results = products.map((_, index): ImportResult => upserted.get(index) ?? { index, outcome: 'rejected' })
    return { results, rejected: [...malformed, ...rejected].sort((a, b) => a.index - b.index || (a.variant ?? -1) - (b.variant ?? -1)) }
  }

  async #import(
    tx: StorageTransaction,
    read: readonly ReadProduct[],
  ): Promise<{ upserted: ReadonlyMap<number, ImportResult>; rejected: readonly ImportRejection[] }> {
    const skus = read.flatMap(({ variants }) => variants.map(({ record }) => record.sku))
    const owners = skus.length === 0 ? new Map() : await tx.catalog.skuOwners({ skus })
    const free = withoutTakenSkus(read, owners)
    const { products, rejected: badBundles } = await withoutBadBundles(tx.catalog, free.products, this.#context.currency)
    const rejected = [...free.rejected, ...badBundles]
    if (products.length === 0) return { upserted: new Map(), rejected }
    const { ids } = this.#context
    const named = namedCategories(products, ids)
    const stored = named.length === 0 ? [] : await tx.catalog.ensureCategories(named)
    const categories = new Map(stored.map((category) => [JSON.stringify(category.path), category]))
    const drafts = products.map((product) => draftOf(product, categories, ids))
    // The bulk verb knows of no bundles.
    const loaded = owners.size === 0 && !drafts.some(hasBundle) ? await loadProducts(this.#context, tx, products, drafts) : undefined
    const { upserted, unset } = loaded === undefined ? await this.#upsert(tx, products, drafts) : { upserted: loaded, unset: [] }
    const results = products.map(({ index, variants }, place) => [index, { index, variants: variants.length, ...resultOf(upserted[place]) }] as const)
    return { upserted: new Map(results), rejected: [...rejected, ...unset] }
  }

  /** Writes products of which some may exist, and the stock they declare. */
  async #upsert(tx: StorageTransaction, products: readonly ReadProduct[], drafts: readonly ProductDraft[]) {
    const upserted = await tx.catalog.upsertProducts(drafts)
    const changed = upserted.flatMap(({ outcome, ...rest }) => (outcome === 'unchanged' ? [] : [{ outcome, ...rest }]))
    const events = changed.map(({ outcome, ...product }) => this.#changed(tx, product, product.handle, outcome))
    if (events.length > 0) await tx.outbox.append(events)
    return { upserted, unset: await importStock(this.#context, tx, products) }
  }

  /**
   * One product as buyers see it: published, without its archived variants.
   *
   * @param params - one of `id`, `handle`, `sku`; with `includeHidden`, drafts, archived products and archived variants too.
   * @throws NOT_FOUND
   */
  async get(params: ProductKey & { readonly includeHidden?: boolean }): Promise<View<Product>> {
    const { includeHidden, ...rest } = parseInput(getProductInput, params)
    const key = rest as ProductKey
    const product = includeHidden
      ? await this.#context.storage.snapshot(this.#context.clock.now(), (snapshot) => snapshot.catalog.findProduct(key))
      : await this.#views.product(key)
    if (product === undefined) throw notFound()
    return product
  }

  /**
   * Whether the variants of a published product can be bought, in bands: in stock, low, out. For show; a cart and a checkout look at the stock itself.
   *
   * @param params - one of `id`, `handle`, `sku`.
   * @throws NOT_FOUND
   */
  async availability(params: ProductKey): Promise<View<AvailabilityView>> {
    const availability = await this.#views.availability(parseInput(productKeyInput, params) as ProductKey)
    if (availability === undefined) throw notFound()
    return availability
  }

  /**
   * One page of products, in a stable order. Archived variants are left out unless `filter.status` is given.
   *
   * @param params.sort - default `newest`; `rating` puts products without one last.
   * @param params.limit - default 20, at most 100.
   * @param params.currency - of price sorts; default the shop's.
   * @throws INVALID_INPUT, also for an `after` that is no cursor of this sort
   */
  async list(params: z.input<typeof listProductsInput> = {}): Promise<View<Page<Product>>> {
    const { filter, after, ...rest } = parseInput(listProductsInput, params)
    const query = {
      ...rest,
      filter: filter as ProductFilter,
      currency: rest.currency ?? this.#context.currency,
      ...(after === undefined ? {} : { after }),
    } satisfies ProductListQuery
    if (filter.status === undefined) return this.#views.page(query)
    return this.#context.storage.snapshot(this.#context.clock.now(), (snapshot) => snapshot.catalog.listProducts(query))
  }

  /** Puts a product on sale. Does nothing to one that already is. @throws NOT_FOUND */
  async publish(params: { readonly productId: ProductId }): Promise<Product> {
    return this.#setStatus(params, 'published')
  }

  /** Takes a product off sale for good; orders keep their references. Does nothing to one that already is. @throws NOT_FOUND */
  async archive(params: { readonly productId: ProductId }): Promise<Product> {
    return this.#setStatus(params, 'archived')
  }

  async #setStatus(params: { readonly productId: ProductId }, status: ProductStatus): Promise<Product> {
    const { productId } = parseInput(productIdInput, params) as { productId: ProductId }
    return this.#changing(async (tx) => {
      const before = await this.#existing(tx, productId)
      if (before.status === status) return before
      const version = await tx.catalog.setStatus({ productId, status })
      if (version === undefined) throw notFound()
      await tx.outbox.append([this.#changed(tx, { productId, version }, before.handle, 'status')])
      return this.#existing(tx, productId)
    })
  }

  /**
   * Sets a variant's price in one currency. Quotes made before keep theirs; carts report the change.
   *
   * @throws NOT_FOUND when no variant has this SKU
   */
  async setPrice(params: z.input<typeof setPriceInput>): Promise<Product> {
    const { sku, price } = parseInput(setPriceInput, params)
    return this.#changing(async (tx) => {
      const changed = await tx.catalog.setPrice({ sku, price: { ...price, compareAtMinor: price.compareAtMinor ?? null } })
      if (changed === undefined) throw notFound()
      const product = await this.#existing(tx, changed.productId)
      await tx.outbox.append([this.#changed(tx, changed, product.handle, 'price')])
      return product
    })
  }

  /** Every category in path order, with the number of published products in it or below it. */
  async listCategories(): Promise<readonly (Category & { readonly productCount: number })[]> {
    return this.#context.storage.snapshot(this.#context.clock.now(), (snapshot) => snapshot.catalog.listCategories())
  }

  /** Runs a change of one product, which the cache forgets once it is committed. */
  async #changing(work: (tx: StorageTransaction) => Promise<Product>): Promise<Product> {
    const product = await this.#context.storage.transaction(this.#context.clock.now(), work)
    await this.#cache?.forget([product.handle])
    return product
  }

  async #existing(tx: StorageTransaction, productId: ProductId): Promise<Product> {
    const product = await tx.catalog.findProduct({ id: productId })
    if (product === undefined) throw notFound()
    return product
  }

  #changed(
    tx: StorageTransaction,
    { productId, version }: { productId: ProductId; version: number },
    handle: string,
    change: 'created' | 'updated' | 'status' | 'price',
  ) {
    return makeEvent(
      this.#context,
      tx.now,
      'product.changed',
      { aggregateType: 'product', aggregateId: productId, aggregateVersion: version },
      { handle, change },
    )
  }
}

function hasBundle({ variants }: ProductDraft): boolean {
  return variants.some(({ components }) => components !== undefined)
}

function resultOf(upserted: UpsertedProduct | undefined) {
  if (upserted === undefined) throw new Error('The storage answered for fewer products than it was given')
  return { handle: upserted.handle, outcome: upserted.outcome, productId: upserted.productId }
}

function notFound(): CommerceError {
  return new CommerceError('NOT_FOUND', { details: { object: 'product' } })
}
