import type { CreditStore } from '@cartwright/core/ports'
import { type Kysely, sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { follower, guardedWrite } from '../engine/guarded-write.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'
import { sqlCreditReader } from './credit-reads.ts'
import { accountFromRow, accountToRow, entryToRow } from './credit-rows.ts'

// The two conflicts there can be: the code is taken, or the customer has one in the currency. Ids are fresh.
const insertAccounts = bulkInsert(
  'credit_accounts',
  ['id', 'kind', 'status', 'customer_id', 'code_hash', 'last_four', 'currency', 'balance_minor', 'expires_at', 'note', 'created_at', 'updated_at', 'version'],
  'ON CONFLICT DO NOTHING',
)

const entries = follower('credit_entries', [
  'id',
  'account_id',
  'change',
  'amount_minor',
  'order_id',
  'order_refund_id',
  'reference',
  'note',
  'actor_type',
  'actor_id',
  'at',
])

const parts = follower('order_credits', ['order_id', 'account_id', 'position', 'amount_minor', 'returned_minor'])

const lockAccounts = preparedQuery<{ ids: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('credit_accounts')
    .selectAll()
    .where(dialect.inList(sql.ref('id'), sql`${param('ids')}`))
    .orderBy('id')
    .modifyEnd(dialect.forUpdate),
)

interface Movement extends Record<string, unknown> {
  readonly id: string
  readonly amount: number
  readonly now: SqlTime
}

type Param<Values> = <Name extends keyof Values & string>(name: Name) => Values[Name]

const moved = (db: Kysely<Tables>, param: Param<Movement>) =>
  db
    .updateTable('credit_accounts')
    .set((eb) => ({ balance_minor: eb('balance_minor', '+', param('amount')), version: eb('version', '+', sql.lit(1)), updated_at: param('now') }))
    .where('id', '=', param('id'))
    .where((eb) => eb(eb('balance_minor', '+', param('amount')), '>=', sql.lit(0)))
    .where((eb) => eb(eb('balance_minor', '+', param('amount')), '<=', sql.lit(Number.MAX_SAFE_INTEGER)))

const move = guardedWrite<Movement>()((db, param) => moved(db, param), { entries })

/** Money that comes back to an account that has expired can be spent for a while. */
const putBack = guardedWrite<Movement & { readonly until: SqlTime }>()(
  (db, param) =>
    moved(db, param as Param<Movement>).set({
      expires_at: sql<SqlTime>`CASE WHEN expires_at <= ${param('now')} THEN ${param('until')} ELSE expires_at END`,
    }),
  { entries },
)

interface Spending extends Movement {
  readonly currency: string
  readonly customerId: string | null
}

const spent = (db: Kysely<Tables>, param: Param<Spending>) =>
  moved(db, param as Param<Movement>)
    .where('status', '=', sql.lit('active'))
    .where('currency', '=', param('currency'))
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', param('now'))]))
    .where((eb) => eb.or([eb('customer_id', 'is', null), eb('customer_id', '=', param('customerId'))]))

const spend = guardedWrite<Spending>()((db, param) => spent(db, param), { entries, parts })
const spendAgain = guardedWrite<Spending>()((db, param) => spent(db, param), { entries })

const giveBack = preparedQuery<{ orderId: string; accountId: string; amount: number }>()((db, param) =>
  db
    .updateTable('order_credits')
    .set((eb) => ({ returned_minor: eb('returned_minor', '+', param('amount')) }))
    .where('order_id', '=', param('orderId'))
    .where('account_id', '=', param('accountId'))
    .where((eb) => eb(eb('returned_minor', '+', param('amount')), '<=', eb.ref('amount_minor'))),
)

const ownAgain = preparedQuery<{ orderId: string; accountId: string }>()((db, param) =>
  db
    .updateTable('order_credits')
    .set({ returned_minor: sql.lit(0) })
    .where('order_id', '=', param('orderId'))
    .where('account_id', '=', param('accountId'))
    .where((eb) => eb('returned_minor', '=', eb.ref('amount_minor'))),
)

interface SavedValues extends Record<string, unknown> {
  readonly id: string
  readonly status: string
  readonly expiresAt: SqlTime | null
  readonly note: string | null
  readonly updatedAt: SqlTime
  readonly version: number
  readonly expectedVersion: number
}

const saveAccount = preparedQuery<SavedValues>()((db, param) =>
  db
    .updateTable('credit_accounts')
    .set({ status: param('status'), expires_at: param('expiresAt'), note: param('note'), updated_at: param('updatedAt'), version: param('version') })
    .where('id', '=', param('id'))
    .where('version', '=', param('expectedVersion')),
)

/** Gift cards and store credit, in the tables `credit_accounts`, `credit_entries` and `order_credits`. */
export function sqlCreditStore(session: SqlSession): CreditStore {
  const { codecs, dialect } = session
  const { time } = codecs
  return {
    ...sqlCreditReader(session),
    lock: async ({ accountIds }) => (await lockAccounts.all(session, { ids: dialect.encodeList(accountIds) })).map((row) => accountFromRow(codecs, row)),
    open: async (account) => ((await insertAccounts(session, [accountToRow(codecs, account)])) === 0 ? 'exists' : 'opened'),
    post: async ({ entry, expiresAt }) => {
      const movement = movementOf(session, entry)
      const rows = { entries: [entryToRow(codecs, entry)] }
      const done = expiresAt === undefined ? move(session, movement, rows) : putBack(session, { ...movement, until: time.encode(expiresAt) }, rows)
      return (await done) ? 'posted' : 'refused'
    },
    redeem: (params) => redeem(session, params),
    giveBack: async ({ orderId, accountId, amountMinor }) =>
      (await giveBack.run(session, { orderId, accountId, amount: amountMinor })) === 0 ? 'exceeds' : 'given',
    save: async ({ account, expectedVersion }) => {
      const { id, status, note, version } = account
      const expiresAt = account.expiresAt === null ? null : time.encode(account.expiresAt)
      const changed = await saveAccount.run(session, { id, status, note, version, expiresAt, updatedAt: time.encode(account.updatedAt), expectedVersion })
      return changed === 0 ? 'stale' : 'saved'
    },
  }
}

function movementOf({ codecs, now }: SqlSession, entry: Parameters<typeof entryToRow>[1]): Movement {
  return { id: entry.accountId, amount: entry.amountMinor, now: codecs.time.encode(now) }
}

async function redeem(session: SqlSession, params: Parameters<CreditStore['redeem']>[0]): Promise<'redeemed' | 'refused'> {
  const { orderId, position, entry, currency, customerId } = params
  const { accountId } = entry
  const values = { ...movementOf(session, entry), currency, customerId }
  const rows = [entryToRow(session.codecs, entry)]
  if (position !== null) {
    const part = { order_id: orderId, account_id: accountId, position, amount_minor: -entry.amountMinor, returned_minor: 0 }
    return (await spend(session, values, { entries: rows, parts: [part] })) ? 'redeemed' : 'refused'
  }
  if ((await ownAgain.run(session, { orderId, accountId })) === 0) return 'refused'
  return (await spendAgain(session, values, { entries: rows })) ? 'redeemed' : 'refused'
}
