import { type Commerce, CommerceError } from '@cartwright/core'
import { type CsvFile, readCsv } from './csv-rows.ts'
import { fileKind } from './file-kind.ts'
import { type ImportMap, loadImportMap, namedFields } from './import-map.ts'
import { type ImportSummary, runImport } from './import-run.ts'
import { type InputFile, openInputFile } from './input-file.ts'
import { jsonRows } from './json-rows.ts'
import { isSkipped, mapKey, mapReading } from './map-reading.ts'
import { physicalLines } from './physical-lines.ts'
import type { RowReading } from './product-record.ts'
import { recordKey, recordReading } from './record-reading.ts'
import type { ReadRow } from './rejection.ts'
import { adjacentGroups, type GroupKey, scatteredGroups } from './row-groups.ts'
import { ShopifyColumns } from './shopify-columns.ts'
import { shopifyKey, shopifyReading } from './shopify-reading.ts'
import { isWooCommerceHeader, WooCommerceColumns } from './woocommerce-columns.ts'
import { WooCommerceFamilies } from './woocommerce-families.ts'
import { wooCommerceReading } from './woocommerce-reading.ts'

export type ImportFormat = 'shopify' | 'woocommerce' | 'jsonl'

export interface ImportOptions {
  readonly file: string
  /** What the file is in when there is no map; by its name when undefined: `.csv` is Shopify's or, by its header, WooCommerce's; `.jsonl` and `.ndjson` are import records. */
  readonly format: ImportFormat | undefined
  readonly mapFile: string | undefined
  /** For prices that come without one. */
  readonly currency: string
  /** For quantities that come without one; the default location when undefined. */
  readonly location: string | undefined
  /** For products that come without one. */
  readonly status: string
  readonly catalog: Pick<Commerce['catalog'], 'upsertMany'>
  /** Called now and then; bytes are those of the file on disk. */
  readonly onProgress?: (progress: ImportProgress) => void
}

export interface ImportProgress {
  readonly bytesRead: number
  readonly totalBytes: number
  readonly products: number
  readonly rejected: number
}

/** Imports one file, streaming. @throws INVALID_INPUT when the file or its map cannot be used at all; whatever is wrong with single rows is in the result. */
export async function importFile(options: ImportOptions): Promise<ImportSummary> {
  const map = options.mapFile === undefined ? undefined : await loadImportMap(options.mapFile)
  const format =
    options.format ?? (map === undefined ? fileKind(options.file, 'say --format shopify, --format woocommerce, --format jsonl or --map FILE') : 'csv')
  const input = await openInputFile(options.file)
  const plan = map !== undefined ? await mapPlan(map, input, options) : format === 'jsonl' ? recordPlan(input) : await csvPlan(format, input, options)
  const counter = new RowCounter()
  const rows = counter.count(plan.rows)
  const groups = plan.scattered ? scatteredGroups(rows, plan.keyOf) : adjacentGroups(rows, plan.keyOf)
  return runImport({
    groups,
    reading: plan.reading,
    catalog: options.catalog,
    rowsRead: () => counter.rows,
    onBatch: (soFar) => options.onProgress?.({ ...soFar, bytesRead: input.bytesRead(), totalBytes: input.totalBytes }),
  })
}

interface Plan {
  readonly rows: AsyncIterable<ReadRow | 'skipped'>
  readonly keyOf: GroupKey
  readonly scattered: boolean
  readonly reading: RowReading
}

function recordPlan(input: InputFile): Plan {
  return { rows: jsonRows(physicalLines(input.bytes)), keyOf: recordKey, scattered: false, reading: recordReading }
}

/** @param format - `csv`: whichever of them the header tells */
async function csvPlan(format: 'shopify' | 'woocommerce' | 'csv', input: InputFile, options: ImportOptions): Promise<Plan> {
  const csv = await readCsv(physicalLines(input.bytes), { delimiter: ',' })
  const isWooCommerce = format === 'woocommerce' || (format === 'csv' && isWooCommerceHeader(csv.columns))
  return isWooCommerce ? wooCommercePlan(csv, options) : shopifyPlan(csv, options)
}

function shopifyPlan(csv: CsvFile, options: ImportOptions): Plan {
  const columns = new ShopifyColumns(csv.columns)
  return { rows: csv.rows, keyOf: shopifyKey(columns), scattered: false, reading: shopifyReading(columns, options) }
}

/** Reads the file once from beginning to end before the plan is made. */
async function wooCommercePlan(csv: CsvFile, options: ImportOptions): Promise<Plan> {
  const columns = new WooCommerceColumns(csv.columns)
  const ahead = await readCsv(physicalLines((await openInputFile(options.file)).bytes), { delimiter: ',' })
  const families = await WooCommerceFamilies.read(columns, ahead.rows)
  const today = new Date().toISOString().slice(0, 10)
  return { rows: csv.rows, keyOf: families.keyOf, scattered: true, reading: wooCommerceReading(columns, families, { ...options, today }) }
}

async function mapPlan(map: ImportMap, input: InputFile, options: ImportOptions): Promise<Plan> {
  const rows = map.format === 'csv' ? await mappedCsvRows(map, input) : jsonRows(physicalLines(input.bytes))
  return {
    rows: markSkipped(rows, map),
    keyOf: mapKey(map),
    scattered: map.group?.rows === 'anywhere',
    reading: mapReading(map, options),
  }
}

async function mappedCsvRows(map: ImportMap, input: InputFile): Promise<AsyncIterable<ReadRow>> {
  const csv = await readCsv(physicalLines(input.bytes), { delimiter: map.delimiter })
  const missing = [...namedFields(map)].filter((field) => !csv.columns.includes(field))
  if (missing.length === 0) return csv.rows
  const message = `The file has no column ${missing.map((name) => `"${name}"`).join(', ')}, which the map names`
  throw new CommerceError('INVALID_INPUT', { message, details: { issues: missing.map((path) => ({ path, message: 'The column is missing' })) } })
}

async function* markSkipped(rows: AsyncIterable<ReadRow>, map: ImportMap): AsyncGenerator<ReadRow | 'skipped'> {
  for await (const item of rows) yield 'row' in item && isSkipped(map, item.row) ? 'skipped' : item
}

class RowCounter {
  rows = 0

  /** Passes on what is to be imported, and counts that and what the map skips. */
  async *count(rows: AsyncIterable<ReadRow | 'skipped'>): AsyncGenerator<ReadRow> {
    for await (const item of rows) {
      this.rows += 1
      if (item !== 'skipped') yield item
    }
  }
}
