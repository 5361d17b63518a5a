import { type Commerce, isCommerceError } from '@cartwright/core'
import { staff } from '../staff.ts'
import { readCsv } from './csv-rows.ts'
import { fileKind } from './file-kind.ts'
import type { ImportProgress } from './import-file.ts'
import { openInputFile } from './input-file.ts'
import { jsonRows } from './json-rows.ts'
import { physicalLines } from './physical-lines.ts'
import { PriceCells, type PriceRow } from './price-row.ts'
import { type ReadRow, type Rejection, rejection } from './rejection.ts'

export interface ImportPricesOptions {
  readonly file: string
  /** Of rows that name none. */
  readonly list: string | undefined
  readonly prices: Pick<Commerce['prices'], 'get' | 'setPrices'>
  readonly onProgress?: (progress: Pick<ImportProgress, 'bytesRead' | 'totalBytes' | 'rejected'> & { readonly set: number }) => void
}

/** What an import of prices did. */
export interface PriceImportSummary {
  /** Data rows (CSV) or lines (JSONL) in the file: blank ones and the header are not counted. */
  readonly read: number
  /** Prices that are in their lists as the file has them. */
  readonly set: number
  /** Lists that were written to. */
  readonly lists: number
  /** By line. */
  readonly rejected: readonly Rejection[]
}

/** Prices written in one transaction; and rows that wait for more of their list, in all lists together. */
const batchSize = 1_000
const mostWaiting = 10_000

/**
 * Puts the prices of a file into the price lists that they name, streaming: memory holds the rows that wait, the lists' codes and the rejections. Of two rows for one
 * SKU and quantity of a list, the later counts; importing the file again puts in the same prices.
 *
 * @throws INVALID_INPUT when the file cannot be read at all; whatever is wrong with single rows is in the result.
 */
export async function importPrices(options: ImportPricesOptions): Promise<PriceImportSummary> {
  const input = await openInputFile(options.file)
  const lines = physicalLines(input.bytes)
  const rows = fileKind(options.file, 'name it .csv or .jsonl') === 'csv' ? (await readCsv(lines, { delimiter: ',' })).rows : jsonRows(lines)
  const run = new PriceRun(options)
  for await (const row of rows) {
    if (await run.add(row)) options.onProgress?.({ ...run.soFar(), bytesRead: input.bytesRead(), totalBytes: input.totalBytes })
  }
  return run.finish()
}

interface OpenList {
  readonly currency: string
  /** By SKU and quantity. */
  waiting: Map<string, PriceRow>
}

class PriceRun {
  readonly #options: ImportPricesOptions
  readonly #lists = new Map<string, OpenList | 'unknown'>()
  readonly #rejected: Rejection[] = []
  readonly #written = new Set<string>()
  #read = 0
  #set = 0
  #waiting = 0

  constructor(options: ImportPricesOptions) {
    this.#options = options
  }

  soFar() {
    return { set: this.#set, rejected: this.#rejected.length }
  }

  /** @returns whether something was written. */
  async add(item: ReadRow): Promise<boolean> {
    this.#read += 1
    if ('rejected' in item) return this.#reject(item.rejected)
    const cells = new PriceCells(item.row)
    const code = cells.list ?? this.#options.list
    if (code === undefined) return this.#reject(cells.reject('list', { code: 'MISSING_LIST', message: 'The row names no price list' }))
    const list = await this.#find(code)
    if (list === 'unknown') return this.#reject(cells.reject('list', { code: 'UNKNOWN_LIST', message: `There is no price list "${code}"` }))
    const read = cells.read(list.currency)
    if ('rejected' in read) return this.#reject(...read.rejected)
    const key = JSON.stringify([read.sku, read.minQuantity])
    if (!list.waiting.has(key)) this.#waiting += 1
    list.waiting.set(key, read)
    if (list.waiting.size < batchSize && this.#waiting < mostWaiting) return false
    if (list.waiting.size >= batchSize) await this.#write(code, list)
    else await this.#writeAll()
    return true
  }

  async finish(): Promise<PriceImportSummary> {
    await this.#writeAll()
    return { read: this.#read, set: this.#set, lists: this.#written.size, rejected: this.#rejected.sort((a, b) => a.line - b.line) }
  }

  #reject(...problems: readonly Rejection[]): false {
    this.#rejected.push(...problems)
    return false
  }

  async #find(code: string): Promise<OpenList | 'unknown'> {
    const known = this.#lists.get(code)
    if (known !== undefined) return known
    const found = await this.#open(code)
    this.#lists.set(code, found)
    return found
  }

  async #open(code: string): Promise<OpenList | 'unknown'> {
    try {
      const { currency } = await this.#options.prices.get({ actor: staff, code })
      return { currency, waiting: new Map() }
    } catch (error) {
      if (isCommerceError(error, 'NOT_FOUND') || isCommerceError(error, 'INVALID_INPUT')) return 'unknown'
      throw error
    }
  }

  async #writeAll(): Promise<void> {
    for (const [code, list] of this.#lists) if (list !== 'unknown') await this.#write(code, list)
  }

  async #write(code: string, list: OpenList): Promise<void> {
    if (list.waiting.size === 0) return
    const batch = [...list.waiting.values()]
    this.#waiting -= batch.length
    list.waiting = new Map()
    const bad = await this.#put(code, batch)
    const sound = batch.filter((_, index) => !bad.has(index))
    for (const [index, message] of bad) this.#rejected.push(rejection(batch[index]?.line ?? 0, 'sku', { code: 'UNKNOWN_VALUE', message }))
    // What the shop refuses of a batch it refuses as a whole: what is left of it goes in by itself.
    if (bad.size > 0 && sound.length > 0) await this.#put(code, sound)
  }

  /** @returns the rows that are not even in the form of a price, with what is wrong; nothing was put in then. */
  async #put(code: string, batch: readonly PriceRow[]): Promise<ReadonlyMap<number, string>> {
    const prices = batch.map(({ sku, minQuantity, amountMinor }) => ({ sku, minQuantity, amountMinor }))
    try {
      const { set, unknownSkus } = await this.#options.prices.setPrices({ actor: staff, code, prices })
      const unknown = new Set(unknownSkus)
      for (const { line, sku } of batch)
        if (unknown.has(sku)) this.#rejected.push(rejection(line, 'sku', { code: 'UNKNOWN_SKU', message: `There is no variant "${sku}"` }))
      this.#set += set
      if (set > 0) this.#written.add(code)
      return new Map()
    } catch (error) {
      if (!isCommerceError(error, 'INVALID_INPUT')) throw error
      const bad = new Map<number, string>()
      for (const { path, message } of error.details.issues) {
        const index = /^prices\.(\d+)\./.exec(path)?.[1]
        if (index === undefined) throw error
        bad.set(Number(index), message)
      }
      return bad
    }
  }
}
