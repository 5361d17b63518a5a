import { beforeEach, describe, expect, it } from 'vitest'
import { testContext } from '../../test/test-context.ts'
import type { Context } from '../context.ts'
import type { ProductId } from '../ids.ts'
import { CatalogService } from './catalog-service.ts'
import { isBuyable, type Sellable } from './product.ts'

let context: Context
let catalog: CatalogService

beforeEach(async () => {
  context = await testContext()
  catalog = new CatalogService(context)
})

const price = (amountMinor: number, currency = 'USD') => ({ currency, amountMinor })
const variant = (sku: string, ...prices: unknown[]) => ({ sku, prices })

async function seed(handle: string, fields: Record<string, unknown> = {}): Promise<ProductId> {
  const { results, rejected } = await catalog.upsertMany({ products: [{ handle, title: handle, variants: [variant(handle, price(1_000))], ...fields }] })
  expect(rejected).toEqual([])
  return (results[0] as { productId: ProductId }).productId
}

/** The change each product.changed event tells of. */
async function changes(): Promise<readonly string[]> {
  return context.storage.snapshot(context.clock.now(), async ({ outbox }) => {
    const { events } = await outbox.read({ after: await outbox.tail(), limit: 100, topics: ['product.changed'] })
    return events.map((event) => (event.topic === 'product.changed' ? event.payload.change : ''))
  })
}

describe('get', () => {
  it('finds a product by id, handle or SKU', async () => {
    const id = await seed('kettle')
    for (const key of [{ id }, { handle: 'kettle' }, { sku: 'kettle' }]) expect(await catalog.get(key)).toMatchObject({ id, handle: 'kettle' })
  })

  it('hides drafts and archived products from buyers', async () => {
    const id = await seed('secret', { status: 'draft' })
    for (const key of [{ id }, { handle: 'secret' }, { sku: 'secret' }]) {
      await expect(catalog.get(key)).rejects.toMatchObject({ code: 'NOT_FOUND' })
      expect(await catalog.get({ ...key, includeHidden: true })).toMatchObject({ status: 'draft' })
    }
  })

  it('knows nothing of what is not there', async () => {
    await expect(catalog.get({ handle: 'nothing' })).rejects.toMatchObject({ code: 'NOT_FOUND', details: { object: 'product' } })
    await expect(catalog.get({ sku: 'nothing', includeHidden: true })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it.each([{}, { id: 'x' }, { handle: 'a', sku: 'b' }, { handle: 5 }, null])('refuses %j', async (key) => {
    await expect(catalog.get(key as never)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })
})

describe('list', () => {
  it('shows 20 published products, without archived variants, newest first', async () => {
    await catalog.upsertMany({
      products: Array.from({ length: 25 }, (_, n) => ({ handle: `p-${n}`, title: 'P', variants: [variant(`a-${n}`), variant(`b-${n}`)] })),
    })
    await seed('p-24', { variants: [variant('a-24')] })
    const page = await catalog.list()
    expect(page.items).toHaveLength(20)
    expect(page.items[0]).toMatchObject({ handle: 'p-24', variants: [{ sku: 'a-24' }] })
    expect(page.items[0]?.variants).toHaveLength(1)
    const rest = await catalog.list({ after: page.next ?? '' })
    expect([rest.items.length, rest.next]).toEqual([5, null])
    const [whole] = (await catalog.list({ filter: { status: 'any' }, limit: 1 })).items
    expect(whole?.variants).toHaveLength(2)
  })

  it("sorts by the shop's currency unless told another", async () => {
    await seed('a', { variants: [variant('a', price(100), price(900, 'EUR'))] })
    await seed('b', { variants: [variant('b', price(200), price(800, 'EUR'))] })
    const handles = async (currency?: string) => (await catalog.list({ sort: 'price_asc', currency })).items.map(({ handle }) => handle)
    expect(await handles()).toEqual(['a', 'b'])
    expect(await handles('EUR')).toEqual(['b', 'a'])
    expect(await handles('JPY')).toEqual([])
  })

  it.each([{ limit: 0 }, { limit: 101 }, { sort: 'cheapest' }, { filter: { colour: 'red' } }, { filter: { category: [] } }, { after: 'x' }, { offset: 5 }])(
    'refuses %j',
    async (params) => {
      await expect(catalog.list(params as never)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    },
  )
})

describe('publish and archive', () => {
  it('change what buyers see, once, and say so', async () => {
    const productId = await seed('kettle', { status: 'draft' })
    expect(await catalog.publish({ productId })).toMatchObject({ status: 'published', version: 2 })
    expect(await catalog.publish({ productId })).toMatchObject({ status: 'published', version: 2 })
    await catalog.get({ handle: 'kettle' })
    expect(await catalog.archive({ productId })).toMatchObject({ status: 'archived', version: 3 })
    await expect(catalog.get({ handle: 'kettle' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await changes()).toEqual(['created', 'status', 'status'])
  })

  it('know nothing of a product that is not there', async () => {
    const productId = context.ids.next<ProductId>()
    await expect(catalog.publish({ productId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(catalog.archive({ productId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('setPrice', () => {
  it('changes, adds and sorts by prices, and says so', async () => {
    await seed('kettle')
    await seed('mug', { variants: [variant('mug', price(500))] })
    await catalog.setPrice({ sku: 'mug', price: { ...price(2_000), compareAtMinor: 2_500 } })
    const product = await catalog.setPrice({ sku: 'mug', price: price(1_800, 'EUR') })
    expect(product.version).toBe(3)
    expect(product.variants[0]?.prices).toEqual([
      { ...price(1_800, 'EUR'), compareAtMinor: null },
      { ...price(2_000), compareAtMinor: 2_500 },
    ])
    expect((await catalog.list({ sort: 'price_asc' })).items.map(({ handle }) => handle)).toEqual(['kettle', 'mug'])
    expect(await changes()).toEqual(['created', 'created', 'price', 'price'])
  })

  it('refuses an unknown SKU and broken prices', async () => {
    await expect(catalog.setPrice({ sku: 'nothing', price: price(1) })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    for (const amountMinor of [-1, 0.5, -0, 2 ** 53, Number.NaN]) {
      await expect(catalog.setPrice({ sku: 'x', price: price(amountMinor) })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    }
  })
})

describe('listCategories', () => {
  it('counts published products in each category and below, each once', async () => {
    await seed('a', {
      categories: [
        ['Kitchen', 'Kettles'],
        ['Kitchen', 'Gifts'],
      ],
    })
    await seed('b', { categories: [['Kitchen']] })
    await seed('c', { categories: [['Kitchen', 'Kettles', 'Small']], status: 'draft' })
    await seed('d', { categories: [['Kitchenware']] })
    expect((await catalog.listCategories()).map(({ path, productCount }) => [path.join(' > '), productCount])).toEqual([
      ['Kitchen', 2],
      ['Kitchen > Gifts', 1],
      ['Kitchen > Kettles', 1],
      ['Kitchen > Kettles > Small', 0],
      ['Kitchenware', 1],
    ])
  })
})

describe('sellables', () => {
  const sellables = async (...skus: string[]): Promise<ReadonlyMap<string, Sellable>> => {
    const rows = await context.storage.snapshot(context.clock.now(), ({ catalog: reader }) => reader.sellables({ skus, currency: 'USD' }))
    return new Map(rows.map((row) => [row.sku, row]))
  }

  it('say what a cart needs of each SKU, and leave unknown ones out', async () => {
    const productId = await seed('kettle', {
      images: [{ url: 'https://example.com/k.jpg' }],
      options: ['Size'],
      variants: [{ ...variant('K', price(900)), options: { Size: 'M' }, weightGrams: 5, backorder: 'allow' }],
    })
    const found = await sellables('K', 'unknown')
    expect([...found.keys()]).toEqual(['K'])
    expect(found.get('K')).toMatchObject({
      productId,
      handle: 'kettle',
      title: 'kettle',
      options: { Size: 'M' },
      imageUrl: 'https://example.com/k.jpg',
      price: { ...price(900), compareAtMinor: null },
      weightGrams: 5,
      stockTracked: true,
      backorder: 'allow',
      promotionRevision: 0,
      onSale: true,
    })
  })

  it('are buyable only if published, active and priced in the currency', async () => {
    await seed('euro', { variants: [variant('euro', price(1, 'EUR'))] })
    await seed('draft', { status: 'draft' })
    await seed('pair', { variants: [variant('kept', price(1)), variant('dropped', price(1))] })
    await seed('pair', { variants: [variant('kept', price(1))] })
    const found = await sellables('euro', 'draft', 'kept', 'dropped')
    expect(['euro', 'draft', 'kept', 'dropped', 'unknown'].map((sku) => isBuyable(found.get(sku)))).toEqual([false, false, true, false, false])
  })
})
