import { type Category, type CategoryId, CommerceError, type ProductDraft, type ProductId, type UpsertedProduct } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import { clearDerived, writeDerived } from './catalog-derived.ts'
import { type ListValues, pathText } from './catalog-rows.ts'
import { writeVariants } from './catalog-variants.ts'

/** A draft and the row it becomes. */
export interface PlannedProduct {
  readonly draft: ProductDraft
  readonly id: ProductId
  readonly version: number
  readonly outcome: UpsertedProduct['outcome']
}

const storedByHandle = preparedQuery<ListValues>()((db, param, dialect) =>
  db
    .selectFrom('products')
    .select(['id', 'handle', 'content_hash', 'version'])
    .where(dialect.inList(sql.ref('handle'), sql`${param('list')}`))
    .modifyEnd(dialect.forUpdate),
)

export const productColumns = [
  'id',
  'handle',
  'title',
  'description',
  'vendor',
  'status',
  'tax_category',
  'attributes',
  'images',
  'options',
  'content_hash',
  'version',
  'listed_version',
  'created_at',
  'updated_at',
] as const
const replaced = productColumns.filter((column) => column !== 'id' && column !== 'handle' && column !== 'created_at')
const insertProducts = bulkInsert('products', productColumns)
const replaceProducts = bulkInsert(
  'products',
  productColumns,
  `ON CONFLICT (id) DO UPDATE SET ${replaced.map((column) => `${column} = excluded.${column}`).join(', ')}`,
)

/** Creates, replaces or leaves each product by its handle and content hash. */
export async function upsertProducts(session: SqlSession, drafts: readonly ProductDraft[]): Promise<readonly UpsertedProduct[]> {
  const planned = await plan(session, drafts)
  const created = planned.filter(({ outcome }) => outcome === 'created')
  const updated = planned.filter(({ outcome }) => outcome === 'updated')
  await losingRaces(session, async () => {
    await insertProducts(
      session,
      created.map((product) => productRow(session, product)),
    )
    await replaceProducts(
      session,
      updated.map((product) => productRow(session, product)),
    )
    if (updated.length > 0) await clearDerived(session, updated)
    await writeVariants(session, created, updated)
    await writeDerived(session, [...created, ...updated])
  })
  return planned.map(({ id, draft, outcome, version }) => ({ productId: id, handle: draft.handle, outcome, version }))
}

async function plan(session: SqlSession, drafts: readonly ProductDraft[]): Promise<readonly PlannedProduct[]> {
  const rows = await storedByHandle.all(session, { list: session.dialect.encodeList(drafts.map(({ handle }) => handle)) })
  const stored = new Map(rows.map((row) => [row.handle, row]))
  return drafts.map((draft) => {
    const row = stored.get(draft.handle)
    if (row === undefined) return { draft, id: draft.id, version: 1, outcome: 'created' }
    const id = row.id as ProductId
    if (row.content_hash === draft.contentHash) return { draft, id, version: row.version, outcome: 'unchanged' }
    return { draft, id, version: row.version + 1, outcome: 'updated' }
  })
}

/** The row of a product that is made or replaced now. */
export function productRow({ codecs, now }: SqlSession, { draft, id, version }: Pick<PlannedProduct, 'draft' | 'id' | 'version'>) {
  return {
    id,
    handle: draft.handle,
    title: draft.title,
    description: draft.description,
    vendor: draft.vendor,
    status: draft.status,
    tax_category: draft.taxCategory,
    attributes: codecs.json.encode(draft.attributes),
    images: codecs.json.encode(draft.images),
    options: codecs.json.encode(draft.options),
    content_hash: draft.contentHash,
    version,
    // Its entries in listings are written with it.
    listed_version: version,
    created_at: codecs.time.encode(now),
    updated_at: codecs.time.encode(now),
  }
}

export const categoriesByPath = preparedQuery<ListValues>()((db, param, dialect) =>
  db
    .selectFrom('categories')
    .select(['id', 'path'])
    .where(dialect.inList(sql.ref('path'), sql`${param('list')}`)),
)
const insertCategories = bulkInsert('categories', ['id', 'parent_id', 'path'])

/** Creates the categories that are missing; parents come first. */
export async function ensureCategories(session: SqlSession, categories: readonly Category[]): Promise<readonly Category[]> {
  const paths = categories.map(({ path }) => pathText(path))
  const rows = await categoriesByPath.all(session, { list: session.dialect.encodeList(paths) })
  const ids = new Map(rows.map(({ id, path }) => [path, id]))
  const byDepth = [...categories].sort((a, b) => a.path.length - b.path.length)
  const missing = byDepth.flatMap(({ id, path }) => {
    const text = pathText(path)
    if (ids.has(text)) return []
    ids.set(text, id)
    return [{ id, parent_id: ids.get(pathText(path.slice(0, -1))) ?? null, path: text }]
  })
  await losingRaces(session, () => insertCategories(session, missing))
  return categories.map(({ id, path }) => ({ id: (ids.get(pathText(path)) ?? id) as CategoryId, path }))
}

/** Turns a lost race on a unique handle, SKU or path into a retryable CONFLICT. */
export async function losingRaces(session: SqlSession, write: () => Promise<unknown>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (session.dialect.violatedUnique(error) === undefined) throw error
    throw new CommerceError('CONFLICT', { details: { object: 'product' }, cause: error })
  }
}
