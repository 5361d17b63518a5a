import type * as z from 'zod'
import { skuInput } from '../parse-input.ts'
import { type ProductRecord, productRecordInput, type VariantRecord, variantRecordInput } from './import-record-input.ts'

/** Why a record, or one variant of it, was not imported. */
export interface ImportRejection {
  /** Of the record in the call. */
  readonly index: number
  /** Of the variant in the record; absent when the whole record is rejected. */
  readonly variant?: number
  /** The field, as a path from the record or from the variant, e.g. `prices.0.amountMinor`. */
  readonly column: string
  readonly code: 'INVALID_INPUT' | 'DUPLICATE_HANDLE' | 'DUPLICATE_SKU' | 'SKU_TAKEN' | 'STOCK_RESERVED' | 'COMPONENT_UNKNOWN' | 'BUNDLE_NESTED'
  readonly message: string
}

/** A variant that can be imported. */
export interface ReadVariant {
  readonly index: number
  readonly record: VariantRecord
}

/** A record that can be imported, with its good variants. */
export interface ReadProduct {
  readonly index: number
  readonly record: ProductRecord
  readonly variants: readonly ReadVariant[]
  /** SKUs of variants that are too broken to import: what is stored of them stays. */
  readonly brokenSkus: readonly string[]
}

/** A record as read: the product unless it is rejected, and everything wrong with it. */
export interface ReadRecord {
  readonly product?: ReadProduct
  readonly rejected: readonly ImportRejection[]
}

/** Checks one import record: a bad product field rejects it whole, a bad variant only itself, unless no variant is left. */
export function readRecord(index: number, value: unknown): ReadRecord {
  const parsed = productRecordInput.safeParse(value)
  if (!parsed.success) return { rejected: problemsOf(parsed.error).map((problem) => ({ index, ...problem })) }
  const variants: ReadVariant[] = []
  const brokenSkus: string[] = []
  const rejected: ImportRejection[] = []
  const seen = new Set<string>()
  for (const [variant, raw] of parsed.data.variants.entries()) {
    const read = readVariant(raw, parsed.data, seen)
    if ('record' in read) {
      seen.add(read.record.sku)
      variants.push({ index: variant, record: read.record })
      continue
    }
    const sku = skuInput.safeParse((raw as { sku?: unknown } | null)?.sku)
    if (sku.success && !seen.has(sku.data)) brokenSkus.push(sku.data)
    rejected.push(...read.problems.map((problem) => ({ index, variant, ...problem })))
  }
  if (variants.length === 0) return { rejected }
  return { product: { index, record: parsed.data, variants, brokenSkus: brokenSkus.filter((sku) => !seen.has(sku)) }, rejected }
}

type Problem = Pick<ImportRejection, 'column' | 'code' | 'message'>

function readVariant(
  raw: unknown,
  product: ProductRecord,
  seen: ReadonlySet<string>,
): { readonly record: VariantRecord } | { readonly problems: readonly Problem[] } {
  const parsed = variantRecordInput.safeParse(raw)
  if (!parsed.success) return { problems: problemsOf(parsed.error) }
  const record = parsed.data
  if (seen.has(record.sku)) return { problems: [{ column: 'sku', code: 'DUPLICATE_SKU', message: 'another variant of this product has this SKU' }] }
  const problems: Problem[] = []
  for (const name of product.options) {
    if (!Object.hasOwn(record.options, name))
      problems.push({ column: `options.${name}`, code: 'INVALID_INPUT', message: 'is missing: each variant needs a value of every option of its product' })
  }
  for (const name of Object.keys(record.options)) {
    if (!product.options.includes(name)) problems.push({ column: `options.${name}`, code: 'INVALID_INPUT', message: 'is no option of the product' })
  }
  if (record.backorder === 'deny' && record.backorderLimit != null)
    problems.push({ column: 'backorderLimit', code: 'INVALID_INPUT', message: 'limits backorders, which this variant does not allow' })
  problems.push(...bundleProblems(record))
  return problems.length === 0 ? { record } : { problems }
}

/** A bundle has nothing of its own that its components have. */
function bundleProblems({ sku, components, stock = [], backorder, restockDate = null }: VariantRecord): readonly Problem[] {
  if (components === undefined) return []
  const problems: Problem[] = []
  if (stock.length > 0) problems.push({ column: 'stock', code: 'INVALID_INPUT', message: 'a bundle has no stock of its own: it takes that of its components' })
  if (backorder === 'allow') problems.push({ column: 'backorder', code: 'INVALID_INPUT', message: 'a bundle is backordered as its components are' })
  if (restockDate !== null) problems.push({ column: 'restockDate', code: 'INVALID_INPUT', message: 'a bundle is there again when its components are' })
  if (components.some((component) => component.sku === sku))
    problems.push({ column: 'components', code: 'BUNDLE_NESTED', message: 'a bundle cannot be part of itself' })
  return problems
}

/** The first problem of each field. Unknown fields are named one by one. */
function problemsOf(error: z.core.$ZodError): readonly Problem[] {
  const messages = new Map<string, string>()
  for (const issue of error.issues) {
    const path = issue.path.map(String)
    const columns = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key].join('.')) : [path.join('.')]
    for (const column of columns) if (!messages.has(column)) messages.set(column, issue.message)
  }
  return [...messages].map(([column, message]) => ({ column, code: 'INVALID_INPUT', message }))
}
