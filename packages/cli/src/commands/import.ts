import { type ImportFormat, type ImportProgress, importFile } from '../import/import-file.ts'
import type { ImportSummary } from '../import/import-run.ts'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'
import { type Progress, progressBar } from '../terminal/progress-bar.ts'
import { rejectionsInWords } from '../terminal/rejections.ts'
import { count, counted } from '../terminal/words.ts'

interface ImportCommandOptions extends ShopOptions {
  readonly file: string
  readonly format?: ImportFormat
  readonly map?: string
  readonly currency?: string
  readonly location?: string
  readonly status: string
  readonly strict?: boolean
}

/** Imports a file of products. Fails when nothing of it could be imported, or with `--strict` when not all of it could. */
export async function importProducts(output: Output, options: ImportCommandOptions): Promise<number> {
  const startedMs = performance.now()
  const summary = await withCommerce(options, { create: true }, async (commerce, config) => {
    let bar: Progress | undefined
    const onProgress = (progress: ImportProgress): void => {
      bar ??= progressBar(output.streams.stderr, 'Importing', progress.totalBytes)
      bar.update(progress.bytesRead, `${counted(progress.products, 'product')}${progress.rejected > 0 ? `, ${count(progress.rejected)} rejected` : ''}`)
    }
    try {
      const { file, format, map: mapFile, location, status } = options
      return await importFile({ file, format, mapFile, location, status, currency: options.currency ?? config.currency, catalog: commerce.catalog, onProgress })
    } finally {
      bar?.stop()
    }
  })
  const seconds = (performance.now() - startedMs) / 1000
  output.result(summary, () => inWords(summary, seconds, output))
  if (output.json && summary.rejected.length > 0) output.note(`${counted(summary.rejected.length, 'problem')} in the file; see "rejected".`)
  const failed = summary.rejected.length > 0 && (options.strict === true || summary.products === 0)
  return failed ? 1 : 0
}

function inWords(summary: ImportSummary, seconds: number, output: Output): string {
  const { paint } = output
  const figure = (style: 'green' | 'yellow' | 'dim', value: number): string => (value === 0 ? '0' : paint(style, count(value)))
  const lines = [
    `Read ${counted(summary.read, 'row')} in ${seconds.toFixed(1)} s: ${paint('bold', counted(summary.products, 'product'))} with ${counted(summary.variants, 'variant')}`,
    `${figure('green', summary.created)} created, ${figure('yellow', summary.updated)} updated, ${figure('dim', summary.unchanged)} unchanged`,
  ]
  return [...lines, ...rejectionsInWords(output, summary.rejected, summary.products === 0)].join('\n')
}
