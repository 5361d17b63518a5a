import { expect } from 'vitest'
import type { Context } from '../src/context.ts'
import type { LocationId, ReservationId } from '../src/ids.ts'
import type { Reservation, StockClaim } from '../src/inventory/stock.ts'
import type { AdjustParams, AdjustResult, ReserveParams, ReserveResult, StockStore } from '../src/inventory/stock-store.ts'
import type { Now } from '../src/time.ts'
import { testContext } from './test-context.ts'

const start = new Date('2026-01-01T00:00:00Z')
export const minute = 60_000

/** `ms` milliseconds after the start. */
export function moment(ms: number): Date {
  return new Date(start.getTime() + ms)
}

/** A shop with one location, `main`, whose stock store is driven verb by verb, each in a transaction of its own. */
export class StockedShop {
  readonly context: Context
  readonly main: LocationId

  private constructor(context: Context, main: LocationId) {
    this.context = context
    this.main = main
  }

  /** Puts these units at `main`. */
  static async open(units: Readonly<Record<string, number>> = {}): Promise<StockedShop> {
    const context = await testContext()
    const shop = new StockedShop(context, context.ids.next<LocationId>())
    await shop.location(shop.main, 'main', 0)
    for (const [sku, to] of Object.entries(units)) await shop.adjust({ sku, change: { to } })
    return shop
  }

  async location(id: LocationId, code: string, priority: number): Promise<LocationId> {
    await this.tx((stock) => stock.ensureLocation({ id, code, name: code, priority, active: true }))
    return id
  }

  /** `atMs` after the start. */
  tx<T>(work: (stock: StockStore) => Promise<T>, atMs = 0): Promise<T> {
    const now: Now = { source: 'value', at: moment(atMs) }
    return this.context.storage.transaction(now, (tx) => work(tx.stock))
  }

  adjust(params: Partial<AdjustParams> & Pick<AdjustParams, 'sku' | 'change'>): Promise<AdjustResult> {
    return this.tx((stock) =>
      stock.adjust({ entryId: this.context.ids.next(), locationId: this.main, reason: 'counted', note: null, shortfall: 'refuse', ...params }),
    )
  }

  reserve(claims: readonly StockClaim[], params: Partial<ReserveParams> = {}, atMs = 0): Promise<ReserveResult> {
    const reservationId = this.context.ids.next<ReservationId>()
    return this.tx(
      (stock) => stock.reserve({ reservationId, holder: { type: 'external', id: 'test' }, claims, expiresAt: moment(15 * minute), ...params }),
      atMs,
    )
  }

  /** Reserves under a fresh id. @throws when short. */
  async held(claims: readonly StockClaim[], params: Partial<ReserveParams> = {}, atMs = 0): Promise<ReservationId> {
    const reservationId = this.context.ids.next<ReservationId>()
    expect(await this.reserve(claims, { reservationId, ...params }, atMs)).toMatchObject({ outcome: 'held' })
    return reservationId
  }

  async committed(claims: readonly StockClaim[]): Promise<ReservationId> {
    const reservationId = await this.held(claims)
    await this.tx((stock) => stock.commit({ reservationId }))
    return reservationId
  }

  consume(reservationId: ReservationId, lines: Readonly<Record<string, number>>) {
    return this.tx((stock) =>
      stock.consume({
        reservationId,
        lines: Object.entries(lines).map(([sku, quantity]) => ({ sku, quantity })),
        referenceId: 'shipment',
        nextEntryId: () => this.context.ids.next(),
      }),
    )
  }

  async reservation(reservationId: ReservationId): Promise<Reservation | undefined> {
    return this.context.storage.snapshot({ source: 'value', at: start }, (snapshot) => snapshot.stock.findReservation({ reservationId }))
  }

  /** On hand and reserved at one location. */
  async level(sku: string, locationId: LocationId = this.main): Promise<{ onHand: number; reserved: number } | undefined> {
    const levels = await this.context.storage.snapshot({ source: 'value', at: start }, (snapshot) => snapshot.stock.levels({ skus: [sku] }))
    const level = levels.find((candidate) => candidate.locationId === locationId)
    return level === undefined ? undefined : { onHand: level.onHand, reserved: level.reserved }
  }
}
