import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Ratings } from './ndcg.ts'

/** A product as the data set has it: the fields we use, and sparse typed attributes `attr_t_*`, `attr_n_*`, `attr_b_*`. */
export interface IcecatProduct {
  readonly id: string
  readonly name: string
  readonly title: string
  readonly supplier: string
  readonly ean: readonly string[]
  readonly price: number
  readonly short_description?: string
  readonly img_high?: string
  readonly [field: string]: unknown
}

/** Every product of icecat-electronics, in file order. @param dataFolder - what CARTWRIGHT_DATA names. */
export function readProducts(dataFolder: string): IcecatProduct[] {
  const lines = gunzipSync(readFileSync(join(dataFolder, 'icecat-electronics', 'products.jsonl.gz'))).toString('utf8')
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as IcecatProduct)
}

/** The ratings of documents, by query. */
export function readJudgments(dataFolder: string): ReadonlyMap<string, Ratings> {
  const [, ...lines] = readFileSync(join(dataFolder, 'icecat-electronics', 'judgments.csv'), 'utf8')
    .trim()
    .split(/\r?\n/)
  const byQuery = new Map<string, Map<string, number>>()
  for (const line of lines) {
    const [query, id, rating] = line.split(',')
    if (query === undefined || id === undefined || rating === undefined) throw new Error(`no judgement: ${line}`)
    byQuery.set(query, (byQuery.get(query) ?? new Map<string, number>()).set(id, Number(rating)))
  }
  return byQuery
}

/** The product as an import record. Its id becomes handle and SKU, so that judgements find it; its model code becomes an attribute. */
export function importRecord(product: IcecatProduct): Record<string, unknown> {
  const attributes = Object.entries(product).flatMap(([field, value]) => (field.startsWith('attr_') ? [[field.slice('attr_t_'.length), value]] : []))
  return {
    handle: product.id,
    title: product.title,
    description: product.short_description,
    vendor: product.supplier,
    attributes: Object.fromEntries([['model', product.name], ...attributes]),
    images: product.img_high === undefined ? [] : [{ url: product.img_high }],
    variants: [{ sku: product.id, barcode: product.ean[0], prices: [{ currency: 'USD', amountMinor: product.price }], stock: [{ quantity: 10 }] }],
  }
}
