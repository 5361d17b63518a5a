import type { LevelChange, LocationId } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'

interface LevelWrite extends Record<string, unknown> {
  sku: string
  locationId: string
  units: number
  now: SqlTime
}

/** How many units one bundle takes at most of the SKU of a level, where that is more than one. */
export const bundleLot = sql<number | null>`(SELECT max(k.quantity) FROM bundle_components AS k WHERE k.component = stock_levels.sku AND k.quantity > 1)`

/** What of it a change says. */
export function lotOf(lot: number | null): { readonly lot?: number } {
  return lot === null ? {} : { lot }
}

const insertEmptyLevel = preparedQuery<{ sku: string; locationId: string; now: SqlTime }>()((db, param) =>
  db
    .insertInto('stock_levels')
    .values({ sku: param('sku'), location_id: param('locationId'), on_hand: 0, reserved: 0, version: 1, updated_at: param('now') })
    .onConflict((conflict) => conflict.columns(['sku', 'location_id']).doNothing()),
)

const reserveUnits = preparedQuery<LevelWrite>()((db, param) =>
  db
    .updateTable('stock_levels')
    .set((eb) => ({ reserved: eb('reserved', '+', param('units')), version: eb('version', '+', 1), updated_at: param('now') }))
    .where('sku', '=', param('sku'))
    .where('location_id', '=', param('locationId'))
    .where((eb) => eb(eb('on_hand', '-', eb.ref('reserved')), '>=', param('units')))
    .returning(['on_hand', 'reserved', bundleLot.as('lot')]),
)

const reserveUnitsOfVersion = preparedQuery<LevelWrite & { version: number }>()((db, param) =>
  db
    .updateTable('stock_levels')
    .set((eb) => ({ reserved: eb('reserved', '+', param('units')), version: eb('version', '+', 1), updated_at: param('now') }))
    .where('sku', '=', param('sku'))
    .where('location_id', '=', param('locationId'))
    .where('version', '=', param('version'))
    .returning(['on_hand', 'reserved', bundleLot.as('lot')]),
)

const unreserveUnits = preparedQuery<LevelWrite>()((db, param) =>
  db
    .updateTable('stock_levels')
    .set((eb) => ({ reserved: eb('reserved', '-', param('units')), version: eb('version', '+', 1), updated_at: param('now') }))
    .where('sku', '=', param('sku'))
    .where('location_id', '=', param('locationId'))
    .returning(['on_hand', 'reserved', bundleLot.as('lot')]),
)

/** Units of one SKU at one location. */
export interface LevelUnits {
  readonly sku: string
  readonly locationId: LocationId
  readonly units: number
  /** The level's version as it was read: written only if it still has it, instead of if it has enough. */
  readonly version?: number
}

/** Makes a level with nothing on hand unless there is one. */
export async function ensureLevel(session: SqlSession, sku: string, locationId: LocationId): Promise<void> {
  await insertEmptyLevel.run(session, { sku, locationId, now: session.codecs.time.encode(session.now) })
}

/**
 * Raises `reserved` of every level by its units, each with a guarded statement, in the order given.
 *
 * @returns undefined when one had too few, or another version, after all; what was raised is lowered again then.
 */
export async function reserveAll(session: SqlSession, wanted: readonly LevelUnits[]): Promise<LevelChange[] | undefined> {
  const now = session.codecs.time.encode(session.now)
  const raised = wanted.map(({ sku, locationId, units, version }) => {
    const write = { sku, locationId, units, now }
    return version === undefined ? reserveUnits.first(session, write) : reserveUnitsOfVersion.first(session, { ...write, version })
  })
  const rows = await Promise.all(raised)
  if (!rows.includes(undefined)) return wanted.map((part, index) => changeBy(part, part.units, rows[index]))
  await unreserveAll(
    session,
    wanted.filter((_, index) => rows[index] !== undefined),
  )
  return undefined
}

/** Lowers `reserved` of every level by its units, in the order given. */
export async function unreserveAll(session: SqlSession, given: readonly LevelUnits[]): Promise<LevelChange[]> {
  const now = session.codecs.time.encode(session.now)
  const rows = await Promise.all(given.map(({ sku, locationId, units }) => unreserveUnits.first(session, { sku, locationId, units, now })))
  return given.flatMap((part, index) => (rows[index] === undefined ? [] : changeBy(part, -part.units, rows[index])))
}

interface LevelRow {
  readonly on_hand: number
  readonly reserved: number
  readonly lot: number | null
}

function changeBy({ sku, locationId }: LevelUnits, units: number, row: LevelRow | undefined): LevelChange {
  if (row === undefined) throw new Error('a level that was written has no row')
  const availableAfter = row.on_hand - row.reserved
  return { sku, locationId, availableBefore: availableAfter + units, availableAfter, ...lotOf(row.lot) }
}

/** Adds up the units per level, leaves out levels without any, and sorts by (sku, locationId): the order of all writes. */
export function sumByLevel(parts: readonly LevelUnits[]): LevelUnits[] {
  const sums = new Map<string, LevelUnits>()
  for (const part of parts) {
    if (part.units === 0) continue
    const key = levelKey(part)
    const seen = sums.get(key)
    sums.set(key, seen === undefined ? part : { ...seen, units: seen.units + part.units })
  }
  return [...sums.values()].sort((a, b) => (a.sku === b.sku ? (a.locationId < b.locationId ? -1 : 1) : a.sku < b.sku ? -1 : 1))
}

/** Several changes of one level as one: what was before the first and after the last. */
export function mergeChanges(changes: readonly LevelChange[]): LevelChange[] {
  const merged = new Map<string, LevelChange>()
  for (const change of changes) {
    const key = levelKey(change)
    merged.set(key, { ...change, availableBefore: merged.get(key)?.availableBefore ?? change.availableBefore })
  }
  return [...merged.values()]
}

export function levelKey({ sku, locationId }: { readonly sku: string; readonly locationId: LocationId }): string {
  return `${locationId}/${sku}`
}
