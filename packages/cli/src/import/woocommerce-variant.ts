import { type Parsed, plainBoolean } from './cell-values.ts'
import { madeSku } from './made-keys.ts'
import type { PriceRecord, VariantRecord } from './product-record.ts'
import { type Problem, type Rejection, rejection, type SourceRow } from './rejection.ts'
import { readDay, readLocalPrice, readUnits, readWeight } from './woocommerce-cells.ts'
import type { WooCommerceColumns, WooCommerceField } from './woocommerce-columns.ts'

interface VariantParams {
  readonly row: SourceRow
  /** The variable product that a variation belongs to: what the variation leaves blank may stand there. */
  readonly parent: SourceRow | undefined
  readonly handle: string
  readonly options: Readonly<Record<string, string>>
  readonly columns: WooCommerceColumns
  readonly currency: string
  readonly location: string | undefined
  /** Tells whether a sale is on, such as `2026-03-01`. */
  readonly today: string
}

/** What became of one row. `rejected` beside a variant is what had to be left out of it. */
export interface ReadVariant {
  readonly sku: string
  readonly variant: VariantRecord | undefined
  readonly rejected: readonly Rejection[]
}

/** Reads what is sold of one row; every cell that is wrong is named, and any rejects the variant, its shared stock apart. */
export function readWooCommerceVariant(params: VariantParams): ReadVariant {
  const { row, parent, columns, handle, options } = params
  const own = columns.cell(row, 'sku')
  const inherited = parent !== undefined && own === columns.cell(parent, 'sku')
  const sku = own === '' || inherited ? madeSku(handle, Object.values(options)) : own
  const cells = new CellReader(row, columns)
  const price = readPrice(cells, params)
  const stock = readStock(cells, params)
  const weightGrams = readWeightGrams(cells, params)
  if (cells.rejected.length > 0 || price === undefined) return { sku, variant: undefined, rejected: cells.rejected }
  const barcode = columns.cell(row, 'barcode')
  const { shared, ...units } = stock
  return {
    sku,
    variant: {
      sku,
      ...(barcode === '' ? {} : { barcode }),
      options,
      prices: [price],
      ...units,
      ...(weightGrams === undefined ? {} : { weightGrams }),
    },
    rejected: shared === undefined ? [] : [shared],
  }
}

/** The regular price, or while a sale is on the sale's, with the regular one to compare. */
function readPrice(cells: CellReader, { currency, today }: VariantParams): PriceRecord | undefined {
  if (cells.text('regularPrice') === '') cells.reject('regularPrice', { code: 'MISSING_PRICE', message: 'The product has no price' })
  const regular = cells.read('regularPrice', (text) => readLocalPrice(text, currency))
  const sale = cells.read('salePrice', (text) => readLocalPrice(text, currency))
  if (sale === undefined || regular === undefined || sale >= regular) return regular === undefined ? undefined : { currency, amountMinor: regular }
  const starts = cells.read('saleStarts', readDay)
  const ends = cells.read('saleEnds', readDay)
  const isOn = (starts === undefined || starts <= today) && (ends === undefined || today <= ends)
  return isOn ? { currency, amountMinor: sale, compareAtMinor: regular } : { currency, amountMinor: regular }
}

type Stock = Pick<VariantRecord, 'stock' | 'stockTracked' | 'backorder'> & {
  /** The units lie with the parent, for all its variations: no number of them is this one's. */
  readonly shared?: Rejection
}

function readStock(cells: CellReader, { location, parent, row, columns }: VariantParams): Stock {
  const backorder = cells.read('backorders', readBackorders) ?? 'deny'
  const text = cells.text('stock')
  if (text.toLowerCase() === 'parent') {
    const units = parent === undefined ? '' : columns.cell(parent, 'stock')
    const message = `The variation shares ${units === '' ? 'the stock' : `the ${units} units`} of its product: say with \`cartwright stock set\` how many are its own`
    return { stockTracked: true, backorder, shared: rejection(row.line, columns.nameOf('stock'), { code: 'SHARED_STOCK', message }) }
  }
  const at = (quantity: number) => ({ stock: [{ ...(location === undefined ? {} : { location }), quantity }], stockTracked: true, backorder })
  if (text !== '') return at(cells.read('stock', readUnits) ?? 0)
  const soldOut = cells.read('inStock', readInStock) === false
  return soldOut ? at(0) : { stockTracked: false, backorder }
}

/** A variation that was not weighed weighs what its product does. */
function readWeightGrams(cells: CellReader, { row, parent, columns }: VariantParams): number | undefined {
  const { weight } = columns
  if (weight === undefined) return undefined
  const text = columns.weightCell(row) || (parent === undefined ? '' : columns.weightCell(parent))
  if (text === '') return undefined
  const parsed = readWeight(text, weight.unit)
  if ('value' in parsed) return parsed.value
  cells.rejected.push(rejection(row.line, weight.column, parsed.problem))
  return undefined
}

class CellReader {
  readonly rejected: Rejection[] = []
  readonly #row: SourceRow
  readonly #columns: WooCommerceColumns

  constructor(row: SourceRow, columns: WooCommerceColumns) {
    this.#row = row
    this.#columns = columns
  }

  text(field: WooCommerceField): string {
    return this.#columns.cell(this.#row, field)
  }

  read<Value>(field: WooCommerceField, reader: (text: string) => Parsed<Value>): Value | undefined {
    const text = this.text(field)
    if (text === '') return undefined
    const parsed = reader(text)
    if ('value' in parsed) return parsed.value
    this.reject(field, parsed.problem)
    return undefined
  }

  reject(field: WooCommerceField, problem: Problem): void {
    this.rejected.push(rejection(this.#row.line, this.#columns.nameOf(field), problem))
  }
}

/** `notify` also tells the buyer, which is for the host to do. */
function readBackorders(text: string): Parsed<'deny' | 'allow'> {
  if (text.toLowerCase() === 'notify') return { value: 'allow' }
  const allowed = plainBoolean(text)
  if (allowed !== undefined) return { value: allowed ? 'allow' : 'deny' }
  return { problem: { code: 'UNKNOWN_VALUE', message: `"${text}" is none of 0, 1, notify` } }
}

/** Of goods that nobody counts. `backorder` sells on. */
function readInStock(text: string): Parsed<boolean> {
  if (text.toLowerCase() === 'backorder') return { value: true }
  const inStock = plainBoolean(text)
  return inStock === undefined ? { problem: { code: 'UNKNOWN_VALUE', message: `"${text}" is none of 0, 1, backorder` } } : { value: inStock }
}
