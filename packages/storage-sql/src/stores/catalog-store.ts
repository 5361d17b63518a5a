import type { CatalogStore, Price, ProductId, ProductStatus } from '@cartwright/core/ports'
import { sql } from 'kysely'
import type { SqlSession } from '../engine/session.ts'
import { rewriteListing, rewritePrices } from './catalog-derived.ts'
import { listAnew } from './catalog-entries.ts'
import { catalogReader } from './catalog-reads.ts'
import { ensureCategories, upsertProducts } from './catalog-writes.ts'

/** The catalogue in one session. */
export function sqlCatalogStore(session: SqlSession): CatalogStore {
  return {
    ...catalogReader(session),
    ensureCategories: (categories) => ensureCategories(session, categories),
    upsertProducts: (drafts) => upsertProducts(session, drafts),
    setStatus: (params) => setStatus(session, params),
    setPrice: (params) => setPrice(session, params),
    declareStock: (entries) => declareStock(session, entries),
    listAnew: ({ limit }) => listAnew(session, limit),
  }
}

/** Marks a product as changed; the caller writes its entries in listings anew. The empty content hash equals no draft's. @returns its new version. */
async function touch({ db, codecs, now }: SqlSession, productId: ProductId, change: { readonly status?: ProductStatus }): Promise<number | undefined> {
  const row = await db
    .updateTable('products')
    .set(({ eb }) => ({
      ...change,
      content_hash: '',
      updated_at: codecs.time.encode(now),
      version: eb('version', '+', 1),
      listed_version: eb('version', '+', 1),
    }))
    .where('id', '=', productId)
    .returning('version')
    .executeTakeFirst()
  return row?.version
}

async function setStatus(session: SqlSession, { productId, status }: { readonly productId: ProductId; readonly status: ProductStatus }) {
  const version = await touch(session, productId, { status })
  if (version !== undefined) await rewriteListing(session, productId)
  return version
}

async function setPrice(session: SqlSession, { sku, price }: { readonly sku: string; readonly price: Price }) {
  const variant = await session.db.selectFrom('variants').select(['id', 'product_id']).where('sku', '=', sku).executeTakeFirst()
  if (variant === undefined) return undefined
  await session.db
    .insertInto('prices')
    .values({ variant_id: variant.id, currency: price.currency, amount_minor: price.amountMinor, compare_at_minor: price.compareAtMinor })
    .onConflict((conflict) =>
      conflict.columns(['variant_id', 'currency']).doUpdateSet({ amount_minor: price.amountMinor, compare_at_minor: price.compareAtMinor }),
    )
    .execute()
  const productId = variant.product_id as ProductId
  const version = await touch(session, productId, {})
  await rewritePrices(session, productId)
  return version === undefined ? undefined : { productId, version }
}

/** Entries a statement, two parameters each. */
const declarationsPerStatement = 500

async function declareStock({ db }: SqlSession, entries: readonly { readonly sku: string; readonly declared: string }[]): Promise<void> {
  for (let start = 0; start < entries.length; start += declarationsPerStatement) {
    const rows = entries.slice(start, start + declarationsPerStatement).map(({ sku, declared }) => sql`(${sku}, ${declared})`)
    await sql`WITH declared (sku, stock) AS (VALUES ${sql.join(rows)})
      UPDATE variants SET declared_stock = declared.stock FROM declared WHERE variants.sku = declared.sku`.execute(db)
  }
}
