import { type Parsed, plainBoolean, readDecimalPrice, readGrams, readQuantity } from './cell-values.ts'
import { madeSku } from './made-keys.ts'
import type { VariantRecord } from './product-record.ts'
import { type Problem, type Rejection, rejection, type SourceRow } from './rejection.ts'
import type { ShopifyColumns, ShopifyField } from './shopify-columns.ts'

interface VariantParams {
  readonly row: SourceRow
  readonly handle: string
  readonly optionNames: readonly string[]
  readonly columns: ShopifyColumns
  readonly currency: string
  readonly location: string | undefined
}

/** Reads the variant of one row; every cell that is wrong is named, and any rejects the variant. */
export function readVariant(params: VariantParams): VariantRecord | { readonly sku: string; readonly rejected: readonly Rejection[] } {
  const { row, columns, optionNames, currency } = params
  const rejected: Rejection[] = []
  const cell = (field: ShopifyField): string => columns.cell(row, field)
  const reject = (field: ShopifyField, problem: Problem): void => {
    rejected.push(rejection(row.line, columns.nameOf(field), problem))
  }
  const read = <Value>(field: ShopifyField, reader: (text: string) => Parsed<Value>): Value | undefined => {
    const text = cell(field)
    if (text === '') return undefined
    const parsed = reader(text)
    if ('value' in parsed) return parsed.value
    reject(field, parsed.problem)
    return undefined
  }

  if (cell('price') === '') reject('price', { code: 'MISSING_PRICE', message: 'The variant has no price' })
  const amountMinor = read('price', (text) => readDecimalPrice(text, currency))
  const compareAtMinor = read('compareAt', (text) => readDecimalPrice(text, currency))
  const quantity = read('quantity', readQuantity)
  const weightGrams = read('grams', (text) => readGrams(text, 'g'))
  const backorder = read('policy', readPolicy)
  const optionFields = (['option1Value', 'option2Value', 'option3Value'] as const).slice(0, optionNames.length)
  for (const [index, field] of optionFields.entries()) {
    if (cell(field) === '') reject(field, { code: 'INVALID_OPTIONS', message: `The variant has no value for the option "${optionNames[index]}"` })
  }
  const values = optionFields.map((field) => cell(field))
  const sku = cell('sku') || madeSku(params.handle, values)
  if (rejected.length > 0 || amountMinor === undefined) return { sku, rejected }
  return {
    sku,
    ...(cell('barcode') === '' ? {} : { barcode: cell('barcode') }),
    options: Object.fromEntries(optionNames.map((name, index) => [name, values[index] ?? ''])),
    prices: [{ currency, amountMinor, ...(compareAtMinor === undefined || compareAtMinor === 0 ? {} : { compareAtMinor }) }],
    ...(quantity === undefined ? {} : { stock: [{ ...(params.location === undefined ? {} : { location: params.location }), quantity }] }),
    ...(weightGrams === undefined ? {} : { weightGrams }),
    stockTracked: cell('tracker') !== '' || quantity !== undefined,
    backorder: backorder ?? 'deny',
  }
}

/** Whether selling goes on when the stock is gone: `deny` or `continue`, true or false in the newer template. */
function readPolicy(text: string): Parsed<'deny' | 'allow'> {
  const word = text.toLowerCase()
  if (word === 'deny' || word === 'continue') return { value: word === 'deny' ? 'deny' : 'allow' }
  const goesOn = plainBoolean(text)
  if (goesOn !== undefined) return { value: goesOn ? 'allow' : 'deny' }
  return { problem: { code: 'UNKNOWN_VALUE', message: `"${text}" is neither deny nor continue` } }
}
