import type { Conversion, ProductRecord, RowReading, VariantRecord } from './product-record.ts'
import { otherTax, type Problem, type Rejection, rejection, type SourceRow } from './rejection.ts'
import type { RowGroup } from './row-groups.ts'
import { categoryPaths, listedValues, longText, termName } from './woocommerce-cells.ts'
import type { WooCommerceColumns, WooCommerceField } from './woocommerce-columns.ts'
import type { WooCommerceFamilies } from './woocommerce-families.ts'
import { readWooCommerceVariant } from './woocommerce-variant.ts'

interface WooCommerceOptions {
  /** The file names no currency; this is the one its prices are in. */
  readonly currency: string
  /** Where its quantities lie; the default location when undefined. */
  readonly location: string | undefined
  /** For products whose row does not say whether they are published. */
  readonly status: string
  /** Tells whether a sale is on, such as `2026-03-01`. */
  readonly today: string
}

/** What a variation has as the value of an option that others of its product fix and it leaves open. */
const anyValue = 'Any'

/** Reads WooCommerce's product CSV; docs/importing.md says what becomes of each column. */
export function wooCommerceReading(columns: WooCommerceColumns, families: WooCommerceFamilies, options: WooCommerceOptions): RowReading {
  return {
    convert: (group) => new WooCommerceProduct(group, columns, families, options).conversion(),
    sourceColumn: (path) => {
      if (path.startsWith('variants.weightGrams')) return columns.weight?.column ?? null
      const field = fieldByPath.find(([prefix]) => path.startsWith(prefix))?.[1]
      return field === undefined ? null : columns.nameOf(field)
    },
  }
}

const fieldByPath: readonly (readonly [string, WooCommerceField])[] = [
  ['handle', 'name'],
  ['title', 'name'],
  ['description', 'description'],
  ['vendor', 'brands'],
  ['status', 'published'],
  ['taxCategory', 'taxClass'],
  ['categories', 'categories'],
  ['images', 'images'],
  ['variants.sku', 'sku'],
  ['variants.barcode', 'barcode'],
  ['variants.prices', 'regularPrice'],
  ['variants.stock', 'stock'],
]

class WooCommerceProduct {
  readonly #group: RowGroup
  readonly #columns: WooCommerceColumns
  readonly #families: WooCommerceFamilies
  readonly #options: WooCommerceOptions
  readonly #rejected: Rejection[] = []

  constructor(group: RowGroup, columns: WooCommerceColumns, families: WooCommerceFamilies, options: WooCommerceOptions) {
    this.#group = group
    this.#columns = columns
    this.#families = families
    this.#options = options
  }

  conversion(): Conversion {
    const { product, sold, optionNames } = this.#family()
    if (this.#cell(product, 'name') === '') {
      const problem = { code: 'MISSING_TITLE', message: 'The product has no name' } as const
      return { candidate: null, rejected: [rejection(product.line, this.#columns.nameOf('name'), problem)] }
    }
    const status = this.#status(product)
    const handle = this.#families.handleOf(product)
    const taxCategory = this.#taxCategory(product)
    for (const row of sold) if (row !== product) this.#compareTax(row, taxCategory)
    const { variants, brokenSkus } = this.#variants({ product, sold, optionNames, handle })
    if (status === null || variants.length === 0) return { candidate: null, rejected: this.#rejected }
    const description = longText(this.#cell(product, 'description') || this.#cell(product, 'shortDescription'))
    const [vendor] = listedValues(this.#cell(product, 'brands')).map(termName)
    const record: ProductRecord = {
      handle,
      title: this.#cell(product, 'name'),
      ...(description === '' ? {} : { description }),
      ...(vendor === undefined ? {} : { vendor }),
      status,
      ...(taxCategory === 'standard' ? {} : { taxCategory }),
      categories: categoryPaths(this.#cell(product, 'categories')),
      attributes: this.#attributes(product, optionNames),
      images: this.#images([product, ...sold]),
      options: optionNames,
      variants: [...variants.map(({ variant }) => variant), ...brokenSkus.map((sku) => ({ sku }))],
    }
    const variantLines = [...variants.map(({ line }) => line), ...brokenSkus.map(() => null)]
    return { candidate: { line: product.line, variantLines, record }, rejected: this.#rejected }
  }

  /** The row that describes the product, those that are sold, and what tells these apart: the attributes that some variation has a value of. */
  #family(): { product: SourceRow; sold: readonly SourceRow[]; optionNames: string[] } {
    const { rows } = this.#group
    const variable = rows.find((row) => this.#columns.kind(row) === 'variable')
    if (variable === undefined) return { product: rows[0] as SourceRow, sold: rows, optionNames: [] }
    const sold = rows.filter((row) => row !== variable && this.#cell(row, 'published') !== '0')
    if (sold.length === 0) this.#reject(variable, 'type', { code: 'NO_VARIANTS', message: 'The variable product has no variation that is for sale' })
    const fixed = sold.flatMap((row) => this.#columns.attributes(row)).filter(({ values }) => values.length > 0)
    return { product: variable, sold, optionNames: [...new Set(fixed.map(({ name }) => name))] }
  }

  /** 1 is published, 0 private and −1 a draft. What is hidden from the catalogue is a draft as well. */
  #status(product: SourceRow): string | null {
    const published = this.#cell(product, 'published')
    if (!['', '1', '0', '-1'].includes(published)) {
      this.#reject(product, 'published', { code: 'UNKNOWN_VALUE', message: `"${published}" is none of 1, 0, -1` })
      return null
    }
    if (published === '0' || published === '-1' || this.#cell(product, 'visibility').toLowerCase() === 'hidden') return 'draft'
    return published === '1' ? 'published' : this.#options.status
  }

  /** What is not taxed itself is exempt; the two classes that every such shop begins with are called as everywhere here, any other by its name. */
  #taxCategory(row: SourceRow): string {
    const status = this.#cell(row, 'taxStatus').toLowerCase()
    if (status === 'none' || status === 'shipping') return 'exempt'
    const taxClass = this.#cell(row, 'taxClass').toLowerCase()
    return ({ '': 'standard', parent: 'standard', 'reduced-rate': 'reduced', 'zero-rate': 'zero' } as Readonly<Record<string, string>>)[taxClass] ?? taxClass
  }

  /** A variation that says nothing of its tax, or `parent`, has that of its product. */
  #compareTax(row: SourceRow, ofProduct: string): void {
    const says = [this.#cell(row, 'taxStatus').toLowerCase(), this.#cell(row, 'taxClass').toLowerCase()]
    const own = this.#taxCategory(row)
    if (own === ofProduct || (own === 'standard' && (says[1] === '' || says[1] === 'parent'))) return
    this.#reject(row, 'taxClass', otherTax(own, ofProduct))
  }

  #variants(family: { product: SourceRow; sold: readonly SourceRow[]; optionNames: readonly string[]; handle: string }) {
    const { product, sold, optionNames, handle } = family
    const variants: { line: number; variant: VariantRecord }[] = []
    const skus = new Set<string>()
    const brokenSkus = new Set<string>()
    const combinations = new Set<string>()
    for (const row of sold) {
      const options = this.#optionsOf(row, optionNames)
      const parent = row === product ? undefined : product
      const { sku, variant, rejected } = readWooCommerceVariant({ row, parent, handle, options, columns: this.#columns, ...this.#options })
      const combination = JSON.stringify(options)
      if (variant === undefined) {
        this.#rejected.push(...rejected)
        brokenSkus.add(sku)
      } else if (skus.has(sku)) {
        this.#reject(row, 'sku', { code: 'DUPLICATE_SKU', message: `An earlier row of this product has the SKU "${sku}"` })
      } else if (combinations.has(combination)) {
        const message = 'An earlier variation of this product has the same attribute values'
        this.#rejected.push(rejection(row.line, this.#columns.attributeColumn(row, optionNames[0] ?? ''), { code: 'DUPLICATE_OPTIONS', message }))
      } else {
        this.#rejected.push(...rejected)
        skus.add(sku)
        combinations.add(combination)
        variants.push({ line: row.line, variant })
      }
    }
    return { variants, brokenSkus: [...brokenSkus].filter((sku) => !skus.has(sku)) }
  }

  #optionsOf(row: SourceRow, optionNames: readonly string[]): Record<string, string> {
    const attributes = this.#columns.attributes(row)
    const given = (name: string) => attributes.find((attribute) => attribute.name === name)?.values.join(', ')
    return Object.fromEntries(optionNames.map((name) => [name, given(name) || anyValue]))
  }

  /** What the product's attributes say of all that is sold, and its tags. */
  #attributes(product: SourceRow, optionNames: readonly string[]): Record<string, string> {
    const described = this.#columns.attributes(product).filter(({ name, values }) => !optionNames.includes(name) && values.length > 0)
    const tags = listedValues(this.#cell(product, 'tags')).map(termName)
    const short = this.#cell(product, 'description') === '' ? '' : longText(this.#cell(product, 'shortDescription'))
    return {
      ...Object.fromEntries(described.map(({ name, values }) => [name, values.join(', ')])),
      ...(tags.length === 0 ? {} : { tags: tags.join(', ') }),
      ...(short === '' ? {} : { short_description: short }),
    }
  }

  #images(rows: readonly SourceRow[]): { url: string }[] {
    const urls = new Set(rows.flatMap((row) => listedValues(this.#cell(row, 'images'))))
    return [...urls].map((url) => ({ url }))
  }

  #cell(row: SourceRow, field: WooCommerceField): string {
    return this.#columns.cell(row, field)
  }

  #reject(row: SourceRow, field: WooCommerceField, problem: Problem): void {
    this.#rejected.push(rejection(row.line, this.#columns.nameOf(field), problem))
  }
}
