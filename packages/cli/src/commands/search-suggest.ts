import { type ShopOptions, withCommerce } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { count } from '../terminal/words.ts'
import { indexAway, stars } from './search-query.ts'

interface SearchSuggestOptions extends ShopOptions {
  readonly text: string
  readonly limit: number
}

/** Goes on with what is being typed: texts and products. */
export async function searchSuggest(output: Output, options: SearchSuggestOptions): Promise<number> {
  const { text, limit } = options
  const { completions, products, degraded, elapsedMs } = await withCommerce(options, { create: false }, ({ search }) => search.suggest({ text, limit }))
  output.result({ completions, products, ...(degraded ? { degraded } : {}), elapsedMs }, () => {
    const away = degraded ? [indexAway(output.paint)] : []
    if (completions.length === 0 && products.length === 0) return [...away, `Nothing goes on from "${text}".`].join('\n')
    const texts = completions.map((completion) => `${completion.text} ${output.paint('dim', count(completion.count))}`)
    const columns = [{ title: 'title', flexible: true }, { title: 'rating' }, { title: 'handle' }] as const
    const rows = products.map(({ title, rating, handle }) => [title, stars(rating), output.paint('dim', handle)])
    const found = rows.length === 0 ? [] : [table({ columns, rows, paint: output.paint, width: output.width })]
    return [...away, ...texts, ...found, `${elapsedMs.toFixed(1)} ms`].join('\n')
  })
  return 0
}
