import { type Commerce, CommerceError, type Product } from '@cartwright/core'
import type { LoadShapes } from '../load-shapes/load-shapes.ts'
import { makeProduct } from '../seed/make-product.ts'
import { SeedPlan } from '../seed/seed-plan.ts'
import { count } from '../terminal/words.ts'
import { defaultHotUnits } from './load-plan.ts'
import { isBuying, type ScenarioName } from './load-spec.ts'

/** A product as visitors see it: what they may look at, search for and buy. */
export interface OfferedProduct {
  readonly handle: string
  readonly title: string
  /** Those with a price in the shop's currency. */
  readonly variants: readonly { readonly sku: string; readonly priceMinor: number }[]
}

/** What the load is made on. Plain data. */
export interface Goods {
  readonly products: readonly OfferedProduct[]
  /** Paths of categories with products. */
  readonly categories: readonly (readonly string[])[]
  /** Units available of each SKU whose stock is limited. */
  readonly supply: Readonly<Record<string, number>>
}

interface GoodsParams {
  readonly commerce: Commerce
  readonly scenario: ScenarioName
  readonly currency: string
  readonly run: string
  readonly seed: number
  readonly shapes: LoadShapes
  /** Units of the hot SKU, or of each variant of a shop that is filled; null for what is usual there. */
  readonly stock: number | null
  /** Hears what was put into the shop. */
  readonly say: (text: string) => void
}

/** As many products as are read from a shop; more change nothing but the start. */
const maxProducts = 2_000
const seededProducts = 500
const seededUnits = 10_000
const productsInBatch = 100
const hotPriceMinor = 2_500

/** Finds what the scenario needs in the shop, and makes what is missing. @throws INVALID_INPUT when the shop's own goods do not do */
export async function prepareGoods(params: GoodsParams): Promise<Goods> {
  if (params.scenario === 'flash-sale') return hotGoods(params)
  const isEmpty = await hasNoGoods(params.commerce)
  if (isEmpty) await fillShop(params)
  else if (params.stock !== null)
    throw unusable('stock', 'This shop has goods of its own, whose stock is left as it is. --stock is for a shop that the load test fills, and for flash sales')
  const goods = await offeredGoods(params)
  if (goods.products.length === 0)
    throw unusable('db', `Nothing in this shop is on sale in ${params.currency}. Name an empty database with --db, and it will be filled`)
  return goods
}

/** Whether the shop has no products but what earlier flash sales have left. */
async function hasNoGoods({ catalog }: Commerce): Promise<boolean> {
  const { items, next } = await catalog.list({ filter: { status: 'any' }, limit: 100 })
  return next === null && items.every(({ handle }) => handle.startsWith(hotHandle('')))
}

/** Takes the goods of a flash sale off sale again; they stay for the sake of the orders. */
export async function withdrawHotGoods({ commerce, run }: Pick<GoodsParams, 'commerce' | 'run'>): Promise<void> {
  const { id } = await commerce.catalog.get({ handle: hotHandle(run), includeHidden: true })
  await commerce.catalog.archive({ productId: id })
}

async function hotGoods({ commerce, currency, run, stock, say }: GoodsParams): Promise<Goods> {
  const units = stock ?? defaultHotUnits
  const sku = `LOADTEST-${run.toUpperCase()}`
  const variant = { sku, prices: [{ currency, amountMinor: hotPriceMinor }], stock: [{ quantity: units }] }
  const product = { handle: hotHandle(run), title: `Flash sale ${run}`, variants: [variant] }
  await importAll(commerce, [product])
  say(`Put ${count(units)} units of ${sku} on sale; it is taken off sale afterwards.`)
  return { products: [{ ...product, variants: [{ sku, priceMinor: hotPriceMinor }] }], categories: [], supply: { [sku]: units } }
}

function hotHandle(run: string): string {
  return `loadtest-${run}`
}

async function fillShop({ commerce, currency, seed, shapes, stock, say }: GoodsParams): Promise<void> {
  const units = stock ?? seededUnits
  const plan = new SeedPlan({ products: seededProducts, customers: 1, orders: 0, seed, until: new Date(0), currency, shapes })
  const records = Array.from({ length: seededProducts }, (_, index) => {
    const { record } = makeProduct(plan, index)
    return { ...record, variants: record.variants.map((variant) => Object.assign({}, variant, { stock: [{ quantity: units }] })) }
  })
  for (let from = 0; from < records.length; from += productsInBatch) await importAll(commerce, records.slice(from, from + productsInBatch))
  say(`The shop was empty: filled it with ${seededProducts} made-up products, ${count(units)} units of each variant.`)
}

async function importAll(commerce: Commerce, products: readonly unknown[]): Promise<void> {
  const { rejected } = await commerce.catalog.upsertMany({ products })
  const [problem] = rejected
  if (problem !== undefined) throw new Error(`The load test made a product that the shop refuses: ${JSON.stringify(problem)}`)
}

async function offeredGoods({ commerce, currency, scenario }: GoodsParams): Promise<Goods> {
  const products: Product[] = []
  for (let after: string | null | undefined; after !== null && products.length < maxProducts; ) {
    const page = await commerce.catalog.list({ sort: 'title', limit: 100, ...(after === undefined ? {} : { after }) })
    products.push(...page.items)
    after = page.next
  }
  const categories = (await commerce.catalog.listCategories()).filter(({ productCount }) => productCount > 0).map(({ path }) => path)
  const supply = isBuying(scenario) ? await supplyOf(commerce, products) : {}
  return { products: products.map((product) => offered(product, currency)).filter(({ variants }) => variants.length > 0), categories, supply }
}

function offered({ handle, title, variants }: Product, currency: string): OfferedProduct {
  const sold = variants.flatMap(({ sku, status, prices }) => {
    const price = prices.find((candidate) => candidate.currency === currency)
    return status !== 'active' || price === undefined ? [] : [{ sku, priceMinor: price.amountMinor }]
  })
  return { handle, title, variants: sold }
}

async function supplyOf(commerce: Commerce, products: readonly Product[]): Promise<Record<string, number>> {
  const supply: Record<string, number> = {}
  for (const { variants } of products) {
    for (const { sku, stockTracked, backorder } of variants) if (stockTracked && backorder === 'deny') supply[sku] = 0
  }
  const skus = Object.keys(supply)
  for (let from = 0; from < skus.length; from += 1_000) {
    for (const { sku, onHand, reserved } of await commerce.inventory.levels({ skus: skus.slice(from, from + 1_000) })) {
      supply[sku] = (supply[sku] ?? 0) + onHand - reserved
    }
  }
  return supply
}

function unusable(path: string, message: string): CommerceError<'INVALID_INPUT'> {
  return new CommerceError('INVALID_INPUT', { message, details: { issues: [{ path, message }] } })
}
