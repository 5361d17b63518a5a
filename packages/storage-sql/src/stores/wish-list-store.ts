import type { OwnWishList, WishListStore, WishListSummary } from '@cartwright/core/ports'
import { type Kysely, sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import { ownedByCustomer } from '../engine/reader-key.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlBool, SqlTime } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'
import { headFromRow, wishListFromRows } from './wish-list-rows.ts'

/** As many as the constraints `wish_lists_most` and `wish_list_items_most` allow. */
const [mostLists, mostItems] = [20, 200]

const headColumns = ['w.id', 'w.customer_id', 'w.name', 'w.shared_at', 'w.share_notes', 'w.created_at', 'w.updated_at'] as const

const withItems = (db: Kysely<Tables>) =>
  db
    .selectFrom('wish_lists as w')
    .leftJoin('wish_list_items as i', 'i.wish_list_id', 'w.id')
    .select([...headColumns, 'i.sku', 'i.note', 'i.added_at'])
    .orderBy('i.added_at')
    .orderBy('i.place')

const ownList = preparedQuery<{ id: string; customerId: string }>()((db, param) =>
  withItems(db).where('w.id', '=', param('id')).where('w.customer_id', '=', param('customerId')),
)

const sharedList = preparedQuery<{ tokenHash: string }>()((db, param) => withItems(db).where('w.share_token_hash', '=', param('tokenHash')))

const listsOfCustomer = preparedQuery<{ customerId: string }>()((db, param) =>
  db
    .selectFrom('wish_lists as w')
    .select(headColumns)
    .select((eb) =>
      eb
        .selectFrom('wish_list_items as i')
        .select((count) => count.fn.countAll().as('items'))
        .whereRef('i.wish_list_id', '=', 'w.id')
        .as('items'),
    )
    .where('w.customer_id', '=', param('customerId'))
    .orderBy('w.created_at')
    .orderBy('w.id'),
)

const lockOwner = preparedQuery<{ customerId: string }>()((db, param, dialect) =>
  db.selectFrom('customers').select('id').where('id', '=', param('customerId')).modifyEnd(dialect.forUpdate),
)

const placesOfLists = preparedQuery<{ customerId: string }>()((db, param) =>
  db.selectFrom('wish_lists').select('place').where('customer_id', '=', param('customerId')),
)

const placesOfItems = preparedQuery<{ id: string; customerId: string }>()((db, param) =>
  db
    .selectFrom('wish_lists as w')
    .leftJoin('wish_list_items as i', 'i.wish_list_id', 'w.id')
    .select(['i.sku', 'i.place'])
    .where('w.id', '=', param('id'))
    .where('w.customer_id', '=', param('customerId')),
)

const insertList = bulkInsert('wish_lists', ['id', 'customer_id', 'place', 'name', 'share_notes', 'created_at', 'updated_at'])
const insertItem = bulkInsert('wish_list_items', ['wish_list_id', 'sku', 'place', 'note', 'added_at'])

const renameList = preparedQuery<{ id: string; customerId: string; name: string; now: SqlTime }>()((db, param) =>
  db
    .updateTable('wish_lists')
    .set({ name: param('name'), updated_at: param('now') })
    .where('id', '=', param('id'))
    .where('customer_id', '=', param('customerId')),
)

const shareList = preparedQuery<{ id: string; customerId: string; hash: string | null; since: SqlTime | null; notes: SqlBool; now: SqlTime }>()((db, param) =>
  db
    .updateTable('wish_lists')
    .set({ share_token_hash: param('hash'), shared_at: param('since'), share_notes: param('notes'), updated_at: param('now') })
    .where('id', '=', param('id'))
    .where('customer_id', '=', param('customerId')),
)

const touchList = preparedQuery<{ id: string; customerId: string; now: SqlTime }>()((db, param) =>
  db
    .updateTable('wish_lists')
    .set({ updated_at: param('now') })
    .where('id', '=', param('id'))
    .where('customer_id', '=', param('customerId')),
)

const setNote = preparedQuery<{ id: string; sku: string; note: string | null }>()((db, param) =>
  db
    .updateTable('wish_list_items')
    .set({ note: param('note') })
    .where('wish_list_id', '=', param('id'))
    .where('sku', '=', param('sku')),
)

const deleteItems = preparedQuery<{ id: string; customerId: string; skus: unknown }>()((db, param, dialect) =>
  db
    .deleteFrom('wish_list_items')
    .where('wish_list_id', 'in', (eb) => eb.selectFrom('wish_lists').select('id').where('id', '=', param('id')).where('customer_id', '=', param('customerId')))
    .where(dialect.inList(sql.ref('sku'), sql`${param('skus')}`)),
)

const deleteAllItems = preparedQuery<{ id: string; customerId: string }>()((db, param) =>
  db
    .deleteFrom('wish_list_items')
    .where('wish_list_id', 'in', (eb) => eb.selectFrom('wish_lists').select('id').where('id', '=', param('id')).where('customer_id', '=', param('customerId'))),
)

const deleteList = preparedQuery<{ id: string; customerId: string }>()((db, param) =>
  db.deleteFrom('wish_lists').where('id', '=', param('id')).where('customer_id', '=', param('customerId')),
)

/** Wish lists over SQL. Every change is made under its customer's lock, so that a free place is still free when it is taken. */
export function sqlWishListStore(session: SqlSession): WishListStore {
  const { codecs } = session
  const now = codecs.time.encode(session.now)
  const ownerLocked = async (customerId: string): Promise<boolean> => {
    session.changes(ownedByCustomer(customerId))
    return (await lockOwner.first(session, { customerId })) !== undefined
  }
  return {
    list: async ({ customerId }) =>
      (await listsOfCustomer.all(session, { customerId })).map((row): WishListSummary => ({ ...headFromRow(codecs, row), items: Number(row.items) })),
    find: async ({ customerId, wishListId }) => wishListFromRows(codecs, await ownList.all(session, { id: wishListId, customerId })),
    findShared: async ({ tokenHash }) => wishListFromRows(codecs, await sharedList.all(session, { tokenHash })),
    insert: async ({ customerId, wishListId, name }) => {
      if (!(await ownerLocked(customerId))) return 'missing'
      const taken = await placesOfLists.all(session, { customerId })
      const place = freePlace(taken, mostLists)
      if (place === undefined) return 'full'
      const row = { id: wishListId, customer_id: customerId, place, name, share_notes: codecs.bool.encode(false), created_at: now, updated_at: now }
      await insertList(session, [row])
      return 'inserted'
    },
    rename: async ({ customerId, wishListId, name }) => {
      await ownerLocked(customerId)
      return (await renameList.run(session, { id: wishListId, customerId, name, now })) === 1
    },
    delete: async ({ customerId, wishListId }) => {
      const own = { id: wishListId, customerId }
      await ownerLocked(customerId)
      await deleteAllItems.run(session, own)
      return (await deleteList.run(session, own)) === 1
    },
    putItem: async (params) => {
      await ownerLocked(params.customerId)
      return putItem(session, params, now)
    },
    removeItems: async ({ customerId, wishListId, skus }) => {
      const own = { id: wishListId, customerId }
      await ownerLocked(customerId)
      const removed = await deleteItems.run(session, { ...own, skus: session.dialect.encodeList(skus) })
      if (removed > 0) return (await touchList.run(session, { ...own, now })) === 1
      return (await placesOfItems.first(session, own)) !== undefined
    },
    share: async ({ customerId, wishListId, sharing }) => {
      await ownerLocked(customerId)
      const terms = { hash: sharing?.tokenHash ?? null, since: sharing === null ? null : now, notes: codecs.bool.encode(sharing?.notes ?? false) }
      return (await shareList.run(session, { id: wishListId, customerId, ...terms, now })) === 1
    },
  }
}

/** Under the owner's lock. */
async function putItem(session: SqlSession, { customerId, wishListId, sku, note }: OwnWishList & { sku: string; note?: string | null }, now: SqlTime) {
  const own = { id: wishListId, customerId }
  const rows = await placesOfItems.all(session, own)
  if (rows.length === 0) return 'missing'
  const there = rows.some((row) => row.sku === sku)
  if (there && note === undefined) return 'there'
  if (there) {
    await setNote.run(session, { id: wishListId, sku, note: note ?? null })
  } else {
    const place = freePlace(rows, mostItems)
    if (place === undefined) return 'full'
    await insertItem(session, [{ wish_list_id: wishListId, sku, place, note: note ?? null, added_at: now }])
  }
  await touchList.run(session, { ...own, now })
  return there ? 'there' : 'added'
}

/** The lowest from 1 to `most` that no row has. */
function freePlace(rows: readonly { readonly place: number | null }[], most: number): number | undefined {
  const taken = new Set(rows.map(({ place }) => (place === null ? 0 : Number(place))))
  for (let place = 1; place <= most; place += 1) if (!taken.has(place)) return place
  return undefined
}
