import type { LocationId, ReservationId } from '../ids.ts'
import type { ReservationStatus } from './reservation-machine.ts'

/** Where stock lies: a warehouse, a shop. */
export interface Location {
  readonly id: LocationId
  /** Unique, e.g. `main`. */
  readonly code: string
  readonly name: string
  /** Lower is tried first when a claim names no preference; ties by code. */
  readonly priority: number
  readonly active: boolean
}

/** The units of one SKU at one location. */
export interface StockLevel {
  readonly sku: string
  readonly locationId: LocationId
  /** Units physically there. Never negative. */
  readonly onHand: number
  /** Units promised to reservations. Never more than `onHand`. */
  readonly reserved: number
  readonly version: number
}

/** Units that nobody has been promised. */
export function available(level: Pick<StockLevel, 'onHand' | 'reserved'>): number {
  return level.onHand - level.reserved
}

/** Why `onHand` changed. `sale` is written by consuming a reservation only. */
export type LedgerReason = 'received' | 'counted' | 'damaged' | 'returned' | 'transferred' | 'import' | 'correction' | 'sale'

/** One change of `onHand`. A ledger's entries of one SKU at one location add up to its level. */
export interface LedgerEntry {
  readonly id: string
  readonly sku: string
  readonly locationId: LocationId
  /** Units that came, or went if negative; never 0. */
  readonly delta: number
  readonly reason: LedgerReason
  /** What caused it: the fulfilment of a sale, the refund that put units back. */
  readonly referenceId: string | null
  readonly note: string | null
  readonly createdAt: Date
}

/** A wish for units of one SKU. */
export interface StockClaim {
  readonly sku: string
  /** Whole sellable units, ≥ 1. */
  readonly quantity: number
  /** Locations in order of preference; others are not used. Default: every active location by priority. */
  readonly locations?: readonly LocationId[]
  /** Whether several locations may share it. Default true. */
  readonly split?: boolean
  /** Whether units that are not there may be promised all the same. Default false. */
  readonly backorder?: boolean
}

/** Where a claim's units were found. */
export interface Allocation {
  readonly sku: string
  readonly locationId: LocationId
  /** Units held from stock. */
  readonly quantity: number
  /** Units promised beyond the stock there. */
  readonly backordered: number
}

/** What a reservation is for. */
export interface ReservationHolder {
  readonly type: 'order' | 'cart' | 'external'
  readonly id: string
}

/** The units of one SKU at one location in a reservation; `quantity` = held + backordered + consumed + released, always. */
export interface ReservationLine {
  readonly sku: string
  readonly locationId: LocationId
  readonly quantity: number
  /** Counted in the level's `reserved`. */
  readonly held: number
  /** Owed, without stock behind them yet. */
  readonly backordered: number
  /** Shipped. */
  readonly consumed: number
  /** Given back. */
  readonly released: number
}

export interface Reservation {
  readonly id: ReservationId
  readonly holder: ReservationHolder
  readonly status: ReservationStatus
  /** When a `held` one may be taken away; null once committed. */
  readonly expiresAt: Date | null
  /** How often `extend` was granted. */
  readonly extensions: number
  readonly lines: readonly ReservationLine[]
}

/** A level's units before and after a write, from which a crossing of zero is seen. */
export interface LevelChange {
  readonly sku: string
  readonly locationId: LocationId
  readonly availableBefore: number
  readonly availableAfter: number
  /** How many units one bundle takes at most, when that is more than one; left out else. */
  readonly lot?: number
}

/** How much there is of a SKU, in the words that buyers are shown; `low` means that no location has more than a few units. */
export type StockBand = 'in_stock' | 'low' | 'out'

/** The band of so many available units at one location. @param lowStockUnits - this many and fewer are `low` */
export function stockBand(units: number, lowStockUnits: number): StockBand {
  if (units <= 0) return 'out'
  return units <= lowStockUnits ? 'low' : 'in_stock'
}

/**
 * SKUs that have come to another band at some location: their listings need another look. The band of a SKU is that of the location that has most of it, so it
 * cannot change without one of these. Where a bundle takes several units, every change among few units counts: so many bundles can be made of all locations
 * together, which no single level tells.
 */
export function crossedBand(changes: readonly LevelChange[], lowStockUnits: number): readonly string[] {
  const crossed = changes.filter(
    ({ availableBefore: before, availableAfter: after, lot }) =>
      stockBand(before, lowStockUnits) !== stockBand(after, lowStockUnits) ||
      (lot !== undefined && before !== after && Math.min(before, after) < lot * (lowStockUnits + 1)),
  )
  return [...new Set(crossed.map(({ sku }) => sku))].sort()
}
