import type { AdjustParams, AdjustResult, Location, ReservationId, ReserveParams, ReserveResult, StockClaim, StockLevel, Storage } from '@cartwright/core/ports'
import { aLocation, ids } from '../fixtures.ts'
import { at, minute, moment } from '../moments.ts'

/** Makes a location and puts units there: `{ 'MUG-1': 5 }`. */
export async function stocked(storage: Storage, units: Readonly<Record<string, number>>, overrides: Partial<Location> = {}): Promise<Location> {
  return storage.transaction(at(0), async (tx) => {
    const location = await tx.stock.ensureLocation(aLocation(overrides))
    for (const [sku, to] of Object.entries(units)) {
      await tx.stock.adjust({ entryId: ids.next(), sku, locationId: location.id, change: { to }, reason: 'received', note: null, shortfall: 'refuse' })
    }
    return location
  })
}

/** A claim for one unit of `MUG-1` until 15 minutes after the start, changed by `overrides`. */
export function aClaim(overrides: Partial<ReserveParams> = {}): ReserveParams {
  return {
    reservationId: ids.next<ReservationId>(),
    holder: { type: 'external', id: 'test' },
    claims: [{ sku: 'MUG-1', quantity: 1 }],
    expiresAt: moment(15 * minute),
    ...overrides,
  }
}

/** Reserves in a transaction of its own, `atMs` after the start. */
export function reserve(storage: Storage, params: ReserveParams, atMs = 0): Promise<ReserveResult> {
  return storage.transaction(at(atMs), (tx) => tx.stock.reserve(params))
}

/** Reserves and says under which id. @throws when short. */
export async function held(storage: Storage, claims: readonly StockClaim[], expiresAt: Date = moment(15 * minute)): Promise<ReservationId> {
  const params = aClaim({ claims, expiresAt })
  const result = await reserve(storage, params)
  if (result.outcome !== 'held') throw new Error(`not held: ${JSON.stringify(result)}`)
  return params.reservationId
}

async function levels(storage: Storage, ...skus: string[]): Promise<readonly StockLevel[]> {
  return storage.snapshot(at(0), (snapshot) => snapshot.stock.levels({ skus }), { fresh: true })
}

/** On hand and reserved units of one SKU over all locations. */
export async function units(storage: Storage, sku = 'MUG-1'): Promise<{ onHand: number; reserved: number }> {
  const found = await levels(storage, sku)
  return { onHand: found.reduce((sum, level) => sum + level.onHand, 0), reserved: found.reduce((sum, level) => sum + level.reserved, 0) }
}

export function adjust(storage: Storage, location: Location, params: Partial<AdjustParams> & Pick<AdjustParams, 'change'>): Promise<AdjustResult> {
  return storage.transaction(at(0), (tx) =>
    tx.stock.adjust({ entryId: ids.next(), sku: 'MUG-1', locationId: location.id, reason: 'counted', note: null, shortfall: 'refuse', ...params }),
  )
}

export async function statusOf(storage: Storage, reservationId: ReservationId): Promise<string | undefined> {
  return (await storage.snapshot(at(0), (snapshot) => snapshot.stock.findReservation({ reservationId }), { fresh: true }))?.status
}
