import type { LevelChange, LocationId, ReservationChange, ReservationId } from '@cartwright/core/ports'
import { type RawBuilder, sql } from 'kysely'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlDialect, SqlTime } from '../engine/sql-dialect.ts'
import { sumByLevel, unreserveAll } from './stock-levels.ts'
import { lockLevelsOf, readReservationStatus } from './stock-reads.ts'

// States stand in the SQL as literals, so that partial indexes on them can be used.
const held = sql.lit('held')

const commitHeld = preparedQuery<{ id: string; now: SqlTime }>()((db, param) =>
  db
    .updateTable('reservations')
    .set({ status: 'committed', expires_at: null, updated_at: param('now') })
    .where('id', '=', param('id'))
    .where('status', '=', held),
)

const extendHeld = preparedQuery<{ id: string; expiresAt: SqlTime; maxExtensions: number; now: SqlTime }>()((db, param) =>
  db
    .updateTable('reservations')
    .set((eb) => ({ expires_at: param('expiresAt'), extensions: eb('extensions', '+', 1), updated_at: param('now') }))
    .where('id', '=', param('id'))
    .where('status', '=', held)
    .where('extensions', '<', param('maxExtensions'))
    .where('expires_at', '<', param('expiresAt')),
)

const releaseLive = preparedQuery<{ id: string; now: SqlTime }>()((db, param) =>
  db
    .updateTable('reservations')
    .set({ status: 'released', expires_at: null, updated_at: param('now') })
    .where('id', '=', param('id'))
    .where('status', 'in', [held, sql.lit('committed')]),
)

const expireHeld = preparedQuery<{ ids: unknown; now: SqlTime }>()((db, param, dialect) =>
  db
    .updateTable('reservations')
    .set({ status: 'expired', expires_at: null, updated_at: param('now') })
    .where(dialect.inList(sql.ref('id'), sql`${param('ids')}`))
    .where('status', '=', held)
    .where('expires_at', '<=', param('now'))
    .returning('id'),
)

const dueReservations = preparedQuery<{ now: SqlTime; limit: number }>()((db, param, dialect) =>
  db
    .selectFrom('reservations')
    .select('id')
    .where('status', '=', held)
    .where('expires_at', '<=', param('now'))
    .orderBy('expires_at')
    .orderBy('id')
    .limit(param('limit'))
    .modifyEnd(dialect.forUpdateOfFree),
)

/** The cross join makes SQLite begin with the few due reservations, not with every line the SKU ever had. */
const dueHoldsOfSkus = (lock: (dialect: SqlDialect) => RawBuilder<unknown>) =>
  preparedQuery<{ skus: unknown; now: SqlTime }>()((db, param, dialect) =>
    db
      .selectFrom('reservations as r')
      .crossJoin('reservation_lines as l')
      .select(['r.id', 'l.sku', 'l.location_id', 'l.held', 'l.backordered'])
      .whereRef('l.reservation_id', '=', 'r.id')
      .where('r.status', '=', held)
      .where('r.expires_at', '<=', param('now'))
      .where(dialect.inList(sql.ref('l.sku'), sql`${param('skus')}`))
      .orderBy('r.expires_at')
      .orderBy('r.id')
      .modifyEnd(lock(dialect)),
  )

const findDueHolds = dueHoldsOfSkus(() => sql``)

const lockingDueHolds = {
  wait: dueHoldsOfSkus(({ forUpdate }) => forUpdate),
  skip: dueHoldsOfSkus(({ forUpdateOfFree }) => forUpdateOfFree),
  refuse: dueHoldsOfSkus(({ forUpdateAtOnce }) => forUpdateAtOnce),
}

/** In the order in which holds that are due are locked. */
const lockReservationsById = preparedQuery<{ ids: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('reservations')
    .select('id')
    .where(dialect.inList(sql.ref('id'), sql`${param('ids')}`))
    .orderBy('expires_at')
    .orderBy('id')
    .modifyEnd(dialect.forUpdate),
)

const heldUnits = preparedQuery<{ ids: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('reservation_lines')
    .select(['sku', 'location_id', 'held'])
    .where(dialect.inList(sql.ref('reservation_id'), sql`${param('ids')}`))
    .where('held', '>', 0),
)

const releaseLines = preparedQuery<{ ids: unknown }>()((db, param, dialect) =>
  db
    .updateTable('reservation_lines')
    .set((eb) => ({ released: eb(eb('released', '+', eb.ref('held')), '+', eb.ref('backordered')), held: 0, backordered: 0 }))
    .where(dialect.inList(sql.ref('reservation_id'), sql`${param('ids')}`)),
)

interface ExpiredHolds {
  readonly expired: readonly ReservationId[]
  readonly changes: readonly LevelChange[]
}

/** Units of one line of a hold whose time is up. */
export interface DueHold {
  readonly reservationId: ReservationId
  readonly sku: string
  readonly locationId: LocationId
  readonly units: number
  /** Promised beyond the stock. */
  readonly backordered: number
}

export async function commitReservation(session: SqlSession, reservationId: ReservationId): Promise<ReservationChange> {
  const changed = await commitHeld.run(session, { id: reservationId, now: session.codecs.time.encode(session.now) })
  return changed === 1 ? { outcome: 'changed', changes: [] } : unchanged(session, reservationId)
}

export async function extendReservation(
  session: SqlSession,
  { reservationId, expiresAt, maxExtensions }: { readonly reservationId: ReservationId; readonly expiresAt: Date; readonly maxExtensions: number },
): Promise<ReservationChange> {
  const { time } = session.codecs
  const changed = await extendHeld.run(session, { id: reservationId, expiresAt: time.encode(expiresAt), maxExtensions, now: time.encode(session.now) })
  return changed === 1 ? { outcome: 'changed', changes: [] } : unchanged(session, reservationId)
}

export async function lockReservations(session: SqlSession, reservationIds: readonly ReservationId[]): Promise<void> {
  const ids = session.dialect.encodeList(reservationIds)
  await lockReservationsById.all(session, { ids })
  const held = await heldUnits.all(session, { ids })
  await lockLevelsOf(session, [...new Set(held.map(({ sku }) => sku))])
}

export async function releaseReservation(session: SqlSession, reservationId: ReservationId): Promise<ReservationChange> {
  const changed = await releaseLive.run(session, { id: reservationId, now: session.codecs.time.encode(session.now) })
  return changed === 1 ? { outcome: 'changed', changes: await giveBack(session, [reservationId]) } : unchanged(session, reservationId)
}

export async function expireDueReservations(session: SqlSession, limit: number): Promise<ExpiredHolds> {
  const due = await dueReservations.all(session, { now: session.codecs.time.encode(session.now), limit })
  return expireReservations(
    session,
    due.map(({ id }) => id as ReservationId),
  )
}

/** Those of the SKUs that are in holds past their time. For who has their levels locked: nobody can give units back then before the transaction ends. */
export async function skusWithDueHolds(session: SqlSession, skus: readonly string[]): Promise<ReadonlySet<string>> {
  const values = { skus: session.dialect.encodeList(skus), now: session.codecs.time.encode(session.now) }
  return new Set((await findDueHolds.all(session, values)).map(({ sku }) => sku))
}

/**
 * Lines of these SKUs in holds whose time is up, the longest overdue first, locked in that order.
 *
 * @param busy - what to do about holds that another transaction is busy with. Whoever ends a hold locks it before its levels, so that one may `wait` for holds
 * only before any level is locked or written; afterwards, `skip` leaves them out, and `refuse` has the whole transaction run again, with nothing locked.
 */
export async function lockDueHolds(session: SqlSession, skus: readonly string[], busy: 'wait' | 'skip' | 'refuse'): Promise<DueHold[]> {
  const values = { skus: session.dialect.encodeList(skus), now: session.codecs.time.encode(session.now) }
  const rows = await lockingDueHolds[busy].all(session, values)
  return rows.map(({ id, sku, location_id, held: units, backordered }) => ({
    reservationId: id as ReservationId,
    sku,
    locationId: location_id as LocationId,
    units,
    backordered,
  }))
}

/** Expires those of the reservations that are held and due; the others are left alone and not reported. */
export async function expireReservations(session: SqlSession, ids: readonly ReservationId[]): Promise<ExpiredHolds> {
  if (ids.length === 0) return { expired: [], changes: [] }
  const rows = await expireHeld.all(session, { ids: session.dialect.encodeList(ids), now: session.codecs.time.encode(session.now) })
  const ended = new Set(rows.map(({ id }) => id))
  const expired = ids.filter((id) => ended.has(id))
  return { expired, changes: await giveBack(session, expired) }
}

/** Moves what the reservations still hold or owe to `released` and lowers the levels. Their own status must have been changed just before: it is the guard. */
async function giveBack(session: SqlSession, reservationIds: readonly ReservationId[]): Promise<LevelChange[]> {
  if (reservationIds.length === 0) return []
  const ids = session.dialect.encodeList(reservationIds)
  const rows = await heldUnits.all(session, { ids })
  const changes = await unreserveAll(session, sumByLevel(rows.map((row) => ({ sku: row.sku, locationId: row.location_id as LocationId, units: row.held }))))
  await releaseLines.run(session, { ids })
  return changes
}

async function unchanged(session: SqlSession, reservationId: ReservationId): Promise<ReservationChange> {
  return { outcome: 'unchanged', status: await readReservationStatus(session, reservationId) }
}
