import type { CustomerId, ProductId } from '../ids.ts'
import type { Currency } from '../money/money.ts'
import type { SearchFilter, SearchSort } from '../search/search-query.ts'
import type { AttributeValue, Category, Price, Product, ProductStatus, Sellable, Variant } from './product.ts'

export type ProductKey = { readonly id: ProductId } | { readonly handle: string } | { readonly sku: string }

export type ProductSort = 'newest' | 'title' | 'price_asc' | 'price_desc' | 'rating'

export interface ProductFilter {
  /** Default: published only. */
  readonly status?: ProductStatus | 'any'
  /** Products in this category or below it. */
  readonly category?: readonly string[]
  /** Products with an active variant priced in this range, both ends included, in minor units. */
  readonly price?: { readonly currency: Currency; readonly minMinor?: number; readonly maxMinor?: number }
  /** Every named attribute must equal its value. */
  readonly attributes?: Readonly<Record<string, AttributeValue>>
  /** Only products with a variant that can be bought now. */
  readonly inStock?: boolean
}

export interface ProductListQuery {
  readonly filter: ProductFilter
  /** Price sorts use the lowest price in `currency`; products without one are left out. */
  readonly sort: ProductSort
  readonly currency: Currency
  /** 1 to 100. */
  readonly limit: number
  /** `next` of the page before. */
  readonly after?: string
}

/** What buyers look for while no search index answers. */
export interface ProductMatchQuery {
  /** Each must occur in the title or the name of the vendor, be it in the middle of a word; whatever its capitals, beyond ASCII as far as the engine knows them. Without any, every product matches. */
  readonly words: readonly string[]
  /** A product with an active variant of one of these matches, too, whatever the words, and comes first by `relevance`. */
  readonly skus: readonly string[]
  /** As a search index heeds it: an option of a variant counts like an attribute, and the type of a value does not matter. */
  readonly filter: SearchFilter
  /** `relevance` goes by rating, then by title. */
  readonly sort: SearchSort
  /** Of price sorts. */
  readonly currency: Currency
  /** The most ids to read. */
  readonly limit: number
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Pass as `after` for the next page; null on the last. */
  readonly next: string | null
}

/** A variant as it should become. Ids are proposals: a row that exists keeps its own. */
export type VariantDraft = Omit<Variant, 'status'>

/** A product as it should become, whole: variants that are in neither `variants` nor `keptSkus` are archived. */
export interface ProductDraft
  extends Pick<Product, 'id' | 'handle' | 'title' | 'description' | 'vendor' | 'status' | 'taxCategory' | 'categories' | 'attributes' | 'images' | 'options'> {
  readonly variants: readonly VariantDraft[]
  /** SKUs of this product that are not in `variants` and yet stay as they are stored: the import had them, but unreadable. */
  readonly keptSkus?: readonly string[]
  /** Digest of all of the above but the ids: equal digest, nothing to write. */
  readonly contentHash: string
}

export interface UpsertedProduct {
  readonly productId: ProductId
  readonly handle: string
  readonly outcome: 'created' | 'updated' | 'unchanged'
  readonly version: number
}

/** Availability of a product's variants, for the search index and listings. */
export interface ProductAvailability {
  readonly productId: ProductId
  /** SKUs that can be bought now: stock is available, not tracked, or may be backordered. */
  readonly availableSkus: readonly string[]
}

/** That a bundle has a component. */
export interface BundleMembership {
  /** Of the bundle. */
  readonly sku: string
  readonly productId: ProductId
  readonly handle: string
  /** SKU of the component. */
  readonly component: string
  readonly componentProductId: ProductId
}

/** Read side of the catalogue. Answers may come from a replica except inside a transaction. */
export interface CatalogReader {
  findProduct(key: ProductKey): Promise<Product | undefined>
  /** Products by id, in the order asked for; missing ones are left out. */
  findProducts(params: { readonly ids: readonly ProductId[] }): Promise<readonly Product[]>
  /** One page in a stable order: keyset pagination on (sort key, id), never an offset. */
  listProducts(query: ProductListQuery): Promise<Page<Product>>
  /**
   * Ids of published products with an active variant that match, in the order asked for; equals go by handle. One statement, which may look at every title: for
   * the time in which no index answers.
   */
  matchProducts(query: ProductMatchQuery): Promise<readonly ProductId[]>
  /** All products, archived and drafts included, in id order. For index builds and exports. */
  scanProducts(params: { readonly afterId?: ProductId; readonly limit: number }): Promise<readonly Product[]>
  /**
   * What carts and quotes need, one row per SKU that exists, in any order. One query for all.
   *
   * @param params - `customerId`: whose price lists count, beside those for everybody; left out or null for a guest's.
   */
  sellables(params: { readonly skus: readonly string[]; readonly currency: Currency; readonly customerId?: CustomerId | null }): Promise<readonly Sellable[]>
  availability(params: { readonly productIds: readonly ProductId[] }): Promise<readonly ProductAvailability[]>
  /** Which product owns each SKU; SKUs nobody owns are left out. */
  skuOwners(params: { readonly skus: readonly string[] }): Promise<ReadonlyMap<string, { readonly handle: string; readonly productId: ProductId }>>
  /** The bundles that have one of these SKUs, or a variant of one of these products, among their components; one entry a component of each, archived bundles too. */
  bundlesWith(params: { readonly skus?: readonly string[]; readonly productIds?: readonly ProductId[] }): Promise<readonly BundleMembership[]>
  /** The stock figures last declared by an import, per SKU; see `CatalogStore.declareStock`. */
  declaredStock(params: { readonly skus: readonly string[] }): Promise<ReadonlyMap<string, string>>
  /** Every category in path order. `productCount` is of published products in it or below it. */
  listCategories(): Promise<readonly (Category & { readonly productCount: number })[]>
}

/** Write side of the catalogue. */
export interface CatalogStore extends CatalogReader {
  /**
   * Makes sure that categories exist. A path that exists keeps its id; losing a race on one is a retryable `CONFLICT`.
   *
   * @param categories - with every ancestor; ids are proposals.
   * @returns the stored categories, in the order given.
   */
  ensureCategories(categories: readonly Category[]): Promise<readonly Category[]>
  /**
   * Creates or replaces products by handle, in as few statements as the engine allows. A draft whose `contentHash` equals the stored one is left
   * untouched and reported `unchanged`. Every category exists. The caller has made sure that no SKU belongs to another product and that no handle
   * comes twice; a race on either is a retryable `CONFLICT`.
   */
  upsertProducts(drafts: readonly ProductDraft[]): Promise<readonly UpsertedProduct[]>
  /** Forgets the content hash, so that the next import writes the product again. @returns the product's new version, or undefined when there is no such product. */
  setStatus(params: { readonly productId: ProductId; readonly status: ProductStatus }): Promise<number | undefined>
  /** Sets one variant's price in one currency and forgets the content hash, as `setStatus` does. @returns the product and its new version, or undefined when there is no such SKU. */
  setPrice(params: { readonly sku: string; readonly price: Price }): Promise<{ readonly productId: ProductId; readonly version: number } | undefined>
  /**
   * Remembers what an import said about a variant's stock, so that importing the same file again does not undo the sales made since.
   *
   * @param entries - `declared` is an opaque text the caller compares.
   */
  declareStock(entries: readonly { readonly sku: string; readonly declared: string }[]): Promise<void>
  /**
   * Mends what listings of a category are read by, of products whose copy of it is not of their present version: those that were written before the store kept one, or by
   * a version of it that does not. Such products are listed as they should be meanwhile, only more slowly. Products that another transaction has locked are left out.
   *
   * @param params - `limit`: the most products.
   * @returns of how many; 0 when none is left.
   */
  listAnew(params: { readonly limit: number }): Promise<number>
}
