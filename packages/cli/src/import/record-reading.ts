import { readCurrency } from './cell-values.ts'
import type { Conversion, RowReading } from './product-record.ts'
import { type Rejection, rejection, type SourceRow } from './rejection.ts'
import type { RowGroup } from './row-groups.ts'

/** Reads our own JSONL, one import record a line. The catalogue checks the record; only what it takes on trust is looked at here. */
export const recordReading: RowReading = { convert, sourceColumn: (path) => path }

/** Each line is a product. */
export function recordKey(row: SourceRow): string {
  return `line ${row.line}`
}

function convert(group: RowGroup): Conversion {
  const { line, values } = group.rows[0] as SourceRow
  if (!Array.isArray(values.variants)) return { candidate: { line, variantLines: [], record: values }, rejected: [] }
  const rejected: Rejection[] = []
  const variantLines: (number | null)[] = []
  const variants = values.variants.map((variant: unknown, index) => {
    const problems = currencyProblems(variant, line, index)
    rejected.push(...problems)
    variantLines.push(problems.length === 0 ? line : null)
    return problems.length === 0 ? variant : { sku: (variant as { sku?: unknown }).sku }
  })
  return { candidate: { line, variantLines, record: { ...values, variants } }, rejected }
}

/** A code that no currency has would be stored as it is, and never be paid in. */
function currencyProblems(variant: unknown, line: number, index: number): Rejection[] {
  const prices = (variant as { prices?: unknown } | null)?.prices
  if (!Array.isArray(prices)) return []
  return prices.flatMap((price: { currency?: unknown } | null, place) => {
    if (typeof price?.currency !== 'string') return []
    const read = readCurrency(price.currency)
    return 'problem' in read ? [rejection(line, `variants.${index}.prices.${place}.currency`, read.problem)] : []
  })
}
