import {
  type BackorderPolicy,
  type CatalogReader,
  type Image,
  type ListPrice,
  type ProductId,
  type Sellable,
  saleDays,
  type VariantId,
} from '@cartwright/core/ports'
import { type Kysely, sql } from 'kysely'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlDialect, SqlTime } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'
import { componentsNow, sellableComponents } from './catalog-components.ts'
import type { ListValues } from './catalog-rows.ts'

interface SellableValues extends ListValues {
  readonly currency: string
  /** Null for a guest. */
  readonly customerId: string | null
  readonly now: SqlTime
}

/** The price lists that count now for a customer, in a currency. It says nothing of SKUs, so that it is worked out once a statement, and not at all where no SKU has a list price. */
function listsOf(
  db: Kysely<Tables>,
  param: <Name extends 'currency' | 'customerId' | 'now'>(name: Name) => SellableValues[Name],
  { codecs, jsonHas }: SqlDialect,
) {
  const yes = codecs.bool.encode(true)
  const theirs = db
    .selectFrom('price_list_groups as of_group')
    .innerJoin('customers as buyer', (join) => join.on('buyer.id', '=', param('customerId')))
    .select(sql`1`.as('one'))
    .where('of_group.price_list_id', '=', sql.ref<string>('open_list.id'))
    .where(jsonHas(sql.ref('buyer.group_names'), sql.ref('of_group.group_name')))
  return db
    .selectFrom('price_lists as open_list')
    .select('open_list.id')
    .where('open_list.currency', '=', param('currency'))
    .where('open_list.active', '=', yes)
    .where((eb) => eb.or([eb('open_list.starts_at', 'is', null), eb('open_list.starts_at', '<=', param('now'))]))
    .where((eb) => eb.or([eb('open_list.ends_at', 'is', null), eb('open_list.ends_at', '>', param('now'))]))
    .where((eb) => eb.or([eb('open_list.everybody', '=', yes), eb.exists(theirs)]))
}

/** Read along with what is sold: a quote needs no statement more to know that there is no automatic promotion, or that it has changed. */
const promotionRevision = sql<number | null>`(SELECT CASE WHEN automatic = 0 THEN 0 ELSE revision END FROM promotion_state)`

/** One row a SKU and price of a list; one for a SKU without any. */
const sellableRows = preparedQuery<SellableValues>()((db, param, dialect) =>
  db
    .selectFrom('variants')
    .innerJoin('products', 'products.id', 'variants.product_id')
    .leftJoin('prices', (join) => join.onRef('prices.variant_id', '=', 'variants.id').on('prices.currency', '=', param('currency')))
    .leftJoin('price_list_prices as step', (join) => join.onRef('step.sku', '=', 'variants.sku').on('step.price_list_id', 'in', listsOf(db, param, dialect)))
    .leftJoin('price_lists', 'price_lists.id', 'step.price_list_id')
    .select(['variants.sku', 'variants.id', 'variants.product_id', 'variants.options', 'variants.weight_grams', 'variants.stock_tracked', 'variants.backorder'])
    .select(['variants.status', 'products.status as product_status', 'products.handle', 'products.title', 'products.images', 'products.tax_category'])
    .select(['prices.currency', 'prices.amount_minor', 'prices.compare_at_minor'])
    .select([
      'price_lists.code as list_code',
      'price_lists.priority as list_priority',
      'step.min_quantity',
      'step.amount_minor as step_minor',
      'variants.components',
      'variants.available_from',
      'variants.restock_date',
    ])
    .select(componentsNow(dialect).as('components_now'))
    .select(promotionRevision.as('promotion_revision'))
    .where(dialect.inList(sql.ref('variants.sku'), sql`${param('list')}`)),
)

type SellableRow = Awaited<ReturnType<typeof sellableRows.all>>[number]

/** What carts and quotes need of some SKUs. One statement. */
export async function readSellables(
  session: SqlSession,
  { skus, currency, customerId = null }: Parameters<CatalogReader['sellables']>[0],
): Promise<readonly Sellable[]> {
  const { codecs, dialect, now } = session
  const rows = await sellableRows.all(session, { list: dialect.encodeList(skus), currency, customerId, now: codecs.time.encode(now) })
  const bySku = new Map<string, { readonly row: SellableRow; readonly listPrices: ListPrice[] }>()
  for (const row of rows) {
    const sold = bySku.get(row.sku) ?? { row, listPrices: [] }
    bySku.set(row.sku, sold)
    const { list_code: list, list_priority: priority, min_quantity: minQuantity, step_minor: amountMinor } = row
    if (list !== null && priority !== null && minQuantity !== null && amountMinor !== null) sold.listPrices.push({ list, priority, minQuantity, amountMinor })
  }
  return [...bySku.values()].map(({ row, listPrices }) => sellableOf(session, row, listPrices))
}

function sellableOf({ codecs }: SqlSession, row: SellableRow, listPrices: readonly ListPrice[]): Sellable {
  const [image] = codecs.json.decode<Image[]>(row.images)
  return {
    sku: row.sku,
    variantId: row.id as VariantId,
    productId: row.product_id as ProductId,
    handle: row.handle,
    title: row.title,
    options: codecs.json.decode<Record<string, string>>(row.options),
    imageUrl: image?.url ?? null,
    price:
      row.currency === null || row.amount_minor === null
        ? null
        : { currency: row.currency, amountMinor: row.amount_minor, compareAtMinor: row.compare_at_minor },
    listPrices,
    weightGrams: row.weight_grams,
    taxCategory: row.tax_category,
    stockTracked: codecs.bool.decode(row.stock_tracked),
    backorder: row.backorder as BackorderPolicy,
    ...saleDays({ availableFrom: row.available_from, restockDate: row.restock_date }),
    promotionRevision: row.promotion_revision ?? 0,
    onSale: row.status === 'active' && row.product_status === 'published',
    ...(row.components === null ? {} : { components: sellableComponents(codecs, row.components, row.components_now) }),
  }
}
