import type { ProductDraft } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import { clearEntries, writeEntries } from './catalog-entries.ts'
import { attributeText, type ListValues } from './catalog-rows.ts'
import type { PlannedProduct } from './catalog-writes.ts'

const deletePriceRanges = preparedQuery<ListValues>()((db, param, dialect) =>
  db.deleteFrom('product_prices').where(dialect.inList(sql.ref('product_id'), sql`${param('list')}`)),
)
const deleteAttributes = preparedQuery<ListValues>()((db, param, dialect) =>
  db.deleteFrom('product_attributes').where(dialect.inList(sql.ref('product_id'), sql`${param('list')}`)),
)
const deleteMemberships = preparedQuery<ListValues>()((db, param, dialect) =>
  db.deleteFrom('product_categories').where(dialect.inList(sql.ref('product_id'), sql`${param('list')}`)),
)
export const attributeColumns = ['product_id', 'name', 'value'] as const
export const membershipColumns = ['product_id', 'category_id'] as const
const insertAttributes = bulkInsert('product_attributes', attributeColumns)
const insertMemberships = bulkInsert('product_categories', membershipColumns)

const insertPriceRanges = preparedQuery<ListValues>()((db, param, dialect) =>
  db
    .insertInto('product_prices')
    .columns(['product_id', 'currency', 'min_minor', 'max_minor'])
    .expression((source) =>
      source
        .selectFrom('variants')
        .innerJoin('prices', 'prices.variant_id', 'variants.id')
        .select(({ fn }) => [
          'variants.product_id',
          'prices.currency',
          fn.min<number>('prices.amount_minor').as('min_minor'),
          fn.max<number>('prices.amount_minor').as('max_minor'),
        ])
        .where('variants.status', '=', 'active')
        .where(dialect.inList(sql.ref('variants.product_id'), sql`${param('list')}`))
        .groupBy(['variants.product_id', 'prices.currency']),
    ),
)

/** Removes what listings filter and sort by, before it is written anew. */
export async function clearDerived(session: SqlSession, products: readonly PlannedProduct[]): Promise<void> {
  const list = session.dialect.encodeList(products.map(({ id }) => id))
  await clearEntries(session, list)
  await deletePriceRanges.run(session, { list })
  await deleteAttributes.run(session, { list })
  await deleteMemberships.run(session, { list })
}

/** Writes what listings filter and sort by: price ranges of active variants, attributes, categories. */
export async function writeDerived(session: SqlSession, products: readonly PlannedProduct[]): Promise<void> {
  if (products.length === 0) return
  const list = session.dialect.encodeList(products.map(({ id }) => id))
  await insertPriceRanges.run(session, { list })
  await insertAttributes(
    session,
    products.flatMap(({ id, draft }) => attributeRows(id, draft)),
  )
  await insertMemberships(
    session,
    products.flatMap(({ id, draft }) => membershipRows(id, draft)),
  )
  await writeEntries(session, list)
}

export function attributeRows(productId: string, { attributes }: ProductDraft) {
  return Object.entries(attributes).map(([name, value]) => ({ product_id: productId, name, value: attributeText(value) }))
}

export function membershipRows(productId: string, { categories }: ProductDraft) {
  return categories.map((category) => ({ product_id: productId, category_id: category.id }))
}

/** Writes one product's price ranges and its entries in listings anew, after a price of it has changed. */
export async function rewritePrices(session: SqlSession, productId: string): Promise<void> {
  const list = session.dialect.encodeList([productId])
  await deletePriceRanges.run(session, { list })
  await insertPriceRanges.run(session, { list })
  await rewriteEntries(session, list)
}

/** The same of its entries only, after its status has changed. */
export async function rewriteListing(session: SqlSession, productId: string): Promise<void> {
  await rewriteEntries(session, session.dialect.encodeList([productId]))
}

async function rewriteEntries(session: SqlSession, list: unknown): Promise<void> {
  await clearEntries(session, list)
  await writeEntries(session, list)
}
