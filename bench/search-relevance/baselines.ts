import MiniSearch from 'minisearch'
import type { IcecatProduct } from './icecat.ts'
import type { Rank } from './score-rankings.ts'

/** MiniSearch as it comes, over some fields of the raw products. */
export function plainMiniSearch(products: readonly IcecatProduct[], fields: readonly string[]): Rank {
  const engine = new MiniSearch<IcecatProduct>({ fields: [...fields] })
  engine.addAll(products)
  return async (query) => engine.search(query).map(({ id }) => String(id))
}
