import type { Commerce } from '@cartwright/core'
import type { Candidate, RowReading } from './product-record.ts'
import { type Rejection, rejection } from './rejection.ts'
import type { Grouped } from './row-groups.ts'

/** What an import did. */
export interface ImportSummary {
  /** Data rows (CSV) or lines (JSONL) in the file: blank ones and the header are not counted. */
  readonly read: number
  /** Products that are in the shop as the file has them: created + updated + unchanged. */
  readonly products: number
  /** Their variants. */
  readonly variants: number
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  /** By line. */
  readonly rejected: readonly Rejection[]
}

interface RunParams {
  readonly groups: AsyncIterable<Grouped>
  readonly reading: RowReading
  readonly catalog: Pick<Commerce['catalog'], 'upsertMany'>
  /** Asked at the end. */
  readonly rowsRead: () => number
  /** Called after each batch. */
  readonly onBatch?: (soFar: { readonly products: number; readonly rejected: number }) => void
}

/** Products written in one transaction. */
const batchSize = 200

/** Converts groups of rows one after the other and writes them in batches. Memory holds one batch, the handles seen and the rejections. */
export async function runImport(params: RunParams): Promise<ImportSummary> {
  const run = new ImportRun(params)
  for await (const item of params.groups) {
    if ('rejected' in item) run.reject([item.rejected])
    else await run.add(item.group)
  }
  return run.finish()
}

class ImportRun {
  readonly #params: RunParams
  readonly #rejected: Rejection[] = []
  readonly #importedHandles = new Set<string>()
  #batch: Candidate[] = []
  #batchHandles = new Set<string>()
  #variants = 0
  readonly #outcomes = { created: 0, updated: 0, unchanged: 0 }

  constructor(params: RunParams) {
    this.#params = params
  }

  reject(rejected: readonly Rejection[]): void {
    this.#rejected.push(...rejected)
  }

  async add(group: Extract<Grouped, { group: unknown }>['group']): Promise<void> {
    const { candidate, rejected } = this.#params.reading.convert(group)
    this.reject(rejected)
    if (candidate === null) return
    const handle = handleOf(candidate)
    // The batch decides whether the earlier product of this handle is imported: only then is this one a repetition.
    if (handle !== null && this.#batchHandles.has(handle)) await this.#write()
    if (handle !== null && this.#importedHandles.has(handle)) {
      const message = `The product "${handle}" was imported from earlier rows of this file; keep the rows of one product together`
      this.reject([rejection(candidate.line, this.#params.reading.sourceColumn('handle'), { code: 'HANDLE_REPEATED', message })])
      return
    }
    this.#batch.push(candidate)
    if (handle !== null) this.#batchHandles.add(handle)
    if (this.#batch.length >= batchSize) await this.#write()
  }

  async finish(): Promise<ImportSummary> {
    await this.#write()
    const { created, updated, unchanged } = this.#outcomes
    return {
      read: this.#params.rowsRead(),
      products: created + updated + unchanged,
      variants: this.#variants,
      created,
      updated,
      unchanged,
      rejected: this.#rejected.sort((a, b) => a.line - b.line),
    }
  }

  async #write(): Promise<void> {
    if (this.#batch.length === 0) return
    const batch = this.#batch
    this.#batch = []
    this.#batchHandles = new Set()
    const report = await this.#params.catalog.upsertMany({ products: batch.map(({ record }) => record) })
    for (const result of report.results) {
      if (result.outcome === 'rejected') continue
      this.#outcomes[result.outcome] += 1
      this.#variants += result.variants
      this.#importedHandles.add(result.handle)
    }
    for (const found of report.rejected) {
      const candidate = batch[found.index] as Candidate
      const line = found.variant === undefined ? candidate.line : candidate.variantLines[found.variant]
      if (line === null) continue
      const path = found.variant === undefined ? found.column : `variants.${found.column}`
      const column = this.#params.reading.sourceColumn(path) ?? found.column
      this.reject([{ line: line ?? candidate.line, column, code: found.code, message: found.message }])
    }
    this.#params.onBatch?.({ products: this.#importedHandles.size, rejected: this.#rejected.length })
  }
}

function handleOf({ record }: Candidate): string | null {
  const handle = (record as { handle?: unknown }).handle
  return typeof handle === 'string' ? handle : null
}
