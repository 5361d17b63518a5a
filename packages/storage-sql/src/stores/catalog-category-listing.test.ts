import { sqliteDialect } from '@cartwright/adapters-sqlite'
import type { Category, CategoryId, ProductDraft, ProductFilter, ProductId, ProductListQuery, ProductSort, VariantId } from '@cartwright/core/ports'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { minutes, nextId, type OpenShop, openShop } from '../../test/small-shop.ts'
import { boundKysely } from '../engine/bound-kysely.ts'
import type { SqlSession } from '../engine/session.ts'
import type { Tables } from '../engine/tables.ts'
import { categoryStatement } from './catalog-category-listing.ts'
import { decodeCursor, encodeCursor } from './catalog-cursor.ts'
import { listingStatement } from './catalog-listing.ts'

const sorts: readonly ProductSort[] = ['newest', 'title', 'price_asc', 'price_desc', 'rating']
const count = 60
let filled: Buffer
let shop: OpenShop

/** Product `n` shares its title with 3 others, its price with 4; a third is one category deeper than the third before, the last two have no price. */
function draft(n: number, categories: readonly Category[]): ProductDraft {
  const amountMinor = 1_000 + 100 * (n % 15)
  const variant = { barcode: null, options: {}, weightGrams: null, stockTracked: n % 2 === 0, backorder: 'deny' } as const
  const prices = (surcharge: number) => (n >= count - 2 ? [] : [{ currency: 'USD', amountMinor: amountMinor + surcharge, compareAtMinor: null }])
  return {
    id: nextId<ProductId>(),
    handle: `product-${n}`,
    title: `Title ${n % 15}`,
    description: '',
    vendor: null,
    status: n % 20 === 19 ? 'draft' : 'published',
    taxCategory: 'standard',
    categories: categories.slice(n % 3, (n % 3) + 1 + (n % 2)),
    attributes: { size: n % 4 },
    images: [],
    options: [],
    variants: [
      { ...variant, id: nextId<VariantId>(), sku: `SKU-${n}`, prices: prices(0) },
      { ...variant, id: nextId<VariantId>(), sku: `SKU-${n}-XL`, prices: prices(600) },
    ],
    contentHash: `hash ${n}`,
  }
}

beforeAll(async () => {
  const made = await openShop()
  const paths = [['A'], ['A', 'B "quoted"'], ['A', 'B "quoted"', 'C'], ['D']]
  const categories = await made.at(minutes(0), ({ catalog }) => catalog.ensureCategories(paths.map((path) => ({ id: nextId<CategoryId>(), path }))))
  for (let hour = 0; hour < 6; hour += 1) {
    await made.at(minutes(60 * hour), async ({ catalog, reviews }) => {
      const written = await catalog.upsertProducts(Array.from({ length: 10 }, (_, place) => draft(hour * 10 + place, categories)))
      for (const [place, { productId }] of written.entries()) if (place % 3 !== 0) await reviews.countRating({ productId, stars: [0, 0, place % 2, 1, 0] })
    })
  }
  filled = made.raw.serialize()
})

beforeEach(async () => {
  shop = await openShop(filled)
})

const db = boundKysely<Tables>(sqliteDialect, { execute: () => ({ rows: [], changes: 0 }) })
const session = { db, dialect: sqliteDialect, codecs: sqliteDialect.codecs, now: minutes(0) } as SqlSession

const queryOf = (sort: ProductSort, filter: ProductFilter, after?: string): ProductListQuery => ({
  filter,
  sort,
  currency: 'USD',
  limit: 5,
  ...(after === undefined ? {} : { after }),
})

function byEntries(query: ProductListQuery, few: number) {
  const cursor = query.after === undefined ? undefined : decodeCursor(query.sort, query.after)
  return categoryStatement(session, query, { few, cursor }).compile(db)
}

function rowsOf({ sql, parameters }: { readonly sql: string; readonly parameters: readonly unknown[] }): readonly string[] {
  const rows = shop.raw.prepare(sql).all(...parameters) as { handle: string; sort_key: number }[]
  return rows.map(({ handle, sort_key }) => `${handle} ${sort_key}`)
}

/** As by a version that keeps no entries: those of some are missing, those of others are of another time. */
function forget(products: string): void {
  shop.raw.exec(`
    DELETE FROM category_products WHERE product_id IN (SELECT id FROM products WHERE ${products} AND rowid % 2 = 0);
    DELETE FROM category_prices WHERE product_id IN (SELECT id FROM products WHERE ${products} AND rowid % 2 = 0);
    UPDATE category_products SET created_at = 0, title = 'Former', rating = 0 WHERE product_id IN (SELECT id FROM products WHERE ${products});
    UPDATE category_prices SET min_minor = 0 WHERE product_id IN (SELECT id FROM products WHERE ${products});
    UPDATE products SET version = version + 1 WHERE ${products}`)
}

describe.each(sorts)('a listing of a category by %s', (sort) => {
  const filters: readonly ProductFilter[] = [
    { category: ['A'] },
    { category: ['A', 'B "quoted"'], inStock: true },
    { category: ['A', 'B "quoted"', 'C'], attributes: { size: 2 } },
    { category: ['A'], price: { currency: 'USD', minMinor: 1_650, maxMinor: 1_800 } },
    { category: ['A'], price: { currency: 'USD', minMinor: 9_000 }, attributes: { size: 2 } },
    { category: ['A', 'B'] },
  ]
  const middle = { newest: minutes(120).getTime(), title: 'Title 3', price_asc: 1_700, price_desc: 1_700, rating: 3.5 }[sort]
  const places = [undefined, encodeCursor(sort, { key: middle, id: '00000000-0000-7000-9000-000000000001' })]

  it.each(filters)('by its entries is what it is without: %j', (filter) => {
    for (const products of ['1 = 0', 'rowid % 7 = 0']) {
      forget(products)
      for (const after of places) {
        const query = queryOf(sort, filter, after)
        const expected = rowsOf(listingStatement(session, query).compile(db))
        for (const few of [10, 30, 1_000]) expect(rowsOf(byEntries(query, few)), `few: ${few}`).toEqual(expected)
      }
    }
  })

  it('is none by its entries while those of more than a few are of other versions, and then it is found without', async () => {
    forget('rowid % 7 = 0')
    const query = queryOf(sort, { category: ['A'] })
    expect(rowsOf(byEntries(query, 3))).toEqual([])
    shop.raw.exec('DELETE FROM category_products; DELETE FROM category_prices; UPDATE products SET listed_version = 0')
    fillUp()
    const expected = rowsOf(listingStatement(session, query).compile(db)).map((row) => row.split(' ')[0])
    const { items } = await shop.storage.snapshot({ source: 'value', at: minutes(0) }, ({ catalog }) => catalog.listProducts({ ...query, limit: 6 }))
    expect(items.map(({ handle }) => handle)).toEqual(expected)
  })

  it('walks its entries in order, and sorts none of them', () => {
    for (const after of places) {
      const { sql, parameters } = byEntries(queryOf(sort, { category: ['A'], inStock: true }, after), 1_000)
      const plan = shop.raw.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[]
      const steps = plan.map(({ detail }) => detail)
      const walk = steps.findIndex((step) => step.startsWith('SEARCH e USING'))
      expect(steps[walk], steps.join('\n')).toContain(sort.startsWith('price') ? 'category_prices_cheapest (category_id=? AND currency=?' : '(category_id=?')
      expect(steps[walk], steps.join('\n')).toContain('COVERING INDEX')
      expect(
        steps.slice(walk, steps.indexOf('SCAN head', walk)).filter((step) => step.includes('TEMP B-TREE')),
        steps.join('\n'),
      ).toEqual([])
      expect(steps.filter((step) => step.startsWith('SCAN products'))).toEqual(['SCAN products USING INDEX products_unlisted'])
    }
  })
})

/** So many products that a listing does not look each of them up: drafts, which no listing shows. */
function fillUp(): void {
  const columns = (shop.raw.pragma('table_info(products)') as { name: string }[]).map(({ name }) => name)
  const values = columns.map((name) => ({ id: "'filler-' || n", handle: "'filler-' || n", status: "'draft'", listed_version: '0' })[name] ?? `p.${name}`)
  shop.raw.exec(`WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000)
    INSERT INTO products (${columns.join(', ')}) SELECT ${values.join(', ')} FROM numbers, (SELECT * FROM products LIMIT 1) AS p`)
}

it('entries are written for what lacks them, so many at a time, and are then what they would have been', async () => {
  const entries = () => ['category_products', 'category_prices'].map((table) => shop.raw.prepare(`SELECT * FROM ${table} ORDER BY 1, 2, 3`).all())
  const before = entries()
  forget('1 = 1')
  expect(entries()).not.toEqual(before)
  const listed: number[] = []
  for (const limit of [25, 25, 25, 25]) listed.push(await shop.at(minutes(500), ({ catalog }) => catalog.listAnew({ limit })))
  expect(listed).toEqual([25, 25, 10, 0])
  expect(entries()).toEqual(before)
})
