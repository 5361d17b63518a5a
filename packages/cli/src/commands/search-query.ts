import { type ShopOptions, withCommerce } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { counted } from '../terminal/words.ts'

interface SearchQueryOptions extends ShopOptions {
  readonly text: string
  readonly limit: number
}

/** Finds products by text. */
export async function searchQuery(output: Output, options: SearchQueryOptions): Promise<number> {
  const { total, items, elapsedMs } = await withCommerce(options, { create: false }, ({ search }) => search.query({ text: options.text, limit: options.limit }))
  const hits = items.map(({ handle, title, sku, score }) => ({ handle, title, sku, score }))
  output.result({ total, items: hits, elapsedMs }, () => {
    if (hits.length === 0) return `Nothing matches "${options.text}".`
    const columns = [{ title: 'score', align: 'right' }, { title: 'title', flexible: true }, { title: 'handle' }, { title: 'SKU' }] as const
    const rows = hits.map(({ score, title, handle, sku }) => [score.toFixed(1), title, output.paint('dim', handle), sku])
    const more = total > hits.length ? `, the best ${hits.length} shown` : ''
    return `${table({ columns, rows, paint: output.paint, width: output.width })}\n${counted(total, 'hit')}${more}; ${elapsedMs.toFixed(1)} ms`
  })
  return 0
}
