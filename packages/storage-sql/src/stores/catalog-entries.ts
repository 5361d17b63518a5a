import { sql } from 'kysely'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { ListValues } from './catalog-rows.ts'

export const entryColumns = ['product_id', 'category_id', 'created_at', 'title', 'rating'] as const
export const priceEntryColumns = ['product_id', 'category_id', 'currency', 'min_minor', 'max_minor'] as const

const deletePriceEntries = preparedQuery<ListValues>()((db, param, dialect) =>
  db.deleteFrom('category_prices').where(dialect.inList(sql.ref('product_id'), sql`${param('list')}`)),
)
const deleteEntries = preparedQuery<ListValues>()((db, param, dialect) =>
  db.deleteFrom('category_products').where(dialect.inList(sql.ref('product_id'), sql`${param('list')}`)),
)

/**
 * One a category and whatever it is in, of published products; UNION leaves out what a product reaches twice. Each table is told the ids: Postgres expects ten times what the
 * recursion gives, and would read whole tables to join with that.
 */
const insertEntries = preparedQuery<ListValues>()((_db, param, dialect) => {
  const isListed = (column: string) => dialect.inList(sql.ref(column), sql`${param('list')}`)
  return sql`INSERT INTO category_products (${sql.join(entryColumns.map((column) => sql.ref(column)))})
    WITH RECURSIVE reached (product_id, category_id) AS (
      SELECT product_id, category_id FROM product_categories WHERE ${isListed('product_id')}
      UNION SELECT r.product_id, c.parent_id FROM reached r JOIN categories c ON c.id = r.category_id WHERE c.parent_id IS NOT NULL
    )
    SELECT p.id, r.category_id, p.created_at, p.title, COALESCE(p.rating_average, 0) FROM reached r JOIN products p ON p.id = r.product_id
    WHERE p.status = 'published' AND ${isListed('p.id')}`
})
const insertPriceEntries = preparedQuery<ListValues>()((_db, param, dialect) => {
  const isListed = (column: string) => dialect.inList(sql.ref(column), sql`${param('list')}`)
  return sql`INSERT INTO category_prices (${sql.join(priceEntryColumns.map((column) => sql.ref(column)))})
    SELECT e.product_id, e.category_id, o.currency, o.min_minor, o.max_minor FROM category_products e JOIN product_prices o ON o.product_id = e.product_id
    WHERE ${isListed('e.product_id')} AND ${isListed('o.product_id')}`
})

/** Removes the entries by which listings of categories are walked. */
export async function clearEntries(session: SqlSession, list: unknown): Promise<void> {
  await deletePriceEntries.run(session, { list })
  await deleteEntries.run(session, { list })
}

/** Writes them from what is stored of the products, none of which has any. The caller has made `listed_version` the version of each. */
export async function writeEntries(session: SqlSession, list: unknown): Promise<void> {
  await insertEntries.run(session, { list })
  await insertPriceEntries.run(session, { list })
}

const unlisted = preparedQuery<{ limit: number }>()((db, param, dialect) =>
  db
    .selectFrom('products')
    .select('id')
    .where('listed_version', '<>', (eb) => eb.ref('version'))
    .orderBy('id')
    .limit(param('limit'))
    .modifyEnd(dialect.forUpdateOfFree),
)
const markListed = preparedQuery<ListValues>()((db, param, dialect) =>
  db
    .updateTable('products')
    .set(({ ref }) => ({ listed_version: ref('version') }))
    .where(dialect.inList(sql.ref('id'), sql`${param('list')}`)),
)

/** Writes the entries of products that have others than they should. @returns of how many. */
export async function listAnew(session: SqlSession, limit: number): Promise<number> {
  const rows = await unlisted.all(session, { limit })
  if (rows.length === 0) return 0
  const list = session.dialect.encodeList(rows.map(({ id }) => id))
  await clearEntries(session, list)
  await writeEntries(session, list)
  await markListed.run(session, { list })
  return rows.length
}
