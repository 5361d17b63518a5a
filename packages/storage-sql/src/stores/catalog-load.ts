import type { CatalogLoad, CatalogLoadResult, ProductDraft } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { BulkLoad, bulkLoad } from '../engine/bulk-load.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import { attributeColumns, attributeRows, membershipColumns, membershipRows } from './catalog-derived.ts'
import { entryColumns, priceEntryColumns } from './catalog-entries.ts'
import { pathText } from './catalog-rows.ts'
import { type PlannedVariant, priceColumns, priceRows, variantColumns, variantRow } from './catalog-variants.ts'
import { categoriesByPath, losingRaces, productColumns, productRow } from './catalog-writes.ts'
import { eventColumns, eventRow } from './outbox-store.ts'
import { ledgerColumns } from './stock-adjust.ts'

const loadProducts = bulkLoad('products', productColumns)
const loadVariants = bulkLoad('variants', [...variantColumns, 'declared_stock'])
const loadPrices = bulkLoad('prices', priceColumns)
const loadPriceRanges = bulkLoad('product_prices', ['product_id', 'currency', 'min_minor', 'max_minor'])
const loadAttributes = bulkLoad('product_attributes', attributeColumns)
const loadMemberships = bulkLoad('product_categories', membershipColumns)
const loadEntries = bulkLoad('category_products', entryColumns)
const loadPriceEntries = bulkLoad('category_prices', priceEntryColumns)
const loadLevels = bulkLoad('stock_levels', ['sku', 'location_id', 'on_hand', 'reserved', 'version', 'updated_at'])
const loadLedger = bulkLoad('stock_ledger', ledgerColumns)
const loadEvents = bulkLoad('outbox', [...eventColumns, 'tx'])

/** Whether any of it is there, and the transaction's number. */
const known = preparedQuery<{ handles: unknown; skus: unknown }>()((_db, param, dialect) => {
  const named = (table: 'products' | 'variants' | 'stock_levels', column: string, list: unknown) =>
    sql<boolean>`EXISTS (SELECT 1 FROM ${sql.table(table)} WHERE ${dialect.inList(sql.ref(column), sql`${list}`)})`
  const [products, variants, levels] = [
    named('products', 'handle', param('handles')),
    named('variants', 'sku', param('skus')),
    named('stock_levels', 'sku', param('skus')),
  ]
  return sql<{ found: number | boolean; tx: number }>`SELECT ${products} OR ${variants} OR ${levels} AS found, ${dialect.transactionId} AS tx`
})

/** Writes products that are all new, table by table, parents first. */
export async function loadCatalog(session: SqlSession, load: CatalogLoad): Promise<CatalogLoadResult> {
  const { products, levels } = load
  const { encodeList } = session.dialect
  const variants = products.flatMap(variantsOf)
  const skus = new Set([...variants.map(({ draft }) => draft.sku), ...levels.map(({ level }) => level.sku)])
  const row = await known.first(session, { handles: encodeList(products.map(({ handle }) => handle)), skus: encodeList([...skus]) })
  if (row === undefined || row.found) return 'not_new'
  const above = await categoriesAbove(session, products)
  await losingRaces(session, () => writeTables(new BulkLoad(session), load, { variants, above, tx: row.tx }))
  return 'loaded'
}

/** What is worked out before the first row is written. */
interface LoadPlan {
  readonly variants: readonly PlannedVariant[]
  readonly above: CategoriesAbove
  readonly tx: number
}

async function writeTables(load: BulkLoad, content: CatalogLoad, { variants, above, tx }: LoadPlan): Promise<void> {
  const { session } = load
  const { products, declared, levels, events } = content
  const declaredBy = new Map(declared.map((entry) => [entry.sku, entry.declared]))
  const productRows = products.map((draft) => productRow(session, { draft, id: draft.id, version: 1 }))
  await loadProducts(load, productRows)
  const variantRows = variants.map((variant) => ({ ...variantRow(session, variant), declared_stock: declaredBy.get(variant.draft.sku) ?? null }))
  await loadVariants(load, variantRows)
  await loadPrices(load, variants.flatMap(priceRows))
  await loadPriceRanges(load, products.flatMap(priceRangeRows))
  const attributes = products.flatMap((draft) => attributeRows(draft.id, draft))
  await loadAttributes(load, attributes)
  const memberships = products.flatMap((draft) => membershipRows(draft.id, draft))
  await loadMemberships(load, memberships)
  const entries = products.filter(({ status }) => status === 'published').map((draft) => ({ draft, categoryIds: above(draft) }))
  const now = session.codecs.time.encode(session.now)
  const entryRows = entries.flatMap(({ draft: { id, title }, categoryIds }) =>
    categoryIds.map((categoryId) => ({ product_id: id, category_id: categoryId, created_at: now, title, rating: 0 })),
  )
  await loadEntries(load, entryRows)
  const priceEntries = entries.flatMap(({ draft, categoryIds }) =>
    priceRangeRows(draft).flatMap((range) => categoryIds.map((categoryId) => ({ ...range, category_id: categoryId }))),
  )
  await loadPriceEntries(load, priceEntries)
  await loadStock(load, levels)
  const eventRows = events.map((event) => ({ ...eventRow(session.codecs, event), tx }))
  await loadEvents(load, eventRows)
  await load.end()
}

/** Every category that a draft is in or below, each once. */
type CategoriesAbove = (draft: ProductDraft) => readonly string[]

/** All those of a load are looked up at once. */
async function categoriesAbove(session: SqlSession, products: readonly ProductDraft[]): Promise<CategoriesAbove> {
  const paths = new Map(
    products.map((draft) => [draft, new Set(draft.categories.flatMap(({ path }) => path.map((_, depth) => pathText(path.slice(0, depth + 1)))))]),
  )
  const all = new Set([...paths.values()].flatMap((own) => [...own]))
  const rows = all.size === 0 ? [] : await categoriesByPath.all(session, { list: session.dialect.encodeList([...all]) })
  const ids = new Map(rows.map(({ id, path }) => [path, id]))
  return (draft) => [...(paths.get(draft) ?? [])].flatMap((path) => ids.get(path) ?? [])
}

function variantsOf({ id, variants }: ProductDraft): readonly PlannedVariant[] {
  return variants.map((draft, position) => ({ draft, id: draft.id, productId: id, position }))
}

/** What listings sort and filter by. Every variant of a new product is active. */
function priceRangeRows({ id, variants }: ProductDraft) {
  const amounts = Map.groupBy(
    variants.flatMap(({ prices }) => prices),
    ({ currency }) => currency,
  )
  return [...amounts].map(([currency, prices]) => {
    const minor = prices.map(({ amountMinor }) => amountMinor)
    return { product_id: id, currency, min_minor: Math.min(...minor), max_minor: Math.max(...minor) }
  })
}

async function loadStock(load: BulkLoad, levels: CatalogLoad['levels']): Promise<void> {
  const { codecs, now: at } = load.session
  const now = codecs.time.encode(at)
  await loadLevels(
    load,
    levels.map(({ level: { sku, locationId, onHand, reserved, version } }) => ({
      sku,
      location_id: locationId,
      on_hand: onHand,
      reserved,
      version,
      updated_at: now,
    })),
  )
  const filled = levels.filter(({ level }) => level.onHand > 0)
  await loadLedger(
    load,
    filled.map(({ entryId, level: { sku, locationId, onHand } }) => ({
      id: entryId,
      sku,
      location_id: locationId,
      delta: onHand,
      reason: 'import',
      reference_id: null,
      note: null,
      created_at: now,
    })),
  )
}
