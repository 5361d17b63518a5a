import type { VariantDraft } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { ListValues } from './catalog-rows.ts'
import type { PlannedProduct } from './catalog-writes.ts'

const storedVariants = preparedQuery<ListValues>()((db, param, dialect) =>
  db
    .selectFrom('variants')
    .select(['id', 'sku', 'product_id', 'components'])
    .where(dialect.inList(sql.ref('product_id'), sql`${param('list')}`)),
)
const archiveVariants = preparedQuery<ListValues>()((db, param, dialect) =>
  db
    .updateTable('variants')
    .set({ status: 'archived' })
    .where(dialect.inList(sql.ref('id'), sql`${param('list')}`)),
)
const deletePrices = preparedQuery<ListValues>()((db, param, dialect) =>
  db.deleteFrom('prices').where(dialect.inList(sql.ref('variant_id'), sql`${param('list')}`)),
)

const deleteComponents = preparedQuery<ListValues>()((db, param, dialect) =>
  db.deleteFrom('bundle_components').where(dialect.inList(sql.ref('sku'), sql`${param('list')}`)),
)
const insertComponents = bulkInsert('bundle_components', ['sku', 'component', 'quantity'])

export const variantColumns = [
  'id',
  'product_id',
  'sku',
  'barcode',
  'options',
  'weight_grams',
  'stock_tracked',
  'backorder',
  'status',
  'position',
  'components',
  'available_from',
  'restock_date',
  'backorder_limit',
] as const
const replaced = variantColumns.filter((column) => column !== 'id' && column !== 'product_id' && column !== 'sku')
const insertVariants = bulkInsert('variants', variantColumns)
const replaceVariants = bulkInsert(
  'variants',
  variantColumns,
  `ON CONFLICT (id) DO UPDATE SET ${replaced.map((column) => `${column} = excluded.${column}`).join(', ')}`,
)
export const priceColumns = ['variant_id', 'currency', 'amount_minor', 'compare_at_minor'] as const
const insertPrices = bulkInsert('prices', priceColumns)

/** A variant's draft and the row it becomes. */
export interface PlannedVariant {
  readonly draft: VariantDraft
  readonly id: string
  readonly productId: string
  readonly position: number
}

/** Writes the variants and prices of products: known SKUs keep their ids, SKUs no longer named are archived. */
export async function writeVariants(session: SqlSession, created: readonly PlannedProduct[], updated: readonly PlannedProduct[]): Promise<void> {
  const stored = updated.length === 0 ? [] : await storedVariants.all(session, { list: session.dialect.encodeList(updated.map(({ id }) => id)) })
  const idBySku = new Map(stored.map(({ sku, id }) => [sku, id]))
  const planned = [...created, ...updated].flatMap(({ draft, id }) =>
    draft.variants.map((variant, position) => ({ draft: variant, id: idBySku.get(variant.sku) ?? variant.id, productId: id, position })),
  )
  const kept = planned.filter(({ draft }) => idBySku.has(draft.sku))
  const keptIds = new Set(kept.map(({ id }) => id))
  const untouched = new Set(updated.flatMap(({ draft }) => draft.keptSkus ?? []))
  const dropped = stored.filter(({ id, sku }) => !keptIds.has(id) && !untouched.has(sku)).map(({ id }) => id)
  if (dropped.length > 0) await archiveVariants.run(session, { list: session.dialect.encodeList(dropped) })
  if (kept.length > 0) await deletePrices.run(session, { list: session.dialect.encodeList([...keptIds]) })
  await replaceVariants(
    session,
    kept.map((variant) => variantRow(session, variant)),
  )
  await insertVariants(
    session,
    planned.filter(({ draft }) => !idBySku.has(draft.sku)).map((variant) => variantRow(session, variant)),
  )
  await insertPrices(session, planned.flatMap(priceRows))
  const formerBundles = stored.filter(({ id, components }) => components !== null && keptIds.has(id)).map(({ sku }) => sku)
  await writeComponents(session, planned, formerBundles)
}

/** Keeps the way from a component to its bundles. Archived bundles keep theirs, and do no harm. */
async function writeComponents(session: SqlSession, planned: readonly PlannedVariant[], formerBundles: readonly string[]): Promise<void> {
  if (formerBundles.length > 0) await deleteComponents.run(session, { list: session.dialect.encodeList(formerBundles) })
  await insertComponents(
    session,
    planned.flatMap(({ draft }) => (draft.components ?? []).map(({ sku: component, quantity }) => ({ sku: draft.sku, component, quantity }))),
  )
}

export function variantRow({ codecs }: SqlSession, { draft, id, productId, position }: PlannedVariant) {
  return {
    id,
    product_id: productId,
    sku: draft.sku,
    barcode: draft.barcode,
    options: codecs.json.encode(draft.options),
    weight_grams: draft.weightGrams,
    stock_tracked: codecs.bool.encode(draft.stockTracked),
    backorder: draft.backorder,
    status: 'active',
    position,
    components: draft.components === undefined ? null : codecs.json.encode(draft.components),
    available_from: draft.availableFrom ?? null,
    restock_date: draft.restockDate ?? null,
    backorder_limit: draft.backorderLimit ?? null,
  }
}

export function priceRows({ draft, id }: PlannedVariant) {
  return draft.prices.map(({ currency, amountMinor, compareAtMinor }) => ({
    variant_id: id,
    currency,
    amount_minor: amountMinor,
    compare_at_minor: compareAtMinor,
  }))
}
