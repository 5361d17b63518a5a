import { CommerceError } from '@cartwright/core'
import type { SourceRow } from './rejection.ts'

/** What we read from a Shopify export, with the names that its columns have had: the long-standing ones, then those of the newer template. */
const columnNames = {
  handle: ['Handle', 'URL handle'],
  title: ['Title'],
  body: ['Body (HTML)', 'Body HTML', 'Description'],
  vendor: ['Vendor'],
  type: ['Type', 'Custom Product Type'],
  productCategory: ['Product Category'],
  googleCategory: ['Google Shopping / Google Product Category'],
  tags: ['Tags'],
  published: ['Published', 'Published on online store'],
  status: ['Status'],
  option1Name: ['Option1 Name'],
  option1Value: ['Option1 Value'],
  option2Name: ['Option2 Name'],
  option2Value: ['Option2 Value'],
  option3Name: ['Option3 Name'],
  option3Value: ['Option3 Value'],
  sku: ['Variant SKU', 'SKU'],
  grams: ['Variant Grams', 'Weight value (grams)'],
  tracker: ['Variant Inventory Tracker', 'Inventory tracker'],
  quantity: ['Variant Inventory Qty', 'Inventory quantity'],
  policy: ['Variant Inventory Policy', 'Continue selling when out of stock'],
  taxable: ['Variant Taxable', 'Charge tax'],
  price: ['Variant Price', 'Price'],
  compareAt: ['Variant Compare At Price', 'Compare-at price'],
  barcode: ['Variant Barcode', 'Barcode'],
  imageSource: ['Image Src', 'Product image URL'],
  imageAlt: ['Image Alt Text'],
  gender: ['Google Shopping / Gender'],
  ageGroup: ['Google Shopping / Age Group'],
  condition: ['Google Shopping / Condition'],
  mpn: ['Google Shopping / MPN'],
} as const

export type ShopifyField = keyof typeof columnNames

/** The columns of one file: where each field is, and which hold metafields. */
export class ShopifyColumns {
  readonly #column = new Map<ShopifyField, string>()
  /** Metafield key → column, e.g. `material` → `Material (product.metafields.custom.material)`. */
  readonly metafields = new Map<string, string>()

  /** @throws INVALID_INPUT when a column is missing without which no product can be read. */
  constructor(header: readonly string[]) {
    const byLowerCase = new Map(header.map((name) => [name.toLowerCase(), name]))
    for (const [field, names] of Object.entries(columnNames)) {
      const present = names.map((name) => byLowerCase.get(name.toLowerCase())).find((name) => name !== undefined)
      if (present !== undefined) this.#column.set(field as ShopifyField, present)
    }
    for (const name of header) {
      const key = /\(product\.metafields\.[\w-]+\.([\w-]+)\)$/.exec(name)?.[1]
      if (key !== undefined) this.metafields.set(key, name)
    }
    const missing = (['handle', 'title', 'price'] as const).filter((field) => !this.#column.has(field)).map((field) => columnNames[field][0])
    if (missing.length === 0) return
    const message = `This is no Shopify product file: it has no column ${missing.map((name) => `"${name}"`).join(', ')}. For any other CSV, describe its columns with --map`
    throw new CommerceError('INVALID_INPUT', { message, details: { issues: missing.map((path) => ({ path, message: 'The column is missing' })) } })
  }

  /** The cell without surrounding blanks; empty when the file has no such column. */
  cell(row: SourceRow, field: ShopifyField): string {
    const column = this.#column.get(field)
    return column === undefined ? '' : ((row.values[column] as string | undefined) ?? '').trim()
  }

  /** What the file calls the field. */
  nameOf(field: ShopifyField): string {
    return this.#column.get(field) ?? columnNames[field][0]
  }
}
