import { CommerceError } from '@cartwright/core'
import type { SourceRow } from './rejection.ts'
import { listedValues, plainCell } from './woocommerce-cells.ts'

/** What we read from a WooCommerce export, with the names that its columns have. */
const columnNames = {
  id: ['ID'],
  type: ['Type'],
  sku: ['SKU'],
  barcode: ['GTIN, UPC, EAN, or ISBN'],
  name: ['Name'],
  published: ['Published'],
  visibility: ['Visibility in catalog'],
  shortDescription: ['Short description'],
  description: ['Description'],
  saleStarts: ['Date sale price starts'],
  saleEnds: ['Date sale price ends'],
  taxStatus: ['Tax status'],
  taxClass: ['Tax class'],
  inStock: ['In stock?'],
  stock: ['Stock'],
  backorders: ['Backorders allowed?'],
  salePrice: ['Sale price'],
  regularPrice: ['Regular price'],
  categories: ['Categories'],
  tags: ['Tags'],
  images: ['Images'],
  parent: ['Parent'],
  brands: ['Brands', 'Brand'],
} as const

export type WooCommerceField = keyof typeof columnNames

/** One attribute of a row: a variable product lists the values there are, a variation has one, or none when any will do. */
export interface WooCommerceAttribute {
  readonly name: string
  readonly values: readonly string[]
}

/** What a row stands for. */
export type WooCommerceKind = 'simple' | 'variable' | 'variation' | 'unsupported'

/** Whether a CSV with this header is a WooCommerce export. */
export function isWooCommerceHeader(header: readonly string[]): boolean {
  const names = new Set(header.map((name) => name.toLowerCase()))
  return ['type', 'name', 'regular price'].every((name) => names.has(name))
}

/** The columns of one file: where each field and each attribute is, and what it weighs in. */
export class WooCommerceColumns {
  readonly #column = new Map<WooCommerceField, string>()
  readonly #attributes: { readonly name: string; readonly values: string }[] = []
  /** The column of weights and its unit, such as `Weight (kg)`. */
  readonly weight: { readonly column: string; readonly unit: string } | undefined

  /** @throws INVALID_INPUT when a column is missing without which no product can be read. */
  constructor(header: readonly string[]) {
    const byLowerCase = new Map(header.map((name) => [name.toLowerCase(), name]))
    for (const [field, names] of Object.entries(columnNames)) {
      const present = names.map((name) => byLowerCase.get(name.toLowerCase())).find((name) => name !== undefined)
      if (present !== undefined) this.#column.set(field as WooCommerceField, present)
    }
    for (const name of header) {
      const number = /^attribute (\d+) name$/i.exec(name)?.[1]
      const values = byLowerCase.get(`attribute ${number} value(s)`)
      if (number !== undefined && values !== undefined) this.#attributes.push({ name, values })
    }
    const weighed = header.flatMap((column) => {
      const unit = /^weight \((\w+)\)$/i.exec(column)?.[1]
      return unit === undefined ? [] : [{ column, unit: unit.toLowerCase() }]
    })
    this.weight = weighed[0]
    const missing = (['type', 'name', 'regularPrice'] as const).filter((field) => !this.#column.has(field)).map((field) => columnNames[field][0])
    if (missing.length === 0) return
    const message = `This is no WooCommerce product file: it has no column ${missing.map((name) => `"${name}"`).join(', ')}. An export in another language than English, or any other CSV, is described with --map`
    throw new CommerceError('INVALID_INPUT', { message, details: { issues: missing.map((path) => ({ path, message: 'The column is missing' })) } })
  }

  /** The cell without surrounding blanks; empty when the file has no such column. */
  cell(row: SourceRow, field: WooCommerceField): string {
    const column = this.#column.get(field)
    return column === undefined ? '' : cellOf(row, column)
  }

  /** The weight's cell; empty when the file has no such column. */
  weightCell(row: SourceRow): string {
    return this.weight === undefined ? '' : cellOf(row, this.weight.column)
  }

  /** Several words may stand in the column, such as `simple, virtual`; a blank one is a simple product. */
  kind(row: SourceRow): WooCommerceKind {
    const words = listedValues(this.cell(row, 'type').toLowerCase())
    const kinds = words.filter((word) => word !== 'virtual' && word !== 'downloadable')
    if (kinds.length === 0) return 'simple'
    const known = (['variation', 'variable', 'simple'] as const).find((kind) => kinds[0] === kind)
    return kinds.length === 1 ? (known ?? 'unsupported') : 'unsupported'
  }

  /** The attributes that the row names, in the order of their columns. */
  attributes(row: SourceRow): readonly WooCommerceAttribute[] {
    return this.#attributes
      .map(({ name, values }) => ({ name: cellOf(row, name), values: listedValues(cellOf(row, values)) }))
      .filter((attribute) => attribute.name !== '')
  }

  /** What the file calls the values of the row's attribute of this name. */
  attributeColumn(row: SourceRow, name: string): string | null {
    return this.#attributes.find((columns) => cellOf(row, columns.name) === name)?.values ?? null
  }

  /** What the file calls the field. */
  nameOf(field: WooCommerceField): string {
    return this.#column.get(field) ?? columnNames[field][0]
  }
}

function cellOf(row: SourceRow, column: string): string {
  return plainCell((row.values[column] as string | undefined) ?? '')
}
