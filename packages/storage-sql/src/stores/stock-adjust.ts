import {
  type AdjustParams,
  type AdjustResult,
  CommerceError,
  type LocationId,
  type ReservationHolder,
  type ReservationId,
  type StockLevel,
} from '@cartwright/core/ports'
import { sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'
import { bundleLot, ensureLevel, lotOf } from './stock-levels.ts'
import { lockLevels, toHolder } from './stock-reads.ts'

/** How often the level is read again when others change it in between. */
const maxAttempts = 5

const setLevel = preparedQuery<{ sku: string; locationId: string; version: number; onHand: number; reserved: number; now: SqlTime }>()((db, param) =>
  db
    .updateTable('stock_levels')
    .set((eb) => ({ on_hand: param('onHand'), reserved: param('reserved'), version: eb('version', '+', 1), updated_at: param('now') }))
    .where('sku', '=', param('sku'))
    .where('location_id', '=', param('locationId'))
    .where('version', '=', param('version'))
    .returning(bundleLot.as('lot')),
)

/** Whoever ends a hold has locked it before its levels; here the level is locked already, so that no hold may be waited for. */
const newestHolds = preparedQuery<{ sku: string; locationId: string }>()((db, param, dialect) =>
  db
    .selectFrom('reservation_lines as l')
    .innerJoin('reservations as r', 'r.id', 'l.reservation_id')
    .select(['r.id', 'r.holder_type', 'r.holder_id', 'l.held'])
    .where('l.sku', '=', param('sku'))
    .where('l.location_id', '=', param('locationId'))
    .where('l.held', '>', 0)
    .where('r.status', 'in', [sql.lit('held'), sql.lit('committed')])
    .orderBy('r.created_at', 'desc')
    .orderBy('r.id', 'desc')
    .modifyEnd(dialect.forUpdateAtOnce),
)

const backorderHeld = preparedQuery<{ id: string; sku: string; locationId: string; units: number }>()((db, param) =>
  db
    .updateTable('reservation_lines')
    .set((eb) => ({ held: eb('held', '-', param('units')), backordered: eb('backordered', '+', param('units')) }))
    .where('reservation_id', '=', param('id'))
    .where('sku', '=', param('sku'))
    .where('location_id', '=', param('locationId')),
)

export const ledgerColumns = ['id', 'sku', 'location_id', 'delta', 'reason', 'reference_id', 'note', 'created_at'] as const
const insertEntry = bulkInsert('stock_ledger', ledgerColumns)

interface Shortfall {
  readonly reservationId: ReservationId
  readonly holder: ReservationHolder
  readonly units: number
}

/** @throws CONFLICT when the level kept changing. */
export async function adjustLevel(session: SqlSession, params: AdjustParams): Promise<AdjustResult> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const result = await tryAdjust(session, params)
    if (result !== 'raced') return result
  }
  throw new CommerceError('CONFLICT', { details: { object: 'stock' } })
}

async function tryAdjust(session: SqlSession, params: AdjustParams): Promise<AdjustResult | 'raced'> {
  const { sku, locationId } = params
  const stored = (await lockLevels(session, sku)).find((level) => level.locationId === locationId)
  const level: StockLevel = stored ?? { sku, locationId, onHand: 0, reserved: 0, version: 1 }
  const onHand = 'to' in params.change ? params.change.to : level.onHand + params.change.by
  if (onHand < 0 || (onHand < level.reserved && params.shortfall === 'refuse')) return { outcome: 'reserved', level }

  const shortfalls = await chooseShortfalls(session, level, level.reserved - onHand)
  if (shortfalls === undefined) return 'raced'
  if (stored === undefined) await ensureLevel(session, sku, locationId)
  const reserved = level.reserved - shortfalls.reduce((sum, { units }) => sum + units, 0)
  const after = { sku, locationId, onHand, reserved, version: level.version + 1 }
  const now = session.codecs.time.encode(session.now)
  const written = await setLevel.first(session, { sku, locationId, version: level.version, onHand, reserved, now })
  if (written === undefined) return 'raced'

  for (const { reservationId, units } of shortfalls) await backorderHeld.run(session, { id: reservationId, sku, locationId, units })
  const delta = onHand - level.onHand
  if (delta !== 0) await writeEntry(session, params, delta)
  const change = { sku, locationId, availableBefore: level.onHand - level.reserved, availableAfter: onHand - reserved, ...lotOf(written.lot) }
  return { outcome: 'adjusted', level: after, delta, change, shortfalls }
}

/** Which holds lose `missing` units, newest first; undefined when those read do not add up to it, which only a concurrent transaction can cause. */
async function chooseShortfalls(
  session: SqlSession,
  { sku, locationId }: { readonly sku: string; readonly locationId: LocationId },
  missing: number,
): Promise<Shortfall[] | undefined> {
  const shortfalls: Shortfall[] = []
  if (missing <= 0) return shortfalls
  let left = missing
  for (const row of await newestHolds.all(session, { sku, locationId })) {
    const units = Math.min(left, row.held)
    if (units === 0) break
    shortfalls.push({ reservationId: row.id as ReservationId, holder: toHolder(row), units })
    left -= units
  }
  return left === 0 ? shortfalls : undefined
}

async function writeEntry(session: SqlSession, { entryId, sku, locationId, reason, note, referenceId }: AdjustParams, delta: number): Promise<void> {
  const created_at = session.codecs.time.encode(session.now)
  await insertEntry(session, [{ id: entryId, sku, location_id: locationId, delta, reason, reference_id: referenceId ?? null, note, created_at }])
}
