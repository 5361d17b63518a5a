import type { CreditAccount, CreditEntry, CreditReader, Page } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { pageOf } from '../engine/page.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'
import { decodeCreditCursor, encodeCreditCursor } from './credit-cursor.ts'
import { accountFromRow, entryFromRow, orderCreditFromRow } from './credit-rows.ts'

const byId = preparedQuery<{ id: string }>()((db, param) => db.selectFrom('credit_accounts').selectAll().where('id', '=', param('id')))

const byCode = preparedQuery<{ codeHash: string }>()((db, param) => db.selectFrom('credit_accounts').selectAll().where('code_hash', '=', param('codeHash')))

const byCodes = preparedQuery<{ codes: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('credit_accounts')
    .selectAll()
    .where(dialect.inList(sql.ref('code_hash'), sql`${param('codes')}`)),
)

const ofCustomer = preparedQuery<{ customerId: string }>()((db, param) =>
  db.selectFrom('credit_accounts').selectAll().where('customer_id', '=', param('customerId')).orderBy('currency'),
)

const ofCustomerIn = preparedQuery<{ customerId: string; currency: string }>()((db, param) =>
  db.selectFrom('credit_accounts').selectAll().where('customer_id', '=', param('customerId')).where('currency', '=', param('currency')),
)

const ofOrder = preparedQuery<{ orderId: string }>()((db, param) =>
  db
    .selectFrom('order_credits as c')
    .innerJoin('credit_accounts as a', 'a.id', 'c.account_id')
    .selectAll('c')
    .select(['a.kind', 'a.last_four'])
    .where('c.order_id', '=', param('orderId'))
    .orderBy('c.position'),
)

const entriesOfOrder = preparedQuery<{ orderId: string }>()((db, param) =>
  db.selectFrom('credit_entries').selectAll().where('order_id', '=', param('orderId')).orderBy('at').orderBy('id'),
)

const dueForExpiry = preparedQuery<{ now: SqlTime; limit: number }>()((db, param) =>
  db
    .selectFrom('credit_accounts')
    .selectAll()
    .where('expires_at', '<=', param('now'))
    .where('balance_minor', '>', sql.lit(0))
    .orderBy('expires_at')
    .limit(param('limit')),
)

/** Reads of gift cards and store credit. */
export function sqlCreditReader(session: SqlSession): CreditReader {
  const { codecs, dialect } = session
  const account = (row: Parameters<typeof accountFromRow>[1]) => accountFromRow(codecs, row)
  return {
    find: async ({ key }) => {
      const row = 'id' in key ? await byId.first(session, { id: key.id }) : await byCode.first(session, key)
      return row && account(row)
    },
    giftCards: async ({ codeHashes }) => (await byCodes.all(session, { codes: dialect.encodeList(codeHashes) })).map(account),
    storeCredits: async ({ customerId, currency }) => {
      const rows = currency === undefined ? ofCustomer.all(session, { customerId }) : ofCustomerIn.all(session, { customerId, currency })
      return (await rows).map(account)
    },
    list: (query) => listAccounts(session, query),
    entries: (query) => listEntries(session, query),
    ofOrder: async ({ orderId }) => (await ofOrder.all(session, { orderId })).map(orderCreditFromRow),
    entriesOfOrder: async ({ orderId }) => (await entriesOfOrder.all(session, { orderId })).map((row) => entryFromRow(codecs, row)),
    dueForExpiry: async ({ limit }) => (await dueForExpiry.all(session, { now: codecs.time.encode(session.now), limit })).map(account),
  }
}

async function listAccounts(session: SqlSession, { kind, status, limit, after }: Parameters<CreditReader['list']>[0]): Promise<Page<CreditAccount>> {
  const { db, codecs } = session
  let select = db.selectFrom('credit_accounts').selectAll().where('kind', '=', kind)
  if (status !== undefined) select = select.where('status', '=', status)
  if (after !== undefined) {
    const { at, id } = decodeCreditCursor(after)
    select = select.where(sql<boolean>`(created_at, id) < (${codecs.time.encode(at)}, ${id})`)
  }
  const rows = await select
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(
    rows.map((row) => accountFromRow(codecs, row)),
    limit,
    ({ createdAt, id }) => encodeCreditCursor({ at: createdAt, id }),
  )
}

async function listEntries(session: SqlSession, { accountId, limit, after }: Parameters<CreditReader['entries']>[0]): Promise<Page<CreditEntry>> {
  const { db, codecs } = session
  let select = db.selectFrom('credit_entries').selectAll().where('account_id', '=', accountId)
  if (after !== undefined) {
    const { at, id } = decodeCreditCursor(after)
    select = select.where(sql<boolean>`(at, id) < (${codecs.time.encode(at)}, ${id})`)
  }
  const rows = await select
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(
    rows.map((row) => entryFromRow(codecs, row)),
    limit,
    ({ at, id }) => encodeCreditCursor({ at, id }),
  )
}
