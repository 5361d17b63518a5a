import type { ImportMap, Source } from './import-map.ts'
import { mappedAttributes } from './map-attributes.ts'
import { holds, sourceName, sourceText, sourceTexts } from './map-source.ts'
import { mappedVariants, type VariantDefaults } from './map-variants.ts'
import type { Conversion, ProductRecord, RowReading } from './product-record.ts'
import { type Problem, type Rejection, rejection, type SourceRow } from './rejection.ts'
import type { GroupKey, RowGroup } from './row-groups.ts'

export interface MapDefaults extends VariantDefaults {
  /** For products to which the map gives no status. */
  readonly status: string
}

/** Rows belong together by the map's `group.by`; without one each row is a product. */
export function mapKey(map: ImportMap): GroupKey {
  const { group } = map
  if (group === undefined) return (row) => `line ${row.line}`
  return (row) => {
    const found = sourceText({ field: group.by }, row)
    const key = 'value' in found ? found.value : undefined
    return key ?? rejection(row.line, group.by, { code: 'MISSING_HANDLE', message: 'The row does not say which product it belongs to' })
  }
}

/** Whether the map's `skip` leaves the row out. */
export function isSkipped(map: ImportMap, row: SourceRow): boolean {
  return map.skip.some((condition) => holds(condition, row))
}

/** Reads the rows of any CSV or JSONL file as its map says. */
export function mapReading(map: ImportMap, defaults: MapDefaults): RowReading {
  return { convert: (group) => convert(group, map, defaults), sourceColumn: (path) => columnOf(map, path) }
}

function convert(group: RowGroup, map: ImportMap, defaults: MapDefaults): Conversion {
  const masterRule = map.group?.master
  const master = (masterRule === undefined ? undefined : group.rows.find((row) => holds(masterRule, row))) ?? (group.rows[0] as SourceRow)
  const others = masterRule === undefined ? [] : group.rows.filter((row) => !holds(masterRule, row))
  const product = mappedProduct(group, master, map, defaults)
  if ('rejected' in product) return { candidate: null, rejected: product.rejected }
  const { variants, brokenSkus, options, rejected } = mappedVariants(others.length > 0 ? others : group.rows, map, defaults)
  if (variants.length === 0) {
    const reason: Rejection[] =
      rejected.length > 0 ? rejected : [rejection(master.line, null, { code: 'NO_VARIANTS', message: 'No row of the product gives a variant' })]
    return { candidate: null, rejected: reason }
  }
  const record: ProductRecord = { ...product, options, variants: [...variants.map(({ variant }) => variant), ...brokenSkus.map((sku) => ({ sku }))] }
  const variantLines = [...variants.map(({ line }) => line), ...brokenSkus.map(() => null)]
  return { candidate: { line: master.line, variantLines, record }, rejected }
}

type ProductFields = Omit<ProductRecord, 'options' | 'variants'>

function mappedProduct(group: RowGroup, master: SourceRow, map: ImportMap, defaults: MapDefaults): ProductFields | { readonly rejected: readonly Rejection[] } {
  const rejected: Rejection[] = []
  const reject = (column: string | null, problem: Problem): void => {
    rejected.push(rejection(master.line, column, problem))
  }
  const read = (source: Source | undefined): string | undefined => {
    if (source === undefined) return undefined
    const found = sourceText(source, master)
    if ('value' in found) return found.value
    reject(sourceName(source), found.problem)
    return undefined
  }
  const rules = map.product
  const handle = read(rules.handle)
  const title = read(rules.title)
  const description = read(rules.description)
  const vendor = read(rules.vendor)
  const status = read(rules.status) ?? defaults.status
  const taxCategory = read(rules.taxCategory)
  const categories = rules.categories.map(({ path }) => path.flatMap((part) => allTexts(part, master, reject))).filter((path) => path.length > 0)
  const attributes = mappedAttributes(rules.attributes, master, reject)
  const images = mappedImages(group, rules.images, reject)
  if (handle === undefined) reject(sourceName(rules.handle), { code: 'MISSING_HANDLE', message: 'No handle can be made from the row' })
  if (title === undefined) reject(sourceName(rules.title), { code: 'MISSING_TITLE', message: 'The product has no title' })
  if (rejected.length > 0 || handle === undefined || title === undefined) return { rejected }
  return {
    handle,
    title,
    ...(description === undefined ? {} : { description }),
    ...(vendor === undefined ? {} : { vendor }),
    status,
    ...(taxCategory === undefined ? {} : { taxCategory }),
    categories,
    attributes,
    images,
  }
}

function mappedImages(
  group: RowGroup,
  rules: ImportMap['product']['images'],
  reject: (column: string | null, problem: Problem) => void,
): { url: string; alt?: string }[] {
  const images = new Map<string, { url: string; alt?: string }>()
  for (const row of group.rows) {
    for (const rule of rules) {
      const alt = rule.alt === undefined ? undefined : allTexts(rule.alt, row, reject)[0]
      for (const url of allTexts(rule.url, row, reject)) {
        if (!images.has(url)) images.set(url, { url, ...(alt === undefined ? {} : { alt }) })
      }
    }
  }
  return [...images.values()]
}

function allTexts(source: Source, row: SourceRow, reject: (column: string | null, problem: Problem) => void): readonly string[] {
  const found = sourceTexts(source, row)
  if ('values' in found) return found.values
  reject(sourceName(source), found.problem)
  return []
}

/** The source behind a path of the record, so that the catalogue's own findings name the file's column. */
function columnOf(map: ImportMap, path: string): string | null {
  const { product, variant } = map
  const candidates: readonly (readonly [string, Source | undefined])[] = [
    ['handle', product.handle],
    ['title', product.title],
    ['description', product.description],
    ['vendor', product.vendor],
    ['status', product.status],
    ['taxCategory', product.taxCategory],
    ['categories', product.categories[0]?.path[0]],
    ['images', product.images[0]?.url],
    ['variants.sku', variant.sku],
    ['variants.barcode', variant.barcode],
    ['variants.options', variant.options[0]?.value],
    ['variants.prices', variant.prices[0]?.amount],
    ['variants.stock', variant.stock[0]?.quantity],
    ['variants.weightGrams', variant.weight?.amount],
    ['variants.backorderLimit', variant.backorderLimit],
    ['variants.availableFrom', variant.availableFrom],
    ['variants.restockDate', variant.restockDate],
  ]
  const source = candidates.find(([prefix]) => path.startsWith(prefix))?.[1]
  return source === undefined ? null : sourceName(source)
}
