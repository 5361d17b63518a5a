import { createHash } from 'node:crypto'
import {
  type AttributeValue,
  type BackorderPolicy,
  type BundleComponent,
  type Category,
  type CategoryId,
  type Image,
  type Price,
  type Product,
  type ProductId,
  type ProductStatus,
  saleDays,
  type Variant,
  type VariantId,
  type VariantStatus,
} from '@cartwright/core/ports'
import { type Selectable, sql } from 'kysely'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { Tables } from '../engine/tables.ts'

export type ProductRow = Selectable<Tables['products']>
/** A product on a page, with what it is sorted by. */
export type ListedRow = ProductRow & { readonly sort_key: string | number }
type VariantRow = Selectable<Tables['variants']>
type PriceRow = Selectable<Tables['prices']>

/** Values of a query over a list made by `dialect.encodeList`. */
export interface ListValues extends Record<string, unknown> {
  readonly list: unknown
}

const productsById = preparedQuery<ListValues>()((db, param, dialect) =>
  db
    .selectFrom('products')
    .selectAll()
    .where(dialect.inList(sql.ref('id'), sql`${param('list')}`)),
)

const variantsOf = preparedQuery<ListValues>()((db, param, dialect) =>
  db
    .selectFrom('variants')
    .selectAll()
    .where(dialect.inList(sql.ref('product_id'), sql`${param('list')}`))
    .orderBy('product_id')
    .orderBy('position'),
)

const pricesOf = preparedQuery<ListValues>()((db, param, dialect) =>
  db
    .selectFrom('variants')
    .innerJoin('prices', 'prices.variant_id', 'variants.id')
    .select(['prices.variant_id', 'prices.currency', 'prices.amount_minor', 'prices.compare_at_minor'])
    .where(dialect.inList(sql.ref('variants.product_id'), sql`${param('list')}`))
    .orderBy('prices.variant_id')
    .orderBy('prices.currency'),
)

const categoriesOf = preparedQuery<ListValues>()((db, param, dialect) =>
  db
    .selectFrom('product_categories')
    .innerJoin('categories', 'categories.id', 'product_categories.category_id')
    .select(['product_categories.product_id', 'categories.id', 'categories.path'])
    .where(dialect.inList(sql.ref('product_categories.product_id'), sql`${param('list')}`))
    .orderBy('categories.path'),
)

/** Product rows by id, in any order. */
export async function productRows(session: SqlSession, ids: readonly string[]): Promise<ProductRow[]> {
  return productsById.all(session, { list: session.dialect.encodeList(ids) })
}

/** Whole products for their rows, in the order of the rows: one query each for variants, prices and categories, however many rows. */
export async function assembleProducts(session: SqlSession, rows: readonly ProductRow[]): Promise<Product[]> {
  if (rows.length === 0) return []
  const list = session.dialect.encodeList(rows.map(({ id }) => id))
  const parts = [variantsOf.all(session, { list }), pricesOf.all(session, { list }), categoriesOf.all(session, { list })] as const
  const [variantRows, priceRows, categoryRows] = await Promise.all(parts)
  const variants = Map.groupBy(variantRows, (row) => row.product_id)
  const prices = Map.groupBy(priceRows, (row) => row.variant_id)
  const categories = Map.groupBy(categoryRows, (row) => row.product_id)
  return rows.map((row) => ({
    ...productFields(session, row),
    categories: (categories.get(row.id) ?? []).map(categoryOf),
    variants: (variants.get(row.id) ?? []).map((variant) => variantOf(session, variant, prices.get(variant.id) ?? [])),
  }))
}

export function categoryOf(row: { readonly id: string; readonly path: string }): Category {
  return { id: row.id as CategoryId, path: JSON.parse(row.path) as string[] }
}

/** How a category's path is stored: JSON text, so that any name can be part of it and a path's descendants are a range of texts. */
export function pathText(path: readonly string[]): string {
  return JSON.stringify(path)
}

/** Above this, index entries would pass what engines allow. */
const indexedCharacters = 400

/** How an attribute's value is stored for filters: JSON, so that `"1"`, `1` and `true` stay apart; of long texts a digest, which no JSON looks like. */
export function attributeText(value: AttributeValue): string {
  const text = JSON.stringify(value)
  return text.length <= indexedCharacters ? text : `#${createHash('sha256').update(text).digest('hex')}`
}

function productFields({ codecs }: SqlSession, row: ProductRow): Omit<Product, 'categories' | 'variants'> {
  return {
    id: row.id as ProductId,
    handle: row.handle,
    title: row.title,
    description: row.description,
    vendor: row.vendor,
    status: row.status as ProductStatus,
    taxCategory: row.tax_category,
    attributes: codecs.json.decode<Record<string, AttributeValue>>(row.attributes),
    images: codecs.json.decode<Image[]>(row.images),
    options: codecs.json.decode<string[]>(row.options),
    ratingAverage: row.rating_average,
    ratingCount: row.rating_count,
    createdAt: codecs.time.decode(row.created_at),
    updatedAt: codecs.time.decode(row.updated_at),
    version: row.version,
  }
}

function variantOf({ codecs }: SqlSession, row: VariantRow, prices: readonly PriceRow[]): Variant {
  return {
    id: row.id as VariantId,
    sku: row.sku,
    barcode: row.barcode,
    options: codecs.json.decode<Record<string, string>>(row.options),
    prices: prices.map(priceOf),
    weightGrams: row.weight_grams,
    stockTracked: codecs.bool.decode(row.stock_tracked),
    backorder: row.backorder as BackorderPolicy,
    ...(row.backorder_limit === null ? {} : { backorderLimit: row.backorder_limit }),
    ...saleDays({ availableFrom: row.available_from, restockDate: row.restock_date }),
    ...(row.components === null ? {} : { components: codecs.json.decode<BundleComponent[]>(row.components) }),
    status: row.status as VariantStatus,
  }
}

function priceOf(row: Pick<PriceRow, 'currency' | 'amount_minor' | 'compare_at_minor'>): Price {
  return { currency: row.currency, amountMinor: row.amount_minor, compareAtMinor: row.compare_at_minor }
}
