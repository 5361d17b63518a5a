import { type ShopOptions, withCommerce } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'
import { counted } from '../terminal/words.ts'

/**
 * Builds the search index anew. On Postgres it lies in the database, and its tables are made if need be; an index in memory is gone when the command ends, and this
 * only shows that it can be built, and how long it takes.
 */
export async function searchReindex(output: Output, options: ShopOptions): Promise<number> {
  const { documents, elapsedMs } = await withCommerce(options, { create: false, buildsSearch: true }, ({ search }) => search.reindex())
  output.result({ documents, elapsedMs }, () => `Indexed ${counted(documents, 'product')} in ${(elapsedMs / 1000).toFixed(2)} s.`)
  return 0
}
