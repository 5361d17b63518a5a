import { type Commerce, CommerceError } from '@cartwright/core'
import { readCsv } from './csv-rows.ts'
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

export type ImportFormat = 'shopify' | 'jsonl'

export interface ImportOptions {
  readonly file: string
  /** What the file is in when there is no map; by its name when undefined: `.csv` is Shopify's, `.jsonl` and `.ndjson` are import records. */
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
  const format = map === undefined ? (options.format ?? formatByName(options.file)) : 'map'
  const input = await openInputFile(options.file)
  const plan = map !== undefined ? await mapPlan(map, input, options) : format === 'shopify' ? await shopifyPlan(input, options) : recordPlan(input)
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

async function shopifyPlan(input: InputFile, options: ImportOptions): Promise<Plan> {
  const csv = await readCsv(physicalLines(input.bytes), { delimiter: ',' })
  const columns = new ShopifyColumns(csv.columns)
  return { rows: csv.rows, keyOf: shopifyKey(columns), scattered: false, reading: shopifyReading(columns, options) }
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

function formatByName(file: string): ImportFormat {
  const name = file.toLowerCase().replace(/\.gz$/, '')
  if (name.endsWith('.csv')) return 'shopify'
  if (name.endsWith('.jsonl') || name.endsWith('.ndjson')) return 'jsonl'
  const message = `The name "${file}" does not tell what the file is; say --format shopify, --format jsonl or --map FILE`
  throw new CommerceError('INVALID_INPUT', { message, details: { issues: [{ path: 'format', message }] } })
}
