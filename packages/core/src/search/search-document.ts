import type { ProductAvailability } from '../catalog/catalog-store.ts'
import type { AttributeValue, Product, Variant } from '../catalog/product.ts'
import type { SearchDocument } from './search-index.ts'

/** Letters of an attribute's value that can be chosen; longer ones are searched only. */
const longestValue = 255

/** What the index should know of a product; undefined for one that buyers must not find: unpublished, or without an active variant. */
export function searchDocument(product: Product, availability: ProductAvailability | undefined): SearchDocument | undefined {
  const variants = product.variants.filter(({ status }) => status === 'active')
  const [first] = variants
  if (product.status !== 'published' || first === undefined) return undefined
  const available = new Set(availability?.availableSkus)
  const best = variants.find(({ sku, prices }) => available.has(sku) && prices.length > 0) ?? first
  return {
    id: product.id,
    handle: product.handle,
    title: product.title,
    description: plainText(product.description),
    vendor: product.vendor ?? '',
    categories: product.categories.map(({ path }) => path),
    attributes: attributesOf(product, variants),
    words: [...Object.values(product.attributes).flatMap(attributeWords), ...optionValues(variants)],
    skus: variants.map(({ sku }) => sku),
    barcodes: variants.flatMap(({ barcode }) => barcode ?? []),
    prices: priceRanges(variants),
    sku: best.sku,
    inStock: available.size > 0,
    ratingAverage: product.ratingAverage ?? 0,
    ratingCount: product.ratingCount,
    createdAt: product.createdAt,
  }
}

/** What buyers tick boxes for; an option is an attribute of the product that has the values of its variants. */
function attributesOf({ attributes }: Product, variants: readonly Variant[]): SearchDocument['attributes'] {
  const named = new Map<string, string[]>()
  for (const [name, value] of Object.entries(attributes)) addValue(named, name, String(value))
  for (const { options } of variants) for (const [name, value] of Object.entries(options)) addValue(named, name, value)
  return Array.from(named, ([name, values]) => ({ name, values }))
}

function addValue(named: Map<string, string[]>, name: string, value: string): void {
  if (!isCounted(value)) return
  const known = named.get(name)
  if (known === undefined) named.set(name, [value])
  else if (!known.includes(value)) known.push(value)
}

/** Longer values are texts about the product rather than values that several have. */
function isCounted(value: string): boolean {
  return value !== '' && value.length <= longestValue
}

/** A text or number speaks for itself; yes and no are not what buyers search for, and the names of flags only add noise. */
function attributeWords(value: AttributeValue): string[] {
  return typeof value === 'boolean' ? [] : [String(value)]
}

function optionValues(variants: readonly Variant[]): string[] {
  return [...new Set(variants.flatMap(({ options }) => Object.values(options)))]
}

function priceRanges(variants: readonly Variant[]): SearchDocument['prices'] {
  const byCurrency = Map.groupBy(
    variants.flatMap(({ prices }) => prices),
    ({ currency }) => currency,
  )
  return [...byCurrency].map(([currency, prices]) => {
    const amounts = prices.map(({ amountMinor }) => amountMinor)
    return { currency, minMinor: amounts.reduce((a, b) => Math.min(a, b)), maxMinor: amounts.reduce((a, b) => Math.max(a, b)) }
  })
}

/** Descriptions may be HTML: tags part words, and entities are no words. */
function plainText(description: string): string {
  return description.replace(/<[^<>]*>/g, ' ').replace(/&(?:#\w{1,8}|\w{1,12});/g, ' ')
}
