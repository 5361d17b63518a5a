import { samplePopularity } from '../../load-shapes/load-shapes.ts'
import type { OfferedProduct } from '../goods.ts'
import type { Scenario, Stage } from './scenario.ts'

const productsOnPage = 24
const sorts = ['newest', 'title', 'price_asc', 'price_desc'] as const

/** A product, wanted ones more often. Products stand in the order of their popularity, which a catalogue has no other record of. */
export function wantedProduct({ spec }: Pick<Stage, 'spec'>, random: () => number): OfferedProduct {
  const { products } = spec.goods
  return products[samplePopularity(spec.shapes, random, products.length)] as OfferedProduct
}

/** One page of a shop: six in ten are of a product, three list products, one lists the categories. A list leads to its second page in one case of four. */
export function browse(stage: Stage): Scenario {
  const { catalog } = stage.commerce
  const { categories } = stage.spec.goods
  return async ({ source, steps }) => {
    const drawn = source.unit()
    if (drawn < 0.6) {
      const { handle } = wantedProduct(stage, source.unit)
      await steps.run('catalog.get', () => catalog.get({ handle }))
      return
    }
    if (drawn >= 0.9) {
      await steps.run('catalog.listCategories', () => catalog.listCategories())
      return
    }
    const category = categories.length === 0 ? {} : { filter: { category: [...source.pick(categories)] } }
    const query = { ...category, sort: source.pick(sorts), limit: productsOnPage }
    const { next } = await steps.run('catalog.list', () => catalog.list(query))
    if (next !== null && source.chance(0.25)) await steps.run('catalog.list', () => catalog.list({ ...query, after: next }))
  }
}
