import type { Page } from '../catalog/catalog-store.ts'
import type { LocationId, ReservationId } from '../ids.ts'
import type { ReservationStatus } from './reservation-machine.ts'
import type { Allocation, LedgerEntry, LedgerReason, LevelChange, Location, Reservation, ReservationHolder, StockClaim, StockLevel } from './stock.ts'

export interface ReserveParams {
  /** Chosen by the caller; the verb is idempotent on it. */
  readonly reservationId: ReservationId
  readonly holder: ReservationHolder
  /** Merged and sorted by SKU (`mergeClaims`). */
  readonly claims: readonly StockClaim[]
  readonly expiresAt: Date
  /** @default guarded */
  readonly method?: ReserveMethod
  /**
   * The hold of a cart that ends with this claim: its units count as free for it, and for nobody else in between. One that has ended already is left out of account.
   * `method` is then `guarded`. @default none
   */
  readonly replaces?: ReservationId
}

export interface TakeOverParams {
  /** The hold of a cart. */
  readonly reservationId: ReservationId
  readonly holder: ReservationHolder
  /** Merged. */
  readonly claims: readonly StockClaim[]
  readonly expiresAt: Date
}

/** `differs`: it holds other units than are claimed, and was left as it is. `gone`: it is no hold of a cart any more. */
export type TakeOverResult = 'taken' | 'differs' | 'gone'

/** What claims are allocated from, as it was read. */
export interface StockSupply {
  readonly levels: readonly StockLevel[]
  /** Active locations, most preferred first: where claims that name none are served. */
  readonly priority: readonly LocationId[]
}

/** How `reserve` makes check and hold indivisible. All have the same outcomes, `moved` apart. */
export type ReserveMethod =
  /** Each level is raised by a statement that checks it. */
  | { readonly type: 'guarded' }
  /** The levels are locked in (sku, locationId) order before they are read. */
  | { readonly type: 'locked' }
  /** Allocated from `supply`, read before the transaction began, and written only where no level has another version now. */
  | { readonly type: 'versioned'; readonly supply: StockSupply }

export type ReserveResult =
  | {
      readonly outcome: 'held'
      readonly allocations: readonly Allocation[]
      readonly changes: readonly LevelChange[]
      readonly expired: readonly ReservationId[]
    }
  /** Nothing was held. `available` is what this claim could have had, in units. */
  | { readonly outcome: 'insufficient'; readonly sku: string; readonly requested: number; readonly available: number }
  /** Only of `versioned`: a level has moved since it was read. Nothing was held; whether the units are there is not known. */
  | { readonly outcome: 'moved' }

/** What became of a command on an existing reservation. */
export type ReservationChange =
  | { readonly outcome: 'changed'; readonly changes: readonly LevelChange[] }
  /** It was not in a state that allows it, so nothing changed; `missing` when there is no such reservation. */
  | { readonly outcome: 'unchanged'; readonly status: ReservationStatus | 'missing' }

export interface AdjustParams {
  /** The ledger entry's id. */
  readonly entryId: string
  readonly sku: string
  readonly locationId: LocationId
  /** `by` adds (or takes, if negative) units; `to` sets `onHand`. */
  readonly change: { readonly by: number } | { readonly to: number }
  readonly reason: Exclude<LedgerReason, 'sale'>
  readonly note: string | null
  /** What the ledger's entry refers to, e.g. the refund that put the units back. @default nothing */
  readonly referenceId?: string
  /** When fewer units would be left than are reserved: refuse, or turn the newest holds into backorders and report them. */
  readonly shortfall: 'refuse' | 'backorder'
}

export type AdjustResult =
  | {
      readonly outcome: 'adjusted'
      readonly level: StockLevel
      readonly delta: number
      readonly change: LevelChange
      /** Reservations that lost their stock, newest first, in units. */
      readonly shortfalls: readonly { readonly reservationId: ReservationId; readonly holder: ReservationHolder; readonly units: number }[]
    }
  | { readonly outcome: 'reserved'; readonly level: StockLevel }

export interface ConsumeParams {
  readonly reservationId: ReservationId
  /** Units to ship, per SKU; one entry a SKU. */
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
  /** Takes units of this location only. @default of whichever the reservation has them at */
  readonly locationId?: LocationId
  /** What the ledger's sale entries refer to: the fulfilment. */
  readonly referenceId: string
  /** One fresh id per (sku, location) that may be touched; the verb takes as many as it needs. */
  readonly nextEntryId: () => string
}

export type ConsumeResult =
  /** `taken` tells units that were held (`quantity`) from backordered ones that had come; both have left. `finished`: nothing is left to ship. */
  | { readonly outcome: 'consumed'; readonly finished: boolean; readonly taken: readonly Allocation[]; readonly changes: readonly LevelChange[] }
  | { readonly outcome: 'unchanged'; readonly status: ReservationStatus | 'missing' }
  /** More than the reservation has left of this SKU, or a backordered unit that has not arrived. */
  | { readonly outcome: 'short'; readonly sku: string; readonly requested: number; readonly available: number }

export interface GiveBackParams {
  readonly reservationId: ReservationId
  readonly sku: string
  /** ≥ 1. */
  readonly quantity: number
  /** Which units are given back while there are both: those that are held, or those that are owed. */
  readonly first: 'held' | 'backordered'
}

export type GiveBackResult =
  /** `given` tells units that were held (`quantity`) from owed ones. `finished`: nothing is left to ship. */
  | { readonly outcome: 'given'; readonly finished: boolean; readonly given: readonly Allocation[]; readonly changes: readonly LevelChange[] }
  | { readonly outcome: 'unchanged'; readonly status: ReservationStatus | 'missing' }
  /** More than the reservation still holds and owes of this SKU. */
  | { readonly outcome: 'short'; readonly sku: string; readonly requested: number; readonly available: number }

export type RecountResult =
  | { readonly outcome: 'recounted'; readonly reservedBefore: number; readonly reserved: number; readonly change: LevelChange }
  /** The level says what its reservations say. */
  | { readonly outcome: 'right' }
  /** Reservations hold more units than are on hand. Nothing was written. */
  | { readonly outcome: 'short'; readonly onHand: number; readonly held: number }
  | { readonly outcome: 'missing' }

export interface LevelListQuery {
  readonly locationId?: LocationId
  /** Only levels with this many units that nobody has been promised, or fewer. */
  readonly availableAtMost?: number
  /** ≥ 1. */
  readonly limit: number
  /** `next` of the page before, of the same query. */
  readonly after?: string
}

export interface LedgerQuery {
  readonly sku: string
  readonly locationId?: LocationId
  /** ≥ 1. */
  readonly limit: number
  /** `next` of the page before, of the same query. */
  readonly after?: string
}

/** Read side of the inventory. */
export interface StockReader {
  listLocations(): Promise<readonly Location[]>
  /** Every level of these SKUs, in (sku, locationId) order. */
  levels(params: { readonly skus: readonly string[] }): Promise<readonly StockLevel[]>
  /** Levels in (sku, locationId) order. @throws INVALID_INPUT for an `after` that is no cursor of this list */
  listLevels(query: LevelListQuery): Promise<Page<StockLevel>>
  /** The ledger of a SKU, newest first. @throws INVALID_INPUT for an `after` that is no cursor of this list */
  ledger(query: LedgerQuery): Promise<Page<LedgerEntry>>
  /** What claims for these SKUs would be allocated from. */
  supply(params: { readonly skus: readonly string[] }): Promise<StockSupply>
  findReservation(params: { readonly reservationId: ReservationId }): Promise<Reservation | undefined>
}

/**
 * Write side of the inventory. Every verb runs inside the caller's transaction and either does all it says or writes nothing.
 *
 * @see docs/invariants.md: I1–I5, I14; docs/proving.md: A1–A3, A11, A14
 */
export interface StockStore extends StockReader {
  /** @returns the stored location; one with the same code is left as it is and returned. */
  ensureLocation(location: Location): Promise<Location>

  /**
   * Holds units until `expiresAt`, all claims or none, in one atomic step.
   *
   * **Contract for implementers**
   * - Check and hold are indivisible: with 5 on hand and 20 concurrent claims of 1, exactly 5 are `held`: neither more nor fewer.
   * - Idempotent on `reservationId`: repeating a held or committed reservation reports its allocations and holds nothing more; one that has ended is refused
   *   with RESERVATION_GONE.
   * - Holds past their expiry count as available: when short, the verb expires the due holds of the claimed SKUs (reported in `expired`) and tries once more.
   * - Units that all reservations of a SKU together are promised beyond the stock are never more than its variant's `backorderLimit`, where that is set: two who
   *   want the last of them at once do not both get it. `available` counts what may still be promised.
   * - Levels are written in (sku, locationId) order.
   * - `insufficient` writes nothing, expired holds apart, so that the caller can go on with its transaction.
   * - `versioned` decides by the supply it is given: `moved`, with nothing written, when a level it would take from has another version by now. A claim that this
   *   supply is too small for is decided as `guarded`: a stale reading sells nothing and refuses nobody.
   * - With `replaces`, an `insufficient` claim has ended that hold all the same: the caller rolls back.
   */
  reserve(params: ReserveParams): Promise<ReserveResult>

  /**
   * Does what `reserve` would do for one after the other, in fewer round trips: levels are read once and each is raised once, rows are written together.
   *
   * **Contract for implementers**
   * - Results stand in the order of the calls, and each call is all or nothing by itself: one that is short takes nothing from the others.
   * - Calls are served in their order, but one that needs expired holds or backorders may be served after those that do not.
   * - The `method` of each call is left out of account; ids differ from each other.
   *
   * @throws CONFLICT when others took meanwhile what the plan counted on; nothing was written then
   */
  reserveMany(calls: readonly ReserveParams[]): Promise<readonly ReserveResult[]>

  /** Gives the hold of a cart to another holder, with another expiry, if it holds exactly the claimed units: no level is touched, so that nobody else can take one in between. */
  takeOver(params: TakeOverParams): Promise<TakeOverResult>

  /** Moves a held reservation's expiry later. Refused (`unchanged`) unless it is `held`, would expire earlier, and has had fewer than `maxExtensions` extensions. */
  extend(params: { readonly reservationId: ReservationId; readonly expiresAt: Date; readonly maxExtensions: number }): Promise<ReservationChange>

  /** held → committed: the units stay reserved and no longer expire. */
  commit(params: { readonly reservationId: ReservationId }): Promise<ReservationChange>

  /**
   * Locks these reservations, and the levels that releasing them lowers, in the order in which everybody does, until the transaction ends: for who releases several, one after
   * the other. Nothing is written.
   */
  lock(params: { readonly reservationIds: readonly ReservationId[] }): Promise<void>

  /** held | committed → released: what was not consumed goes back. The counters move only if the status did, so a second release does nothing. */
  release(params: { readonly reservationId: ReservationId }): Promise<ReservationChange>

  /**
   * Gives back some units of a committed reservation, which go to whoever wants them: `onHand` stays, `reserved` is lowered by those that were held. With the last
   * one the reservation is `consumed`, if any of its units was shipped, or else `released`.
   */
  giveBack(params: GiveBackParams): Promise<GiveBackResult>

  /** Takes units of a committed reservation out of the building: lowers `onHand` and `reserved`, writes `sale` entries to the ledger. */
  consume(params: ConsumeParams): Promise<ConsumeResult>

  /** Expires holds whose time is up, oldest first; those that another transaction is busy with may be left to the next call. */
  expireDue(params: { readonly limit: number }): Promise<{ readonly expired: readonly ReservationId[]; readonly changes: readonly LevelChange[] }>

  /**
   * Sets a level's `reserved` to the units that its reservations hold, where the two differ. For repairs: no other verb lets them differ.
   *
   * **Contract for implementers**
   * - The level is locked while it is counted: a claim or release that runs beside it is counted once, whichever comes first.
   */
  recount(params: { readonly sku: string; readonly locationId: LocationId }): Promise<RecountResult>

  /** Changes `onHand` and writes the ledger. Creates the level when there is none. */
  adjust(params: AdjustParams): Promise<AdjustResult>
}
