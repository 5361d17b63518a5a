import type {
  Category,
  CategoryId,
  Page,
  Price,
  Product,
  ProductDraft,
  ProductId,
  ProductListQuery,
  Storage,
  UpsertedProduct,
  VariantDraft,
  VariantId,
} from '@cartwright/core/ports'
import { ids } from '../fixtures.ts'
import { at } from '../moments.ts'

/** A price in USD. */
export function usd(amountMinor: number, compareAtMinor: number | null = null): Price {
  return { currency: 'USD', amountMinor, compareAtMinor }
}

/** A variant at 10 USD, in tracked stock. */
export function aVariant(sku: string, overrides: Partial<VariantDraft> = {}): VariantDraft {
  return {
    id: ids.next<VariantId>(),
    sku,
    barcode: null,
    options: {},
    prices: [usd(1000)],
    weightGrams: null,
    stockTracked: true,
    backorder: 'deny',
    ...overrides,
  }
}

let drafts = 0

/** A published product with one variant, named after its handle, unlike every draft before it. */
export function aDraft(handle: string, overrides: Partial<ProductDraft> = {}): ProductDraft {
  drafts += 1
  return {
    id: ids.next<ProductId>(),
    handle,
    title: `Title of ${handle}`,
    description: '',
    vendor: null,
    status: 'published',
    taxCategory: 'standard',
    categories: [],
    attributes: {},
    images: [],
    options: [],
    variants: [aVariant(`SKU-${handle}`)],
    contentHash: `hash ${drafts}`,
    ...overrides,
  }
}

/** Writes products, `atMs` after the start. */
export function upsert(storage: Storage, products: readonly ProductDraft[], atMs = 0): Promise<readonly UpsertedProduct[]> {
  return storage.transaction(at(atMs), (tx) => tx.catalog.upsertProducts(products))
}

export function findByHandle(storage: Storage, handle: string): Promise<Product | undefined> {
  return storage.snapshot(at(0), (snapshot) => snapshot.catalog.findProduct({ handle }), { fresh: true })
}

/** The stored product. @throws when there is none. */
export async function storedProduct(storage: Storage, handle: string): Promise<Product> {
  const product = await findByHandle(storage, handle)
  if (product === undefined) throw new Error(`${handle} was not stored`)
  return product
}

/** Makes categories, each after what is above it. */
export function categories(storage: Storage, ...paths: readonly (readonly string[])[]): Promise<readonly Category[]> {
  return storage.transaction(at(0), (tx) => tx.catalog.ensureCategories(paths.map((path) => ({ id: ids.next<CategoryId>(), path }))))
}

/** One page of published products, newest first, changed by `query`. */
export function listed(storage: Storage, query: Partial<ProductListQuery> = {}): Promise<Page<Product>> {
  return storage.snapshot(at(0), ({ catalog }) => catalog.listProducts({ filter: {}, sort: 'newest', currency: 'USD', limit: 100, ...query }), { fresh: true })
}
