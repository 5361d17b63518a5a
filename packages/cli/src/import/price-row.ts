import { type Parsed, readCurrency, readDecimalPrice, readMinorPrice, shortened } from './cell-values.ts'
import type { Problem, Rejection, SourceRow } from './rejection.ts'
import { rejection } from './rejection.ts'

/** What is read of a row, and what files may call it: letters alone count, whatever their case. */
const names = {
  list: ['list', 'pricelist'],
  sku: ['sku'],
  currency: ['currency'],
  amount: ['amount', 'price'],
  amountMinor: ['amountminor'],
  from: ['fromquantity', 'from', 'minquantity'],
} as const

type PriceField = keyof typeof names

/** One price of a price list, as a row has it. */
export interface PriceRow {
  readonly line: number
  readonly sku: string
  readonly minQuantity: number
  readonly amountMinor: number
}

/** The fields of one row, by what they mean. */
export class PriceCells {
  readonly #values = new Map<PriceField, { readonly name: string; readonly text: string }>()
  readonly line: number

  constructor({ line, values }: SourceRow) {
    this.line = line
    for (const [name, value] of Object.entries(values)) {
      const letters = name.toLowerCase().replace(/[^a-z]/g, '')
      const field = (Object.keys(names) as PriceField[]).find((known) => (names[known] as readonly string[]).includes(letters))
      const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
      if (field !== undefined && text !== '') this.#values.set(field, { name, text })
    }
  }

  /** The code of the list that the row is of, if it names one. */
  get list(): string | undefined {
    return this.#values.get('list')?.text
  }

  reject(field: PriceField, problem: Problem): Rejection {
    return rejection(this.line, this.#values.get(field)?.name ?? names[field][0], problem)
  }

  /** Reads what the row says of one price. @param currency - of its list. */
  read(currency: string): PriceRow | { readonly rejected: readonly Rejection[] } {
    const rejected: Rejection[] = []
    const parsed = <Value>(field: PriceField, reader: (text: string) => Parsed<Value>): Value | undefined => {
      const cell = this.#values.get(field)
      if (cell === undefined) return undefined
      const found = reader(cell.text)
      if ('value' in found) return found.value
      rejected.push(this.reject(field, found.problem))
      return undefined
    }
    const sku = parsed('sku', (value): Parsed<string> => ({ value }))
    const named = parsed('currency', readCurrency)
    const decimal = parsed('amount', (text) => readDecimalPrice(text, currency))
    const amountMinor = decimal ?? parsed('amountMinor', readMinorPrice)
    const minQuantity = parsed('from', readFrom) ?? 1
    if (sku === undefined) rejected.push(this.reject('sku', { code: 'MISSING_SKU', message: 'The row names no SKU' }))
    if (named !== undefined && named !== currency)
      rejected.push(this.reject('currency', { code: 'OTHER_CURRENCY', message: `The prices of this list are in ${currency}` }))
    if (amountMinor === undefined && rejected.length === 0) rejected.push(this.reject('amount', { code: 'MISSING_PRICE', message: 'The row has no amount' }))
    if (sku === undefined || amountMinor === undefined || rejected.length > 0) return { rejected }
    return { line: this.line, sku, minQuantity, amountMinor }
  }
}

const mostUnits = 1_000_000

function readFrom(text: string): Parsed<number> {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : 0
  if (value >= 1 && value <= mostUnits) return { value }
  return { problem: { code: 'INVALID_QUANTITY', message: `"${shortened(text)}" is no number of units: write a whole number from 1 to 1,000,000` } }
}
