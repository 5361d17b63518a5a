import { CommerceError, type Location, type StockStore } from '@cartwright/core/ports'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlBool } from '../engine/sql-dialect.ts'
import { commitReservation, expireDueReservations, extendReservation, lockReservations, releaseReservation } from './reservation-verbs.ts'
import { adjustLevel } from './stock-adjust.ts'
import { consumeUnits } from './stock-consume.ts'
import { giveBackUnits } from './stock-give-back.ts'
import { listLevels, readLedger } from './stock-lists.ts'
import { findLocation, findReservation, listLocations, readLevels, readSupply } from './stock-reads.ts'
import { recountLevel } from './stock-recount.ts'
import { reserveUnits } from './stock-reserve.ts'
import { reserveTogether } from './stock-reserve-many.ts'
import { reserveInstead, takeOverHold } from './stock-take-over.ts'

const insertLocation = preparedQuery<{ id: string; code: string; name: string; priority: number; active: SqlBool }>()((db, param) =>
  db
    .insertInto('locations')
    .values({ id: param('id'), code: param('code'), name: param('name'), priority: param('priority'), active: param('active') })
    .onConflict((conflict) => conflict.column('code').doNothing()),
)

/**
 * Inventory over SQL. Rows are locked in one order everywhere: the reservation, then levels by
 * (sku, locationId), then the reservation's lines. Who needs a hold and has a level locked already
 * does not wait for it.
 */
export function sqlStockStore(session: SqlSession): StockStore {
  return {
    listLocations: () => listLocations(session),
    levels: ({ skus }) => readLevels(session, skus),
    listLevels: (query) => listLevels(session, query),
    ledger: (query) => readLedger(session, query),
    supply: ({ skus }) => readSupply(session, skus),
    findReservation: ({ reservationId }) => findReservation(session, reservationId),
    ensureLocation: (location) => ensureLocation(session, location),
    reserve: (params) => (params.replaces === undefined ? reserveUnits(session, params) : reserveInstead(session, params)),
    reserveMany: (calls) => reserveTogether(session, calls),
    takeOver: (params) => takeOverHold(session, params),
    extend: (params) => extendReservation(session, params),
    commit: ({ reservationId }) => commitReservation(session, reservationId),
    lock: ({ reservationIds }) => lockReservations(session, reservationIds),
    release: ({ reservationId }) => releaseReservation(session, reservationId),
    giveBack: (params) => giveBackUnits(session, params),
    consume: (params) => consumeUnits(session, params),
    expireDue: ({ limit }) => expireDueReservations(session, limit),
    adjust: (params) => adjustLevel(session, params),
    recount: (params) => recountLevel(session, params),
  }
}

/** @throws CONFLICT when the location written by a concurrent transaction cannot be seen yet. */
async function ensureLocation(session: SqlSession, location: Location): Promise<Location> {
  const found = await findLocation(session, location.code)
  if (found !== undefined) return found
  await insertLocation.run(session, { ...location, active: session.codecs.bool.encode(location.active) })
  const stored = await findLocation(session, location.code)
  if (stored === undefined) throw new CommerceError('CONFLICT', { details: { object: 'location' } })
  return stored
}
