import type {
  Location,
  LocationId,
  Reservation,
  ReservationHolder,
  ReservationId,
  ReservationLine,
  ReservationStatus,
  StockLevel,
  StockSupply,
} from '@cartwright/core/ports'
import { type Selectable, sql } from 'kysely'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { Tables } from '../engine/tables.ts'

const locationsInOrder = preparedQuery<Record<never, never>>()((db) => db.selectFrom('locations').selectAll().orderBy('priority').orderBy('code'))

const locationByCode = preparedQuery<{ code: string }>()((db, param) => db.selectFrom('locations').selectAll().where('code', '=', param('code')))

const levelsOfSkus = preparedQuery<{ skus: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('stock_levels')
    .select(['sku', 'location_id', 'on_hand', 'reserved', 'version'])
    .where(dialect.inList(sql.ref('sku'), sql`${param('skus')}`))
    .orderBy('sku')
    .orderBy('location_id'),
)

/** The same, and locks them in the order in which they are written. */
const lockedLevelsOfSku = preparedQuery<{ sku: string }>()((db, param, dialect) =>
  db
    .selectFrom('stock_levels')
    .select(['sku', 'location_id', 'on_hand', 'reserved', 'version'])
    .where('sku', '=', param('sku'))
    .orderBy('sku')
    .orderBy('location_id')
    .modifyEnd(dialect.forUpdate),
)

const reservationById = preparedQuery<{ id: string }>()((db, param) => db.selectFrom('reservations').selectAll().where('id', '=', param('id')))

const linesOfReservation = preparedQuery<{ id: string }>()((db, param) =>
  db.selectFrom('reservation_lines').selectAll().where('reservation_id', '=', param('id')).orderBy('sku').orderBy('location_id'),
)

/** Locks the levels in the order in which they are written. */
const lockLevelsOfSkus = preparedQuery<{ skus: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('stock_levels')
    .select('sku')
    .where(dialect.inList(sql.ref('sku'), sql`${param('skus')}`))
    .orderBy('sku')
    .orderBy('location_id')
    .modifyEnd(dialect.forUpdate),
)

/** One row per location and level of the SKUs, or one without a level; locations in order of preference. */
const supplyOfSkus = preparedQuery<{ skus: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('locations')
    .leftJoin('stock_levels', (join) =>
      join.onRef('stock_levels.location_id', '=', 'locations.id').on(dialect.inList(sql.ref('stock_levels.sku'), sql`${param('skus')}`)),
    )
    .select(['locations.id as location_id', 'locations.active', 'stock_levels.sku', 'stock_levels.on_hand', 'stock_levels.reserved', 'stock_levels.version'])
    .orderBy('locations.priority')
    .orderBy('locations.code'),
)

export async function listLocations(session: SqlSession): Promise<Location[]> {
  return (await locationsInOrder.all(session, {})).map((row) => toLocation(session, row))
}

export async function findLocation(session: SqlSession, code: string): Promise<Location | undefined> {
  const row = await locationByCode.first(session, { code })
  return row === undefined ? undefined : toLocation(session, row)
}

export async function readLevels(session: SqlSession, skus: readonly string[]): Promise<StockLevel[]> {
  if (skus.length === 0) return []
  return (await levelsOfSkus.all(session, { skus: session.dialect.encodeList(skus) })).map(toLevel)
}

/** The levels of one SKU, which nobody else changes until the transaction ends. */
export async function lockLevels(session: SqlSession, sku: string): Promise<StockLevel[]> {
  return (await lockedLevelsOfSku.all(session, { sku })).map(toLevel)
}

export async function readSupply(session: SqlSession, skus: readonly string[]): Promise<StockSupply> {
  const rows = await supplyOfSkus.all(session, { skus: session.dialect.encodeList(skus) })
  const priority = new Set<LocationId>()
  const levels: StockLevel[] = []
  for (const { location_id, active, sku, on_hand, reserved, version } of rows) {
    if (session.codecs.bool.decode(active)) priority.add(location_id as LocationId)
    if (sku !== null && on_hand !== null && reserved !== null && version !== null) levels.push(toLevel({ location_id, sku, on_hand, reserved, version }))
  }
  return { levels, priority: [...priority] }
}

/** Locks the levels of SKUs, at all locations, until the transaction ends. */
export async function lockLevelsOf(session: SqlSession, skus: readonly string[]): Promise<void> {
  await lockLevelsOfSkus.all(session, { skus: session.dialect.encodeList(skus) })
}

/** Reads the supply after locking its levels, which nobody changes then until the transaction ends. */
export async function lockSupply(session: SqlSession, skus: readonly string[]): Promise<StockSupply> {
  await lockLevelsOf(session, skus)
  return readSupply(session, skus)
}

export async function findReservation(session: SqlSession, reservationId: ReservationId): Promise<Reservation | undefined> {
  const row = await reservationById.first(session, { id: reservationId })
  if (row === undefined) return undefined
  return {
    id: row.id as ReservationId,
    holder: toHolder(row),
    status: row.status as ReservationStatus,
    expiresAt: row.expires_at === null ? null : session.codecs.time.decode(row.expires_at),
    extensions: row.extensions,
    lines: await readReservationLines(session, reservationId),
  }
}

export async function readReservationStatus(session: SqlSession, reservationId: ReservationId): Promise<ReservationStatus | 'missing'> {
  const row = await reservationById.first(session, { id: reservationId })
  return row === undefined ? 'missing' : (row.status as ReservationStatus)
}

/** In (sku, locationId) order. */
export async function readReservationLines(session: SqlSession, reservationId: ReservationId): Promise<ReservationLine[]> {
  const rows = await linesOfReservation.all(session, { id: reservationId })
  return rows.map(({ sku, location_id, quantity, held, backordered, consumed, released }) => ({
    sku,
    locationId: location_id as LocationId,
    quantity,
    held,
    backordered,
    consumed,
    released,
  }))
}

export function toHolder(row: { readonly holder_type: string; readonly holder_id: string }): ReservationHolder {
  return { type: row.holder_type as ReservationHolder['type'], id: row.holder_id }
}

export function toLevel(row: { sku: string; location_id: string; on_hand: number; reserved: number; version: number }): StockLevel {
  return { sku: row.sku, locationId: row.location_id as LocationId, onHand: row.on_hand, reserved: row.reserved, version: row.version }
}

function toLocation(session: SqlSession, row: Selectable<Tables['locations']>): Location {
  return { id: row.id as LocationId, code: row.code, name: row.name, priority: row.priority, active: session.codecs.bool.decode(row.active) }
}
