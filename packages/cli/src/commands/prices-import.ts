import { importPrices, type PriceImportSummary } from '../import/import-prices.ts'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'
import { type Progress, progressBar } from '../terminal/progress-bar.ts'
import { rejectionsInWords } from '../terminal/rejections.ts'
import { count, counted } from '../terminal/words.ts'

interface PricesImportOptions extends ShopOptions {
  readonly file: string
  readonly list?: string
  readonly strict?: boolean
}

/** Imports a file of prices into price lists. Fails when nothing of it could be imported, or with `--strict` when not all of it could. */
export async function pricesImport(output: Output, options: PricesImportOptions): Promise<number> {
  const startedMs = performance.now()
  const summary = await withCommerce(options, { create: false }, async ({ prices }) => {
    let bar: Progress | undefined
    try {
      return await importPrices({
        file: options.file,
        list: options.list,
        prices,
        onProgress: ({ bytesRead, totalBytes, set, rejected }) => {
          bar ??= progressBar(output.streams.stderr, 'Importing', totalBytes)
          bar.update(bytesRead, `${counted(set, 'price')}${rejected > 0 ? `, ${count(rejected)} rejected` : ''}`)
        },
      })
    } finally {
      bar?.stop()
    }
  })
  const seconds = (performance.now() - startedMs) / 1000
  output.result(summary, () => inWords(summary, seconds, output))
  if (output.json && summary.rejected.length > 0) output.note(`${counted(summary.rejected.length, 'problem')} in the file; see "rejected".`)
  return summary.rejected.length > 0 && (options.strict === true || summary.set === 0) ? 1 : 0
}

function inWords({ read, set, lists, rejected }: PriceImportSummary, seconds: number, output: Output): string {
  const { paint } = output
  const head = `Read ${counted(read, 'row')} in ${seconds.toFixed(1)} s: ${paint('bold', counted(set, 'price'))} in ${counted(lists, 'list')}`
  return [head, ...rejectionsInWords(output, rejected, set === 0)].join('\n')
}
