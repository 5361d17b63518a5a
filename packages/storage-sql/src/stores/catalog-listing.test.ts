import { sqliteDialect } from '@cartwright/adapters-sqlite'
import type {
  Category,
  CategoryId,
  Page,
  Product,
  ProductDraft,
  ProductFilter,
  ProductId,
  ProductListQuery,
  ProductSort,
  VariantId,
} from '@cartwright/core/ports'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainLocation, minutes, nextId, type OpenShop, openShop } from '../../test/small-shop.ts'
import { boundKysely } from '../engine/bound-kysely.ts'
import type { SqlSession } from '../engine/session.ts'
import type { Tables } from '../engine/tables.ts'
import { encodeCursor } from './catalog-cursor.ts'
import { type ListingLimits, listingStatement } from './catalog-listing.ts'

const sorts: readonly ProductSort[] = ['newest', 'title', 'price_asc', 'price_desc', 'rating']
const count = 60
let shop: OpenShop

/** Product `n` shares its title with 3 others, its price with 4, its rating with 9; a third has no rating, the last two have no price. */
function draft(n: number, categories: readonly Category[]): ProductDraft {
  const prices = n >= count - 2 ? [] : [{ currency: 'USD', amountMinor: 1_000 + 100 * (n % 15), compareAtMinor: null }]
  const variant = {
    sku: `SKU-${n}`,
    barcode: null,
    options: {},
    prices,
    weightGrams: null,
    stockTracked: n % 5 !== 0,
    backorder: n % 7 === 0 ? 'allow' : 'deny',
  } as const
  return {
    id: nextId<ProductId>(),
    handle: `product-${n}`,
    title: `Title ${n % 15}`,
    description: '',
    vendor: null,
    status: n % 20 === 19 ? 'draft' : 'published',
    taxCategory: 'standard',
    categories: categories.slice(n % 3, (n % 3) + 1),
    attributes: { size: n % 4, label: String(n % 4), fragile: n % 2 === 0, story: `${'long '.repeat(200)}${n % 2}` },
    images: [],
    options: [],
    variants: [
      { ...variant, id: nextId<VariantId>() },
      { ...variant, id: nextId<VariantId>(), sku: `SKU-${n}-XL`, prices: prices.map((price) => ({ ...price, amountMinor: price.amountMinor + 5_000 })) },
    ],
    contentHash: `hash ${n}`,
  }
}

const list = (query: Partial<ProductListQuery> & { readonly filter?: ProductFilter } = {}): Promise<Page<Product>> =>
  shop.storage.snapshot({ source: 'value', at: minutes(0) }, ({ catalog }) =>
    catalog.listProducts({ filter: {}, sort: 'newest', currency: 'USD', limit: 100, ...query }),
  )

const numbers = async (filter: ProductFilter) => (await list({ filter })).items.map(({ handle }) => Number(handle.slice(8))).sort((a, b) => a - b)
const published = Array.from({ length: count }, (_, n) => n).filter((n) => n % 20 !== 19)

beforeAll(async () => {
  shop = await openShop()
  const paths = [['A'], ['A', 'B "quoted"'], ['A', 'B "quoted"', 'C']]
  const categories = await shop.at(minutes(0), ({ catalog }) => catalog.ensureCategories(paths.map((path) => ({ id: nextId<CategoryId>(), path }))))
  for (let hour = 0; hour < 6; hour += 1) {
    await shop.at(minutes(60 * hour), ({ catalog }) => catalog.upsertProducts(Array.from({ length: 10 }, (_, place) => draft(hour * 10 + place, categories))))
  }
  await shop.at(minutes(0), async ({ stock }) => {
    const { id } = await stock.ensureLocation({ id: mainLocation, code: 'main', name: 'main', priority: 0, active: true })
    for (let n = 0; n < count; n += 1) {
      const change = { to: n % 3 === 0 ? 4 : 0 }
      await stock.adjust({ entryId: nextId(), sku: `SKU-${n}`, locationId: id, change, reason: 'counted', note: null, shortfall: 'refuse' })
    }
  })
  for (let n = 0; n < count; n += 1) {
    if (n % 3 !== 0) shop.raw.prepare('UPDATE products SET rating_average = ?, rating_count = 1 WHERE handle = ?').run(1 + (n % 4), `product-${n}`)
  }
})

describe.each(sorts)('a listing by %s', (sort) => {
  it.each([1, 7, 100])('shows every product exactly once, in order, in pages of %i', async (limit) => {
    const seen: Product[] = []
    let after: string | undefined
    do {
      const page = await list({ sort, limit, ...(after === undefined ? {} : { after }) })
      expect(page.items.length).toBeLessThanOrEqual(limit)
      seen.push(...page.items)
      after = page.next ?? undefined
    } while (after !== undefined)
    const expected = sort.startsWith('price') ? published.filter((n) => n < count - 2) : published
    expect(seen.map(({ handle }) => handle).sort()).toEqual(expected.map((n) => `product-${n}`).sort())
    const keys = seen.map((product) => sortKey(sort, product))
    expect(keys).toEqual([...keys].sort(compare(sort)))
  })

  it('shows products of every status when asked for any', async () => {
    const first = await list({ sort, limit: 40, filter: { status: 'any' } })
    const rest = await list({ sort, limit: 40, filter: { status: 'any' }, ...(first.next === null ? {} : { after: first.next }) })
    const handles = [...first.items, ...rest.items].map(({ handle }) => handle)
    expect(new Set(handles).size).toBe(sort.startsWith('price') ? count - 2 : count)
    expect(handles).toHaveLength(new Set(handles).size)
  })

  it('walks an index: no scan and no sort of the products', () => {
    for (const after of [undefined, cursorAt(sort, 0), cursorAt(sort, 1)]) {
      const plan = planOf({ filter: {}, sort, currency: 'USD', limit: 20, ...(after === undefined ? {} : { after }) })
      expect(
        plan.filter((step) => /SCAN (p|pp|products|product_prices)\b/.test(step)),
        plan.join('\n'),
      ).toEqual([])
      // The merged page, at most a few dozen rows, may be sorted; what feeds it may not.
      const heads = plan.slice(0, plan.lastIndexOf('SCAN head'))
      expect(heads.length, plan.join('\n')).toBeGreaterThan(0)
      expect(
        heads.filter((step) => step.includes('TEMP B-TREE')),
        plan.join('\n'),
      ).toEqual([])
    }
  })
})

describe('filters', () => {
  it('keep one status', async () => {
    expect(await numbers({ status: 'draft' })).toEqual([19, 39, 59])
    expect(await numbers({ status: 'archived' })).toEqual([])
  })

  it('keep a category with all below it, by whole names', async () => {
    expect(await numbers({ category: ['A'] })).toEqual(published)
    expect(await numbers({ category: ['A', 'B "quoted"'] })).toEqual(published.filter((n) => n % 3 !== 0))
    expect(await numbers({ category: ['A', 'B "quoted"', 'C'] })).toEqual(published.filter((n) => n % 3 === 2))
    expect(await numbers({ category: ['A', 'B'] })).toEqual([])
  })

  it('keep products with a variant priced in the range, not merely around it', async () => {
    expect(await numbers({ price: { currency: 'USD', minMinor: 1_100, maxMinor: 1_200 } })).toEqual(published.filter((n) => n < 58 && [1, 2].includes(n % 15)))
    expect(await numbers({ price: { currency: 'USD', minMinor: 3_000, maxMinor: 4_000 } })).toEqual([])
    expect(await numbers({ price: { currency: 'EUR' } })).toEqual([])
  })

  it('keep attributes of equal value and type, long texts too', async () => {
    expect(await numbers({ attributes: { size: 1 } })).toEqual(published.filter((n) => n % 4 === 1))
    expect(await numbers({ attributes: { size: '1' } })).toEqual([])
    expect(await numbers({ attributes: { label: '1' } })).toEqual(published.filter((n) => n % 4 === 1))
    expect(await numbers({ attributes: { size: 2, fragile: true } })).toEqual(published.filter((n) => n % 4 === 2))
    expect(await numbers({ attributes: { story: `${'long '.repeat(200)}1` } })).toEqual(published.filter((n) => n % 2 === 1))
  })

  it('keep what can be bought now: in stock, untracked or on backorder', async () => {
    expect(await numbers({ inStock: true })).toEqual(published.filter((n) => n % 3 === 0 || n % 5 === 0 || n % 7 === 0))
  })

  it('combine', async () => {
    expect(await numbers({ category: ['A', 'B "quoted"'], inStock: true, attributes: { fragile: true } })).toEqual(
      published.filter((n) => n % 3 !== 0 && (n % 5 === 0 || n % 7 === 0) && n % 2 === 0),
    )
  })
})

describe.each(sorts)('a listing by %s of what a filter keeps', (sort) => {
  const filters: readonly ProductFilter[] = [
    { category: ['A', 'B "quoted"'] },
    { category: ['A', 'B "quoted"'], status: 'any', inStock: true },
    { attributes: { size: 2 } },
    { category: ['A'], attributes: { size: 2, fragile: true }, price: { currency: 'USD', minMinor: 1_100, maxMinor: 2_000 } },
    { category: ['A', 'B'] },
  ]
  const middle = { newest: minutes(150).getTime(), title: 'Title 3', price_asc: 1_700, price_desc: 1_700, rating: 2 }[sort]
  const unrated = sort === 'rating' ? [encodeCursor(sort, { key: 0, id: 'ffffffff-0000-7000-9000-000000000001' })] : []
  const places = [undefined, encodeCursor(sort, { key: middle, id: '00000000-0000-7000-9000-000000000001' }), ...unrated]
  const nears = sort.startsWith('price') ? [0, 5, 20] : [1_000]
  const query = (filter: ProductFilter, from?: string): ProductListQuery => ({
    filter,
    sort,
    currency: 'USD',
    limit: 5,
    ...(from === undefined ? {} : { after: from }),
  })

  it.each(filters)('is the same sorted and met on a walk: %j', (filter) => {
    const whole = { few: 0, near: 1_000 }
    expect(pageOf(query(filter), whole).length > 0).toBe(filter !== filters.at(-1))
    for (const from of places) {
      const walked = pageOf(query(filter, from), whole)
      for (const few of [0, 10, 30, 1_000]) for (const near of nears) expect(pageOf(query(filter, from), { few, near })).toEqual(walked)
    }
  })

  it('shows a product once that is in two categories', async () => {
    const [product] = (await list({ sort, limit: 1, filter: { category: ['A', 'B "quoted"'] } })).items
    const other = shop.raw.prepare('SELECT id FROM categories WHERE path = ?').get('["A","B \\"quoted\\"","C"]') as { id: string }
    shop.raw.prepare('INSERT OR IGNORE INTO product_categories (product_id, category_id) VALUES (?, ?)').run(product?.id, other.id)
    const handles = (await list({ sort, filter: { category: ['A', 'B "quoted"'] } })).items.map(({ handle }) => handle)
    expect(handles.filter((handle) => handle === product?.handle)).toHaveLength(1)
  })
})

describe('a cursor', () => {
  const id = '00000000-0000-7000-9000-000000000001'
  const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  it.each([
    ['nonsense', 'nonsense'],
    ['no JSON', Buffer.from('{').toString('base64url')],
    ['of another sort', encodeCursor('title', { key: 'Kettle', id })],
    ['with a text for a number', forged(['newest', 'now', id])],
    ['with an id that is none', forged(['newest', 5, "' OR 1=1"])],
    ['with a time that is none', forged(['newest', 1e300, id])],
    ['with more in it', forged(['newest', 5, id, 1])],
    ['with blanks in it', Buffer.from(` ["newest",5,"${id}"]`).toString('base64url')],
    ['with a tail', `${encodeCursor('newest', { key: 5, id })}=`],
  ])('%s is refused', async (_what, after) => {
    await expect(list({ after })).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { issues: [{ path: 'after' }] } })
  })
})

function sortKey(sort: ProductSort, product: Product): string | number {
  if (sort === 'newest') return product.createdAt.getTime()
  if (sort === 'title') return product.title
  if (sort === 'rating') return product.ratingAverage ?? 0
  return Math.min(...product.variants.flatMap(({ prices }) => prices.map(({ amountMinor }) => amountMinor)))
}

function compare(sort: ProductSort): (a: string | number, b: string | number) => number {
  const ascending = sort === 'title' || sort === 'price_asc'
  return (a, b) => (a === b ? 0 : a < b === ascending ? -1 : 1)
}

function cursorAt(sort: ProductSort, key: number): string {
  return encodeCursor(sort, { key: sort === 'title' ? String(key) : key, id: '00000000-0000-7000-9000-000000000001' })
}

/** A page's statement and its values. */
function statementOf(query: ProductListQuery, limits?: ListingLimits): { readonly sql: string; readonly parameters: readonly unknown[] } {
  const db = boundKysely<Tables>(sqliteDialect, { execute: () => ({ rows: [], changes: 0 }) })
  const session = { db, dialect: sqliteDialect, codecs: sqliteDialect.codecs, now: minutes(0) } as SqlSession
  return listingStatement(session, query, limits).compile(db)
}

/** SQLite's plan of a page's statement, step by step. */
function planOf(query: ProductListQuery): readonly string[] {
  const { sql, parameters } = statementOf(query)
  return shop.raw
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...parameters)
    .map((step) => (step as { detail: string }).detail)
}

/** Handles and prices of a page, as its statement finds them. */
function pageOf(query: ProductListQuery, limits: ListingLimits): readonly string[] {
  const { sql, parameters } = statementOf(query, limits)
  const rows = shop.raw.prepare(sql).all(...parameters) as { handle: string; sort_key: number }[]
  return rows.map(({ handle, sort_key }) => `${handle} ${sort_key}`)
}
