import type { PriceList, PriceListId, PriceListStore, PriceStep } from '@cartwright/core/ports'
import { type Selectable, sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { pageOf } from '../engine/page.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlBool, SqlTime } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'
import { decodeListCursor, decodeStepCursor, encodeListCursor, encodeStepCursor } from './price-list-cursor.ts'

const insertList = bulkInsert(
  'price_lists',
  ['id', 'code', 'name', 'currency', 'priority', 'active', 'everybody', 'starts_at', 'ends_at', 'version', 'created_at', 'updated_at'],
  'ON CONFLICT (code) DO NOTHING',
)
const insertGroups = bulkInsert('price_list_groups', ['price_list_id', 'group_name'])
const upsertPrices = bulkInsert(
  'price_list_prices',
  ['price_list_id', 'sku', 'min_quantity', 'amount_minor'],
  'ON CONFLICT (price_list_id, sku, min_quantity) DO UPDATE SET amount_minor = excluded.amount_minor',
)

interface ListWrite extends Record<string, unknown> {
  readonly id: string
  readonly expected: number
  readonly name: string
  readonly priority: number
  readonly active: SqlBool
  readonly everybody: SqlBool
  readonly startsAt: SqlTime | null
  readonly endsAt: SqlTime | null
  readonly updatedAt: SqlTime
  readonly version: number
}

const updateList = preparedQuery<ListWrite>()((db, param) =>
  db
    .updateTable('price_lists')
    .set({
      name: param('name'),
      priority: param('priority'),
      active: param('active'),
      everybody: param('everybody'),
      starts_at: param('startsAt'),
      ends_at: param('endsAt'),
      updated_at: param('updatedAt'),
      version: param('version'),
    })
    .where('id', '=', param('id'))
    .where('version', '=', param('expected')),
)

const listByCode = preparedQuery<{ code: string }>()((db, param) => db.selectFrom('price_lists').selectAll().where('code', '=', param('code')))
const listsAfter = preparedQuery<{ after: string; limit: number }>()((db, param) =>
  db.selectFrom('price_lists').selectAll().where('code', '>', param('after')).orderBy('code').limit(param('limit')),
)
const groupsOf = preparedQuery<{ ids: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('price_list_groups')
    .selectAll()
    .where(dialect.inList(sql.ref('price_list_id'), sql`${param('ids')}`))
    .orderBy('group_name'),
)
const stepsAfter = preparedQuery<{ id: string; sku: string; quantity: number; limit: number }>()((db, param) =>
  db
    .selectFrom('price_list_prices')
    .select(['sku', 'min_quantity', 'amount_minor'])
    .where('price_list_id', '=', param('id'))
    .where(sql<boolean>`(sku, min_quantity) > (${param('sku')}, ${param('quantity')})`)
    .orderBy('sku')
    .orderBy('min_quantity')
    .limit(param('limit')),
)

const deleteGroups = preparedQuery<{ id: string }>()((db, param) => db.deleteFrom('price_list_groups').where('price_list_id', '=', param('id')))
const deletePrices = preparedQuery<{ id: string }>()((db, param) => db.deleteFrom('price_list_prices').where('price_list_id', '=', param('id')))
const deletePricesOf = preparedQuery<{ id: string; skus: unknown }>()((db, param, dialect) =>
  db
    .deleteFrom('price_list_prices')
    .where('price_list_id', '=', param('id'))
    .where(dialect.inList(sql.ref('sku'), sql`${param('skus')}`)),
)
const deleteList = preparedQuery<{ id: string }>()((db, param) => db.deleteFrom('price_lists').where('id', '=', param('id')))

/** Takes the list's row, if it is still of the version that was seen: nobody else writes to the list until the transaction ends. */
const lockVersion = preparedQuery<{ id: string; version: number }>()((db, param, dialect) =>
  db.selectFrom('price_lists').select('id').where('id', '=', param('id')).where('version', '=', param('version')).modifyEnd(dialect.forUpdate),
)

export function sqlPriceListStore(session: SqlSession): PriceListStore {
  const { dialect } = session
  return {
    find: async ({ code }) => {
      const row = await listByCode.first(session, { code })
      return row && (await withGroups(session, [row]))[0]
    },

    list: async ({ limit, after }) => {
      const rows = await listsAfter.all(session, { after: after === undefined ? '' : decodeListCursor(after), limit: limit + 1 })
      const page = pageOf(rows, limit, ({ code }) => encodeListCursor(code))
      return { items: await withGroups(session, page.items), next: page.next }
    },

    prices: async ({ priceListId, limit, after }) => {
      const { sku, minQuantity } = after === undefined ? { sku: '', minQuantity: 0 } : decodeStepCursor(after)
      const rows = await stepsAfter.all(session, { id: priceListId, sku, quantity: minQuantity, limit: limit + 1 })
      const steps = rows.map((row): PriceStep => ({ sku: row.sku, minQuantity: row.min_quantity, amountMinor: row.amount_minor }))
      return pageOf(steps, limit, encodeStepCursor)
    },

    save: ({ list, expectedVersion }) => (expectedVersion === null ? insert(session, list) : update(session, list, expectedVersion)),

    putPrices: async ({ priceListId, prices }) => {
      const rows = prices.map(({ sku, minQuantity, amountMinor }) => ({
        price_list_id: priceListId,
        sku,
        min_quantity: minQuantity,
        amount_minor: amountMinor,
      }))
      await upsertPrices(session, rows)
    },

    removePrices: ({ priceListId, skus }) => deletePricesOf.run(session, { id: priceListId, skus: dialect.encodeList(skus) }),

    delete: async ({ priceListId: id, expectedVersion: version }) => {
      if ((await lockVersion.first(session, { id, version })) === undefined) return 'stale'
      await deletePrices.run(session, { id })
      await deleteGroups.run(session, { id })
      await deleteList.run(session, { id })
      return 'deleted'
    },
  }
}

async function insert(session: SqlSession, list: PriceList): Promise<'saved' | 'code_taken'> {
  const { time, bool } = session.codecs
  const made = await insertList(session, [
    {
      id: list.id,
      code: list.code,
      name: list.name,
      currency: list.currency,
      priority: list.priority,
      active: bool.encode(list.active),
      everybody: bool.encode(list.groups.length === 0),
      starts_at: list.startsAt && time.encode(list.startsAt),
      ends_at: list.endsAt && time.encode(list.endsAt),
      version: list.version,
      created_at: time.encode(list.createdAt),
      updated_at: time.encode(list.updatedAt),
    },
  ])
  if (made === 0) return 'code_taken'
  await insertGroups(session, groupRows(list))
  return 'saved'
}

async function update(session: SqlSession, list: PriceList, expected: number): Promise<'saved' | 'stale'> {
  const { time, bool } = session.codecs
  const changed = await updateList.run(session, {
    id: list.id,
    expected,
    name: list.name,
    priority: list.priority,
    active: bool.encode(list.active),
    everybody: bool.encode(list.groups.length === 0),
    startsAt: list.startsAt && time.encode(list.startsAt),
    endsAt: list.endsAt && time.encode(list.endsAt),
    updatedAt: time.encode(list.updatedAt),
    version: list.version,
  })
  if (changed === 0) return 'stale'
  await deleteGroups.run(session, { id: list.id })
  await insertGroups(session, groupRows(list))
  return 'saved'
}

function groupRows({ id, groups }: PriceList) {
  return groups.map((group) => ({ price_list_id: id, group_name: group }))
}

async function withGroups(session: SqlSession, rows: readonly Selectable<Tables['price_lists']>[]): Promise<PriceList[]> {
  if (rows.length === 0) return []
  const groups = Map.groupBy(await groupsOf.all(session, { ids: session.dialect.encodeList(rows.map(({ id }) => id)) }), (row) => row.price_list_id)
  const { time, bool } = session.codecs
  return rows.map((row) => ({
    id: row.id as PriceListId,
    code: row.code,
    name: row.name,
    currency: row.currency,
    groups: (groups.get(row.id) ?? []).map(({ group_name }) => group_name),
    priority: row.priority,
    active: bool.decode(row.active),
    startsAt: row.starts_at && time.decode(row.starts_at),
    endsAt: row.ends_at && time.decode(row.ends_at),
    createdAt: time.decode(row.created_at),
    updatedAt: time.decode(row.updated_at),
    version: row.version,
  }))
}
