import { fingerprint } from '../idempotency/run-idempotent.ts'
import type { CategoryId, IdSource, ProductId, VariantId } from '../ids.ts'
import type { ProductDraft, VariantDraft } from './catalog-store.ts'
import type { ImportRejection, ReadProduct, ReadVariant } from './import-record.ts'
import type { Category } from './product.ts'
import { saleDays } from './sale-days.ts'

/** Removes records that repeat the handle of an earlier one. */
export function withoutRepeatedHandles(products: readonly ReadProduct[]): {
  readonly products: readonly ReadProduct[]
  readonly rejected: readonly ImportRejection[]
} {
  const seen = new Set<string>()
  const kept: ReadProduct[] = []
  const rejected: ImportRejection[] = []
  for (const product of products) {
    if (seen.has(product.record.handle)) {
      rejected.push({ index: product.index, column: 'handle', code: 'DUPLICATE_HANDLE', message: 'an earlier record of this import has this handle' })
    } else {
      seen.add(product.record.handle)
      kept.push(product)
    }
  }
  return { products: kept, rejected }
}

/**
 * Removes variants whose SKU belongs to another product, in the shop or earlier in the call, and products that have none left.
 *
 * @param owners - who owns each SKU in the shop.
 */
export function withoutTakenSkus(
  products: readonly ReadProduct[],
  owners: ReadonlyMap<string, { readonly handle: string }>,
): { readonly products: readonly ReadProduct[]; readonly rejected: readonly ImportRejection[] } {
  const claimed = new Set<string>()
  const rejected: ImportRejection[] = []
  const left = products.map((product) => {
    const variants = product.variants.filter(({ index, record: { sku } }) => {
      const owner = owners.get(sku)
      const free = owner === undefined ? !claimed.has(sku) : owner.handle === product.record.handle
      if (free) claimed.add(sku)
      else rejected.push({ index: product.index, variant: index, column: 'sku', code: 'SKU_TAKEN', message: 'another product has this SKU' })
      return free
    })
    return { ...product, variants }
  })
  return { products: left.filter(({ variants }) => variants.length > 0), rejected }
}

/** Every category the products name and every ancestor of them, once each, with ids to propose. */
export function namedCategories(products: readonly ReadProduct[], ids: IdSource): readonly Category[] {
  const paths = new Map<string, readonly string[]>()
  for (const path of products.flatMap(({ record }) => record.categories)) {
    for (let depth = 1; depth <= path.length; depth += 1) {
      const prefix = path.slice(0, depth)
      paths.set(JSON.stringify(prefix), prefix)
    }
  }
  return [...paths.values()].map((path) => ({ id: ids.next<CategoryId>(), path }))
}

/** The product a record describes. @param categories - stored ones, with every category the record names. */
export function draftOf({ record, variants, brokenSkus }: ReadProduct, categories: ReadonlyMap<string, Category>, ids: IdSource): ProductDraft {
  const content = {
    handle: record.handle,
    title: record.title,
    description: record.description ?? '',
    vendor: record.vendor ?? null,
    status: record.status,
    attributes: record.attributes,
    images: record.images.map(({ url, alt }) => ({ url, alt: alt ?? null })),
    options: record.options,
    keptSkus: brokenSkus,
  }
  const { taxCategory } = record
  const paths = [...new Set(record.categories.map((path) => JSON.stringify(path)))].sort()
  const contents = variants.map(variantContent)
  return {
    ...content,
    taxCategory,
    id: ids.next<ProductId>(),
    categories: paths.flatMap((path) => categories.get(path) ?? []),
    variants: contents.map((variant) => ({ id: ids.next<VariantId>(), ...variant })),
    // The usual category is left out, so that what was imported before there were any counts as unchanged.
    contentHash: fingerprint({ ...content, ...(taxCategory === 'standard' ? {} : { taxCategory }), categories: paths, variants: contents }),
  }
}

function variantContent({ record }: ReadVariant): Omit<VariantDraft, 'id'> {
  return {
    sku: record.sku,
    barcode: record.barcode ?? null,
    options: record.options,
    prices: record.prices.map(({ currency, amountMinor, compareAtMinor }) => ({ currency, amountMinor, compareAtMinor: compareAtMinor ?? null })),
    weightGrams: record.weightGrams ?? null,
    stockTracked: record.stockTracked && record.components === undefined,
    backorder: record.backorder,
    ...(record.backorderLimit == null ? {} : { backorderLimit: record.backorderLimit }),
    ...saleDays(record),
    ...(record.components === undefined ? {} : { components: record.components }),
  }
}
