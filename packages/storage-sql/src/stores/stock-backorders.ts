import type { Allocation, StockClaim } from '@cartwright/core/ports'
import { type RawBuilder, sql } from 'kysely'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlDialect } from '../engine/sql-dialect.ts'
import type { DueHold } from './reservation-verbs.ts'

/** The row of the variant is what everybody locks who promises more of it than there is: a level need not exist, and there may be several. */
const limitsOfSkus = (lock: (dialect: SqlDialect) => RawBuilder<unknown>) =>
  preparedQuery<{ skus: unknown }>()((db, param, dialect) =>
    db
      .selectFrom('variants')
      .select(['sku', 'backorder_limit'])
      .where(dialect.inList(sql.ref('sku'), sql`${param('skus')}`))
      .where('backorder_limit', 'is not', null)
      .orderBy('sku')
      .modifyEnd(lock(dialect)),
  )

const findLimited = limitsOfSkus(() => sql``)
const lockingLimits = { wait: limitsOfSkus(({ forUpdate }) => forUpdate), refuse: limitsOfSkus(({ forUpdateAtOnce }) => forUpdateAtOnce) }

const owedOfSkus = preparedQuery<{ skus: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('reservation_lines')
    .select(['sku', sql<number>`CAST(sum(backordered) AS BIGINT)`.as('owed')])
    .where(dialect.inList(sql.ref('sku'), sql`${param('skus')}`))
    .where('backordered', '>', sql.lit(0))
    .groupBy('sku'),
)

/** Those of the claimed SKUs that may be promised beyond the stock up to a limit. Asked beside other reads, so that what has no limit takes no round trip more. */
export async function limitedSkus(session: SqlSession, claims: readonly StockClaim[]): Promise<ReadonlySet<string>> {
  const skus = claims.filter(({ backorder }) => backorder === true).map(({ sku }) => sku)
  if (skus.length === 0) return new Set()
  return new Set((await findLimited.all(session, { skus: session.dialect.encodeList(skus) })).map(({ sku }) => sku))
}

/**
 * How many units may still be promised beyond the stock, of those SKUs of a plan that have a limit. It stays true until the transaction ends: only who has their
 * variants locked promises any.
 *
 * @param limited - SKUs that had a limit a moment ago.
 * @param due - holds that the plan ends: what they were promised is free again.
 * @param busy - what to do while another transaction promises some: `wait`, or, for who has levels locked, `refuse`, which has the transaction run again.
 */
export async function backorderRoom(
  session: SqlSession,
  allocations: readonly Allocation[],
  limited: ReadonlySet<string>,
  due: readonly DueHold[],
  busy: 'wait' | 'refuse',
): Promise<ReadonlyMap<string, number>> {
  const wanted = [...new Set(allocations.filter(({ sku, backordered }) => backordered > 0 && limited.has(sku)).map(({ sku }) => sku))]
  if (wanted.length === 0) return new Map()
  const limits = await lockingLimits[busy].all(session, { skus: session.dialect.encodeList(wanted) })
  if (limits.length === 0) return new Map()
  // A statement of its own, after the locks: it sees what others have promised while they were waited for.
  const owed = await owedOfSkus.all(session, { skus: session.dialect.encodeList(limits.map(({ sku }) => sku)) })
  const room = new Map(limits.map(({ sku, backorder_limit: limit }) => [sku, limit ?? 0]))
  for (const { sku, owed: units } of owed) room.set(sku, (room.get(sku) ?? 0) - units)
  for (const { sku, backordered } of due) if (room.has(sku)) room.set(sku, (room.get(sku) ?? 0) + backordered)
  return room
}
