import { plainBoolean } from './cell-values.ts'
import type { Conversion, ProductRecord, RowReading, VariantRecord } from './product-record.ts'
import { otherTax, type Problem, type Rejection, rejection, type SourceRow } from './rejection.ts'
import type { GroupKey, RowGroup } from './row-groups.ts'
import type { ShopifyColumns, ShopifyField } from './shopify-columns.ts'
import { readVariant } from './shopify-variant.ts'

export interface ShopifyOptions {
  /** The file names no currency; this is the one its prices are in. */
  readonly currency: string
  /** Where its quantities lie; the default location when undefined. */
  readonly location: string | undefined
  /** For products whose row says neither Status nor Published. */
  readonly status: string
}

/** The rows of a Shopify product export belong together by Handle. */
export function shopifyKey(columns: ShopifyColumns): GroupKey {
  return (row) => {
    const handle = columns.cell(row, 'handle')
    return handle === ''
      ? rejection(row.line, columns.nameOf('handle'), { code: 'MISSING_HANDLE', message: 'The row does not say which product it belongs to' })
      : handle.toLowerCase()
  }
}

/** Reads Shopify's product CSV; docs/importing.md says what becomes of each column. */
export function shopifyReading(columns: ShopifyColumns, options: ShopifyOptions): RowReading {
  return {
    convert: (group) => new ShopifyProduct(group, columns, options).conversion(),
    sourceColumn: (path) => {
      const field = fieldByPath.find(([prefix]) => path.startsWith(prefix))?.[1]
      return field === undefined ? null : columns.nameOf(field)
    },
  }
}

const fieldByPath: readonly (readonly [string, ShopifyField])[] = [
  ['handle', 'handle'],
  ['title', 'title'],
  ['description', 'body'],
  ['vendor', 'vendor'],
  ['status', 'status'],
  ['categories', 'type'],
  ['attributes', 'tags'],
  ['images', 'imageSource'],
  ['variants.sku', 'sku'],
  ['variants.barcode', 'barcode'],
  ['variants.options', 'option1Value'],
  ['variants.prices', 'price'],
  ['variants.stock', 'quantity'],
  ['variants.weightGrams', 'grams'],
  ['options', 'option1Name'],
]

class ShopifyProduct {
  readonly #group: RowGroup
  readonly #columns: ShopifyColumns
  readonly #options: ShopifyOptions
  readonly #rejected: Rejection[] = []

  constructor(group: RowGroup, columns: ShopifyColumns, options: ShopifyOptions) {
    this.#group = group
    this.#columns = columns
    this.#options = options
  }

  conversion(): Conversion {
    const first = this.#group.rows[0] as SourceRow
    if (this.#cell(first, 'title') === '') {
      const message = `The first row of "${this.#group.key}" has no title. Its rows must stand together, the one with the title first; if that one was rejected, mend it`
      return { candidate: null, rejected: [rejection(first.line, this.#columns.nameOf('title'), { code: 'MISSING_TITLE', message })] }
    }
    const status = this.#status(first)
    const optionNames = this.#optionNames(first)
    const taxCategory = this.#taxCategory(first) ?? 'standard'
    const { variants, brokenSkus } = this.#variants(optionNames, taxCategory)
    if (status === null || variants.length === 0) return { candidate: null, rejected: this.#rejected }
    const record: ProductRecord = {
      handle: this.#group.key,
      title: this.#cell(first, 'title'),
      ...optional('description', this.#cell(first, 'body')),
      ...optional('vendor', this.#cell(first, 'vendor')),
      status,
      ...(taxCategory === 'standard' ? {} : { taxCategory }),
      categories: this.#categories(first),
      attributes: this.#attributes(first),
      images: this.#images(),
      options: optionNames,
      variants: [...variants.map(({ variant }) => variant), ...brokenSkus.map((sku) => ({ sku }))],
    }
    const variantLines = [...variants.map(({ line }) => line), ...brokenSkus.map(() => null)]
    return { candidate: { line: first.line, variantLines, record }, rejected: this.#rejected }
  }

  #status(first: SourceRow): string | null {
    const status = this.#cell(first, 'status').toLowerCase()
    if (status === 'draft' || status === 'archived') return status
    if (status !== '' && status !== 'active')
      return this.#reject(first, 'status', { code: 'UNKNOWN_VALUE', message: `The status "${status}" is none of active, draft, archived` })
    const published = this.#cell(first, 'published')
    if (published === '') return status === 'active' ? 'published' : this.#options.status
    const isPublished = plainBoolean(published)
    if (isPublished === undefined) return this.#reject(first, 'published', { code: 'INVALID_BOOLEAN', message: `"${published}" is neither true nor false` })
    return isPublished ? 'published' : 'draft'
  }

  /** None for a product with the single option `Title` and the value `Default Title`, which is how Shopify writes that there are no options. */
  #optionNames(first: SourceRow): string[] {
    const names = [this.#cell(first, 'option1Name'), this.#cell(first, 'option2Name'), this.#cell(first, 'option3Name')].filter((name) => name !== '')
    const isDefault = names.length === 1 && names[0] === 'Title' && this.#cell(first, 'option1Value') === 'Default Title'
    return isDefault ? [] : names
  }

  /** Undefined where the row does not say. */
  #taxCategory(row: SourceRow): 'standard' | 'exempt' | undefined {
    const text = this.#cell(row, 'taxable')
    const isTaxed = plainBoolean(text)
    if (isTaxed === undefined && text !== '') this.#reject(row, 'taxable', { code: 'INVALID_BOOLEAN', message: `"${text}" is neither true nor false` })
    return isTaxed === undefined ? undefined : isTaxed ? 'standard' : 'exempt'
  }

  #variants(optionNames: readonly string[], taxCategory: string): { variants: { line: number; variant: VariantRecord }[]; brokenSkus: string[] } {
    const variants: { line: number; variant: VariantRecord }[] = []
    const skus = new Set<string>()
    const brokenSkus = new Set<string>()
    const combinations = new Set<string>()
    for (const [index, row] of this.#group.rows.entries()) {
      if (index > 0 && !this.#describesVariant(row)) {
        if (this.#cell(row, 'imageSource') === '') this.#reject(row, null, { code: 'EMPTY_ROW', message: 'The row holds neither a variant nor an image' })
        continue
      }
      const variant = readVariant({ row, handle: this.#group.key, optionNames, columns: this.#columns, ...this.#options })
      if ('rejected' in variant) {
        this.#rejected.push(...variant.rejected)
        brokenSkus.add(variant.sku)
      } else if (skus.has(variant.sku))
        this.#reject(row, 'sku', { code: 'DUPLICATE_SKU', message: `An earlier row of this product has the SKU "${variant.sku}"` })
      else if (combinations.has(JSON.stringify(variant.options ?? {}))) {
        this.#reject(row, 'option1Value', { code: 'DUPLICATE_OPTIONS', message: 'An earlier row of this product has the same option values' })
      } else {
        skus.add(variant.sku)
        combinations.add(JSON.stringify(variant.options ?? {}))
        variants.push({ line: row.line, variant })
        const own = index === 0 ? taxCategory : (this.#taxCategory(row) ?? taxCategory)
        if (own !== taxCategory) this.#reject(row, 'taxable', otherTax(own, taxCategory))
      }
    }
    return { variants, brokenSkus: [...brokenSkus].filter((sku) => !skus.has(sku)) }
  }

  #describesVariant(row: SourceRow): boolean {
    return (['sku', 'price', 'option1Value'] as const).some((field) => this.#cell(row, field) !== '')
  }

  #categories(first: SourceRow): string[][] {
    const paths = [this.#cell(first, 'productCategory'), this.#cell(first, 'googleCategory')]
      .filter((text) => text !== '' && !/^\d+$/.test(text))
      .map((text) =>
        text
          .split('>')
          .map((name) => name.trim())
          .filter((name) => name !== ''),
      )
    const type = this.#cell(first, 'type')
    if (type !== '') paths.unshift([type])
    const distinct = new Map(paths.filter((path) => path.length > 0).map((path) => [JSON.stringify(path), path]))
    return [...distinct.values()]
  }

  #attributes(first: SourceRow): Record<string, string> {
    const fields: Record<string, string> = {
      tags: this.#cell(first, 'tags'),
      gender: this.#cell(first, 'gender'),
      age_group: this.#cell(first, 'ageGroup'),
      condition: this.#cell(first, 'condition'),
      mpn: this.#cell(first, 'mpn'),
    }
    for (const [key, column] of this.#columns.metafields) fields[key] = String(first.values[column] ?? '').trim()
    return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
  }

  #images(): { url: string; alt?: string }[] {
    const images = new Map<string, { url: string; alt?: string }>()
    for (const row of this.#group.rows) {
      const url = this.#cell(row, 'imageSource')
      if (url !== '' && !images.has(url)) images.set(url, { url, ...optional('alt', this.#cell(row, 'imageAlt')) })
    }
    return [...images.values()]
  }

  #cell(row: SourceRow, field: ShopifyField): string {
    return this.#columns.cell(row, field)
  }

  #reject(row: SourceRow, field: ShopifyField | null, problem: Problem): null {
    this.#rejected.push(rejection(row.line, field === null ? null : this.#columns.nameOf(field), problem))
    return null
  }
}

function optional<Key extends string>(key: Key, value: string): { readonly [name in Key]?: string } {
  return (value === '' ? {} : { [key]: value }) as { readonly [name in Key]?: string }
}
