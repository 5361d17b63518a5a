import type { CatalogReader } from './catalog-store.ts'
import type { ImportRejection, ReadProduct, ReadVariant } from './import-record.ts'

/** What is known of the variants that an import names, before it is written. */
interface KnownVariants {
  /** SKUs that can be components: those of variants that are no bundles, in the shop or in the import. */
  readonly plain: ReadonlySet<string>
  readonly bundles: ReadonlySet<string>
  /** SKUs that bundles of the shop take, other than those that the import writes anew. */
  readonly taken: ReadonlySet<string>
}

/**
 * Removes bundles with a component that does not exist or is a bundle itself, and variants that would become bundles while others take them as components; what is stored
 * of them stays. Products that have no variant left are removed too.
 *
 * @param products - whose SKUs are their own.
 */
export async function withoutBadBundles(
  catalog: Pick<CatalogReader, 'sellables' | 'bundlesWith'>,
  products: readonly ReadProduct[],
  currency: string,
): Promise<{ readonly products: readonly ReadProduct[]; readonly rejected: readonly ImportRejection[] }> {
  if (!products.some(({ variants }) => variants.some(isBundle))) return { products, rejected: [] }
  const known = await readKnown(catalog, products, currency)
  const rejected: ImportRejection[] = []
  const left = products.map((product) => {
    const brokenSkus = [...product.brokenSkus]
    const variants = product.variants.filter(({ index, record }) => {
      const problem = isBundle({ record }) ? problemOf({ record }, known) : undefined
      if (problem === undefined) return true
      brokenSkus.push(record.sku)
      rejected.push({ index: product.index, variant: index, column: 'components', ...problem })
      return false
    })
    return { ...product, variants, brokenSkus }
  })
  return { products: left.filter(({ variants }) => variants.length > 0), rejected }
}

function isBundle({ record }: Pick<ReadVariant, 'record'>): boolean {
  return record.components !== undefined
}

async function readKnown(
  catalog: Pick<CatalogReader, 'sellables' | 'bundlesWith'>,
  products: readonly ReadProduct[],
  currency: string,
): Promise<KnownVariants> {
  const variants = products.flatMap((product) => product.variants)
  const written = new Set(variants.map(({ record }) => record.sku))
  const bundles = variants.filter(isBundle)
  const named = new Set(bundles.flatMap(({ record }) => (record.components ?? []).map(({ sku }) => sku)))
  const [stored, members] = await Promise.all([
    catalog.sellables({ skus: [...named].filter((sku) => !written.has(sku)), currency }),
    catalog.bundlesWith({ skus: bundles.map(({ record }) => record.sku) }),
  ])
  const plain = [
    ...variants.filter((variant) => !isBundle(variant)).map(({ record }) => record.sku),
    ...stored.filter(({ components }) => components === undefined).map(({ sku }) => sku),
  ]
  return {
    plain: new Set(plain),
    bundles: new Set([...bundles.map(({ record }) => record.sku), ...stored.filter(({ components }) => components !== undefined).map(({ sku }) => sku)]),
    taken: new Set(members.filter(({ sku }) => !written.has(sku)).map(({ component }) => component)),
  }
}

function problemOf(
  { record: { sku, components = [] } }: Pick<ReadVariant, 'record'>,
  known: KnownVariants,
): Pick<ImportRejection, 'code' | 'message'> | undefined {
  if (known.taken.has(sku)) return { code: 'BUNDLE_NESTED', message: 'other bundles have this SKU as a component, so it cannot be a bundle itself' }
  const nested = components.find((component) => known.bundles.has(component.sku))
  if (nested !== undefined) return { code: 'BUNDLE_NESTED', message: `the component ${nested.sku} is a bundle itself` }
  const unknown = components.find((component) => !known.plain.has(component.sku))
  return unknown === undefined
    ? undefined
    : { code: 'COMPONENT_UNKNOWN', message: `there is no variant ${unknown.sku}; import the components first, or in the same call` }
}
