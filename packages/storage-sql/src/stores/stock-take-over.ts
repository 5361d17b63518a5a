import type { LevelChange, ReserveParams, ReserveResult, TakeOverParams, TakeOverResult } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'
import { releaseReservation } from './reservation-verbs.ts'
import { mergeChanges } from './stock-levels.ts'
import { findReservation, lockSupply, readReservationLines } from './stock-reads.ts'
import { reserveUnits } from './stock-reserve.ts'

const ofCart = sql.lit('cart')
const held = sql.lit('held')

const giveToHolder = preparedQuery<{ id: string; type: string; holder: string; expiresAt: SqlTime; now: SqlTime }>()((db, param) =>
  db
    .updateTable('reservations')
    .set({ holder_type: param('type'), holder_id: param('holder'), expires_at: param('expiresAt'), updated_at: param('now') })
    .where('id', '=', param('id'))
    .where('status', '=', held)
    .where('holder_type', '=', ofCart),
)

/** Levels of others may be locked already, by what shares the transaction: a busy hold is not waited for. */
const lockHold = preparedQuery<{ id: string }>()((db, param, dialect) =>
  db
    .selectFrom('reservations')
    .select('id')
    .where('id', '=', param('id'))
    .where('status', '=', held)
    .where('holder_type', '=', ofCart)
    .modifyEnd(dialect.forUpdateAtOnce),
)

/** Only the row of the reservation is written: no level moves, so nobody can come in between. */
export async function takeOverHold(session: SqlSession, { reservationId, holder, claims, expiresAt }: TakeOverParams): Promise<TakeOverResult> {
  const reservation = await findReservation(session, reservationId)
  if (reservation?.status !== 'held' || reservation.holder.type !== 'cart') return 'gone'
  const units = new Map<string, number>()
  for (const line of reservation.lines) units.set(line.sku, (units.get(line.sku) ?? 0) + line.held + line.backordered)
  if (units.size !== claims.length || claims.some(({ sku, quantity }) => units.get(sku) !== quantity)) return 'differs'
  const { time } = session.codecs
  const changed = await giveToHolder.run(session, {
    id: reservationId,
    type: holder.type,
    holder: holder.id,
    expiresAt: time.encode(expiresAt),
    now: time.encode(session.now),
  })
  return changed === 1 ? 'taken' : 'gone'
}

/** The levels of both are locked before either moves, in their order: between the release and the claim nobody can take a unit. */
export async function reserveInstead(session: SqlSession, params: ReserveParams): Promise<ReserveResult> {
  const { replaces, ...claim } = params
  const locked = replaces === undefined ? undefined : await lockHold.first(session, { id: replaces })
  if (replaces === undefined || locked === undefined) return reserveUnits(session, claim)
  const lines = await readReservationLines(session, replaces)
  await lockSupply(session, [...new Set([...lines, ...claim.claims].map(({ sku }) => sku))])
  const released = await releaseReservation(session, replaces)
  const result = await reserveUnits(session, { ...claim, method: { type: 'guarded' } }, 'levels')
  if (result.outcome !== 'held') return result
  const before: readonly LevelChange[] = released.outcome === 'changed' ? released.changes : []
  return { ...result, changes: mergeChanges([...before, ...result.changes]) }
}
