import type { Page } from '../catalog/catalog-store.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import { runIdempotent } from '../idempotency/run-idempotent.ts'
import type { LocationId, ReservationId } from '../ids.ts'
import { parseInput } from '../parse-input.ts'
import type { StorageSnapshot, StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import { mergeClaims } from './allocation.ts'
import {
  adjustInput,
  consumeInput,
  extendInput,
  ledgerInput,
  levelsInput,
  listLevelsInput,
  locationInput,
  type ParsedClaim,
  reservationInput,
  reserveInput,
} from './inventory-input.ts'
import type { ReservationEvent, ReservationStatus } from './reservation-machine.ts'
import { reserveStock } from './reserve-stock.ts'
import type { Allocation, LedgerEntry, LedgerReason, LevelChange, Location, Reservation, ReservationHolder, StockClaim, StockLevel } from './stock.ts'
import { availabilityChanged, stockAdjusted } from './stock-events.ts'
import type { AdjustResult, StockReader } from './stock-store.ts'

/** Where stock lies unless a call says otherwise; made on first need. */
const defaultLocation = 'main'

/** How often one reservation can be extended through this service. */
const maxExtensions = 100

type Adjusted = Extract<AdjustResult, { readonly outcome: 'adjusted' }>

/** What an adjustment did. */
export interface Adjustment extends Pick<Adjusted, 'level' | 'shortfalls'> {
  /** Units that came, or went if negative. */
  readonly delta: number
}

/** A claim as callers of the service write it: locations by code. */
export interface ClaimInput extends Omit<StockClaim, 'locations'> {
  /** Codes in order of preference; others are not used. Default: every active location by priority. */
  readonly locations?: readonly string[]
}

/** Stock of the whole shop: locations, levels, adjustments and reservations. For staff and the host's own code; it asks for no actor. */
export class InventoryService {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  /**
   * Makes a location, or returns the one that has this code as it is.
   *
   * @param params - `name` defaults to the code; `priority` to 0, lower is tried first.
   */
  async ensureLocation(params: { readonly code: string; readonly name?: string; readonly priority?: number }): Promise<Location> {
    const { code, name, priority } = parseInput(locationInput, params)
    return this.#transaction((tx) => this.#ensureLocation(tx, code, name, priority))
  }

  /** Every location, in order of preference. */
  async listLocations(): Promise<readonly Location[]> {
    return this.#context.storage.snapshot(this.#context.clock.now(), (snapshot) => snapshot.stock.listLocations(), { fresh: true })
  }

  /** Every level of these SKUs; a SKU that never had stock has none. */
  async levels(params: { readonly skus: readonly string[] }): Promise<readonly StockLevel[]> {
    const { skus } = parseInput(levelsInput, params)
    return this.#context.storage.snapshot(this.#context.clock.now(), (snapshot) => snapshot.stock.levels({ skus }), { fresh: true })
  }

  /**
   * Levels of the whole shop by SKU, a page at a time.
   *
   * @param params - `location` is a code; `availableAtMost` leaves out levels with more units that nobody has been promised; `limit` is 20 unless given, 100 at most.
   * @throws NOT_FOUND for an unknown location
   */
  async listLevels(
    params: { readonly location?: string; readonly availableAtMost?: number; readonly limit?: number; readonly after?: string } = {},
  ): Promise<Page<StockLevel>> {
    const { location, availableAtMost, limit, after } = parseInput(listLevelsInput, params)
    const low = availableAtMost === undefined ? {} : { availableAtMost }
    return this.#at(location, (stock, at) => stock.listLevels({ ...low, ...at, limit, ...(after === undefined ? {} : { after }) }))
  }

  /**
   * Every change of a SKU's units, newest first, a page at a time.
   *
   * @param params - `location` is a code; `limit` is 20 unless given, 100 at most.
   * @throws NOT_FOUND for an unknown location
   */
  async ledger(params: { readonly sku: string; readonly location?: string; readonly limit?: number; readonly after?: string }): Promise<Page<LedgerEntry>> {
    const { location, sku, limit, after } = parseInput(ledgerInput, params)
    return this.#at(location, (stock, at) => stock.ledger({ sku, ...at, limit, ...(after === undefined ? {} : { after }) }))
  }

  /**
   * Changes the units on hand and writes the ledger.
   *
   * @param params - `by` adds units, or takes them if negative; `to` sets what was counted: give one of them. `shortfall: 'backorder'` goes through even if
   * fewer units are left than are reserved, and turns the newest holds into backorders.
   * @throws STOCK_RESERVED when fewer units would be left than are reserved (or none at all); NOT_FOUND for an unknown SKU, or a location other than `main`.
   */
  async adjust(params: {
    readonly sku: string
    /** Code; default `main`. */
    readonly location?: string
    readonly by?: number
    readonly to?: number
    readonly reason: Exclude<LedgerReason, 'sale'>
    readonly note?: string
    /** @default 'refuse' */
    readonly shortfall?: 'refuse' | 'backorder'
    readonly idempotencyKey?: string
  }): Promise<Adjustment> {
    const { idempotencyKey: key, ...input } = parseInput(adjustInput, params)
    return runIdempotent(this.#context, { scope: 'system', operation: 'inventory.adjust', key, params: input }, async (tx) => {
      const { sku, by, to, reason, note = null, shortfall = 'refuse' } = input
      if (!(await tx.catalog.skuOwners({ skus: [sku] })).has(sku)) throw new CommerceError('NOT_FOUND', { details: { object: 'sku' } })
      const locationId = await this.#locationId(tx, input.location ?? defaultLocation)
      const change = to === undefined ? { by: by ?? 0 } : { to }
      const result = await tx.stock.adjust({ entryId: this.#context.ids.next(), sku, locationId, change, reason, note, shortfall })
      if (result.outcome === 'reserved') {
        const { onHand, reserved } = result.level
        if (by !== undefined && onHand + by < 0) throw new CommerceError('OUT_OF_STOCK', { details: { sku, requested: -by, available: onHand - reserved } })
        throw new CommerceError('STOCK_RESERVED', { details: { sku, onHand, reserved } })
      }
      await stockAdjusted(this.#context, tx, result, reason)
      return { level: result.level, delta: result.delta, shortfalls: result.shortfalls }
    })
  }

  /**
   * Holds units until the time is up, all claims or none. Claims of one SKU are summed.
   *
   * @param params - `ttlMs` defaults to the shop's hold time; `reservationId`, if given, makes the call repeatable.
   * @throws OUT_OF_STOCK naming the first claim that is short; RESERVATION_GONE when `reservationId` has ended.
   */
  async reserve(params: {
    readonly claims: readonly ClaimInput[]
    readonly holder: ReservationHolder
    readonly ttlMs?: number
    readonly reservationId?: ReservationId | string
  }): Promise<{ readonly reservationId: ReservationId; readonly allocations: readonly Allocation[] }> {
    const { claims, holder, ttlMs = this.#context.timing.holdMs, ...given } = parseInput(reserveInput, params)
    const reservationId = (given.reservationId as ReservationId | undefined) ?? this.#context.ids.next<ReservationId>()
    return this.#context.stock.reserving({ subjects: [reservationId], skus: claims.map(({ sku }) => sku) }, async (tx, method) => {
      const result = await reserveStock(tx, {
        reservationId,
        holder,
        claims: mergeClaims(await this.#resolveClaims(tx, claims)),
        expiresAt: addMs(tx.now, ttlMs),
        method,
      })
      if (result.outcome === 'insufficient') {
        const { sku, requested, available } = result
        throw new CommerceError('OUT_OF_STOCK', { details: { sku, requested, available } })
      }
      await availabilityChanged(this.#context, tx, result.changes)
      return { reservationId, allocations: result.allocations }
    })
  }

  /**
   * Holds a reservation for `ttlMs` from now; never shortens it.
   *
   * @throws ILLEGAL_TRANSITION when it is committed, would end earlier, or was extended 100 times; RESERVATION_GONE when it has ended; NOT_FOUND
   */
  async extend(params: { readonly reservationId: ReservationId | string; readonly ttlMs: number }): Promise<Reservation> {
    const { reservationId, ttlMs } = parseInput(extendInput, params)
    return this.#onReservation(reservationId, async (tx, id) => {
      const result = await tx.stock.extend({ reservationId: id, expiresAt: addMs(tx.now, ttlMs), maxExtensions })
      if (result.outcome === 'unchanged') refuse(id, result.status, 'extend')
      return []
    })
  }

  /** Keeps the units for good, until they are consumed or released. Doing it twice does nothing more. @throws RESERVATION_GONE, NOT_FOUND */
  async commit(params: { readonly reservationId: ReservationId | string }): Promise<Reservation> {
    const { reservationId } = parseInput(reservationInput, params)
    return this.#onReservation(reservationId, async (tx, id) => {
      const result = await tx.stock.commit({ reservationId: id })
      if (result.outcome === 'changed') return result.changes
      if (result.status !== 'committed') refuse(id, result.status, 'commit')
      return []
    })
  }

  /** Gives back what was not consumed. Doing it twice, or after it has expired, does nothing more. @throws RESERVATION_GONE when consumed; NOT_FOUND */
  async release(params: { readonly reservationId: ReservationId | string }): Promise<Reservation> {
    const { reservationId } = parseInput(reservationInput, params)
    return this.#onReservation(reservationId, async (tx, id) => {
      const result = await tx.stock.release({ reservationId: id })
      if (result.outcome === 'changed') return result.changes
      if (result.status !== 'released' && result.status !== 'expired') refuse(id, result.status, 'release')
      return []
    })
  }

  /**
   * Takes units of a committed reservation out of stock and writes the sales to the ledger.
   *
   * @param params - `referenceId` is what the ledger will name as the cause.
   * @throws OUT_OF_STOCK when more is asked for than the reservation has left, or a backordered unit has not come; RESERVATION_GONE, ILLEGAL_TRANSITION, NOT_FOUND
   */
  async consume(params: {
    readonly reservationId: ReservationId | string
    readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
    readonly referenceId: string
  }): Promise<Reservation> {
    const { reservationId, lines, referenceId } = parseInput(consumeInput, params)
    return this.#onReservation(reservationId, async (tx, id) => {
      const result = await tx.stock.consume({ reservationId: id, lines, referenceId, nextEntryId: () => this.#context.ids.next() })
      if (result.outcome === 'consumed') return result.changes
      if (result.outcome === 'unchanged') return refuse(id, result.status, 'consume')
      const { sku, requested, available } = result
      throw new CommerceError('OUT_OF_STOCK', { details: { sku, requested, available } })
    })
  }

  /** @throws NOT_FOUND */
  async reservation(params: { readonly reservationId: ReservationId | string }): Promise<Reservation> {
    const { reservationId } = parseInput(reservationInput, params)
    const { storage, clock } = this.#context
    const id = reservationId as ReservationId
    const found = await storage.snapshot(clock.now(), (snapshot) => snapshot.stock.findReservation({ reservationId: id }), { fresh: true })
    return found ?? refuse(reservationId, 'missing', 'read')
  }

  /** Reads at one location, or at all. @throws NOT_FOUND for an unknown code */
  #at<Read>(code: string | undefined, read: (stock: StockReader, at: { readonly locationId?: LocationId }) => Promise<Read>): Promise<Read> {
    const work = async ({ stock }: StorageSnapshot): Promise<Read> => {
      if (code === undefined) return read(stock, {})
      const location = (await stock.listLocations()).find((candidate) => candidate.code === code)
      if (location === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'location' } })
      return read(stock, { locationId: location.id })
    }
    return this.#context.storage.snapshot(this.#context.clock.now(), work, { fresh: true })
  }

  #transaction<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    return this.#context.storage.transaction(this.#context.clock.now(), work)
  }

  /** Runs a command on a reservation, publishes what it changed and returns the reservation as it is then. */
  #onReservation(reservationId: string, command: (tx: StorageTransaction, id: ReservationId) => Promise<readonly LevelChange[]>): Promise<Reservation> {
    const id = reservationId as ReservationId
    return this.#transaction(async (tx) => {
      await availabilityChanged(this.#context, tx, await command(tx, id))
      return (await tx.stock.findReservation({ reservationId: id })) ?? refuse(id, 'missing', 'read')
    })
  }

  #ensureLocation(tx: StorageTransaction, code: string, name = code, priority = 0): Promise<Location> {
    return tx.stock.ensureLocation({ id: this.#context.ids.next<LocationId>(), code, name, priority, active: true })
  }

  /** @throws NOT_FOUND unless the location exists or is the default one, which is made then. */
  async #locationId(tx: StorageTransaction, code: string): Promise<LocationId> {
    if (code === defaultLocation) return (await this.#ensureLocation(tx, code)).id
    const location = (await tx.stock.listLocations()).find((candidate) => candidate.code === code)
    if (location === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'location' } })
    return location.id
  }

  /** Claims with their locations by id. @throws NOT_FOUND for an unknown code. */
  async #resolveClaims(tx: StorageTransaction, claims: readonly ParsedClaim[]): Promise<readonly StockClaim[]> {
    const named = claims.some(({ locations }) => locations !== undefined)
    const ids = new Map(named ? (await tx.stock.listLocations()).map(({ code, id }) => [code, id]) : [])
    return claims.map(({ sku, quantity, locations, split = true, backorder = false }) => {
      const known = locations?.map((code) => ids.get(code)).filter((id) => id !== undefined)
      if (known?.length !== locations?.length) throw new CommerceError('NOT_FOUND', { details: { object: 'location' } })
      return { sku, quantity, split, backorder, ...(known === undefined ? {} : { locations: known }) }
    })
  }
}

/** @throws NOT_FOUND, RESERVATION_GONE or ILLEGAL_TRANSITION, by what the reservation is. */
function refuse(reservationId: string, status: ReservationStatus | 'missing', event: ReservationEvent | 'extend' | 'read'): never {
  if (status === 'missing') throw new CommerceError('NOT_FOUND', { details: { object: 'reservation' } })
  if (status !== 'held' && status !== 'committed') throw new CommerceError('RESERVATION_GONE', { details: { reservationId, status } })
  throw new CommerceError('ILLEGAL_TRANSITION', {
    details: { machine: 'reservation', from: status, event },
    message: `reservation: cannot ${event} from ${status}`,
  })
}
