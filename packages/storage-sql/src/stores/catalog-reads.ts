import type { CatalogReader, Product, ProductAvailability, ProductId, ProductKey } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import { listProducts } from './catalog-listing.ts'
import { matchProducts } from './catalog-matching.ts'
import { assembleProducts, categoryOf, type ListValues, type ProductRow, productRows } from './catalog-rows.ts'
import { readSellables } from './catalog-sellables.ts'
import { buyableNow } from './catalog-stock-condition.ts'

const byId = preparedQuery<{ id: string }>()((db, param) => db.selectFrom('products').selectAll().where('id', '=', param('id')))
const byHandle = preparedQuery<{ handle: string }>()((db, param) => db.selectFrom('products').selectAll().where('handle', '=', param('handle')))
const bySku = preparedQuery<{ sku: string }>()((db, param) =>
  db.selectFrom('variants').innerJoin('products', 'products.id', 'variants.product_id').selectAll('products').where('variants.sku', '=', param('sku')),
)

const scan = preparedQuery<{ afterId: string; limit: number }>()((db, param) =>
  db.selectFrom('products').selectAll().where('id', '>', param('afterId')).orderBy('id').limit(param('limit')),
)

const bundleOwners = preparedQuery<{ skus: unknown; products: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('bundle_components as k')
    .innerJoin('variants as b', 'b.sku', 'k.sku')
    .innerJoin('products as p', 'p.id', 'b.product_id')
    .innerJoin('variants as c', 'c.sku', 'k.component')
    .select(['k.component', 'c.product_id as component_product_id', 'k.sku', 'p.id', 'p.handle'])
    .where((eb) =>
      eb.or([
        eb('k.component', 'in', sql<string>`(SELECT s.sku FROM variants AS s WHERE ${dialect.inList(sql.ref('s.product_id'), sql`${param('products')}`)})`),
        dialect.inList(sql.ref('k.component'), sql`${param('skus')}`),
      ]),
    )
    .orderBy('k.sku')
    .orderBy('k.component'),
)

const availableVariants = preparedQuery<ListValues>()((db, param, dialect) =>
  db
    .selectFrom('variants as v')
    .select(['v.product_id', 'v.sku'])
    .where(dialect.inList(sql.ref('v.product_id'), sql`${param('list')}`))
    .where(buyableNow(dialect.codecs))
    .orderBy('v.product_id')
    .orderBy('v.position'),
)

const owners = preparedQuery<ListValues>()((db, param, dialect) =>
  db
    .selectFrom('variants')
    .innerJoin('products', 'products.id', 'variants.product_id')
    .select(['variants.sku', 'products.handle', 'products.id'])
    .where(dialect.inList(sql.ref('variants.sku'), sql`${param('list')}`)),
)

const declared = preparedQuery<ListValues>()((db, param, dialect) =>
  db
    .selectFrom('variants')
    .select(['sku', 'declared_stock'])
    .where(dialect.inList(sql.ref('sku'), sql`${param('list')}`))
    .where('declared_stock', 'is not', null),
)

/** Comes before every id. */
const lowestId = '00000000-0000-0000-0000-000000000000'

/** The read side of the catalogue in one session. */
export function catalogReader(session: SqlSession): CatalogReader {
  const { dialect } = session
  return {
    findProduct: async (key) => {
      const row = await productRow(session, key)
      return row === undefined ? undefined : (await assembleProducts(session, [row]))[0]
    },
    findProducts: async ({ ids }) => {
      const products = new Map((await assembleProducts(session, await productRows(session, ids))).map((product) => [product.id, product]))
      return ids.map((id) => products.get(id)).filter((product): product is Product => product !== undefined)
    },
    listProducts: (query) => listProducts(session, query),
    matchProducts: (query) => matchProducts(session, query),
    scanProducts: async ({ afterId = lowestId, limit }) => assembleProducts(session, await scan.all(session, { afterId, limit })),
    sellables: (query) => readSellables(session, query),
    availability: async ({ productIds }) => {
      const available = Map.groupBy(await availableVariants.all(session, { list: dialect.encodeList(productIds) }), (row) => row.product_id)
      return productIds.map((productId): ProductAvailability => ({ productId, availableSkus: (available.get(productId) ?? []).map(({ sku }) => sku) }))
    },
    skuOwners: async ({ skus }) => {
      const rows = await owners.all(session, { list: dialect.encodeList(skus) })
      return new Map(rows.map(({ sku, handle, id }) => [sku, { handle, productId: id as ProductId }]))
    },
    bundlesWith: async ({ skus = [], productIds = [] }) => {
      const rows = await bundleOwners.all(session, { skus: dialect.encodeList(skus), products: dialect.encodeList(productIds) })
      return rows.map((row) => ({
        sku: row.sku,
        productId: row.id as ProductId,
        handle: row.handle,
        component: row.component,
        componentProductId: row.component_product_id as ProductId,
      }))
    },
    declaredStock: async ({ skus }) => {
      const rows = await declared.all(session, { list: dialect.encodeList(skus) })
      return new Map(rows.map(({ sku, declared_stock }) => [sku, declared_stock ?? '']))
    },
    listCategories: () => listCategories(session),
  }
}

async function productRow(session: SqlSession, key: ProductKey): Promise<ProductRow | undefined> {
  if ('id' in key) return byId.first(session, { id: key.id })
  return 'handle' in key ? byHandle.first(session, { handle: key.handle }) : bySku.first(session, { sku: key.sku })
}

async function listCategories(session: SqlSession): Promise<Awaited<ReturnType<CatalogReader['listCategories']>>> {
  const { rows } = await sql<{ id: string; path: string; product_count: number }>`
    SELECT c.id, c.path, (
      SELECT count(DISTINCT pc.product_id) FROM categories d
      JOIN product_categories pc ON pc.category_id = d.id
      JOIN products p ON p.id = pc.product_id AND p.status = 'published'
      WHERE d.path = c.path OR (d.path >= substr(c.path, 1, length(c.path) - 1) || ',"' AND d.path < substr(c.path, 1, length(c.path) - 1) || ',#')
    ) AS product_count
    FROM categories c`.execute(session.db)
  return rows.map((row) => ({ ...categoryOf(row), productCount: Number(row.product_count) })).sort((a, b) => comparePaths(a.path, b.path))
}

/** By names from the root; what is above comes before what is below it. */
function comparePaths(a: readonly string[], b: readonly string[]): number {
  const differing = a.findIndex((name, level) => name !== b[level])
  const [left, right] = [a[differing], b[differing]]
  if (left === undefined || right === undefined) return a.length - b.length
  return left < right ? -1 : 1
}
