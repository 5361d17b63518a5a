import type { LocationId, OrderLineId } from '../ids.ts'
import type { Location, Reservation } from '../inventory/stock.ts'
import type { Order } from './order.ts'
import { unshipped } from './order-rules.ts'

/** A parcel that could be packed now. */
export interface PlannedShipment {
  /** Code of the location whose units it takes; null for what is not counted, which may go with any parcel. */
  readonly location: string | null
  /** As `fulfil` takes them. */
  readonly lines: readonly { readonly orderLineId: OrderLineId; readonly sku: string; readonly quantity: number }[]
}

/** How what is left of an order can be sent. */
export interface ShipmentPlan {
  /** One for each location that holds units of it, most preferred first. */
  readonly parcels: readonly PlannedShipment[]
  /** Units on backorder that no location holds yet. */
  readonly waiting: readonly { readonly orderLineId: OrderLineId; readonly sku: string; readonly quantity: number }[]
}

/** @param locations - in order of preference */
export function planParcels(order: Order, reservation: Reservation | undefined, locations: readonly Location[]): ShipmentPlan {
  const left = new Map(order.lines.map((line) => [line.id, unshipped(line)]))
  /** Takes units from the lines that are left, in their order. */
  const take = (sku: string, units: number) => {
    let missing = units
    return order.lines.flatMap((line) => {
      const quantity = line.sku === sku ? Math.min(missing, left.get(line.id) ?? 0) : 0
      missing -= quantity
      left.set(line.id, (left.get(line.id) ?? 0) - quantity)
      return quantity === 0 ? [] : [{ orderLineId: line.id, sku, quantity }]
    })
  }
  const heldAt = (locationId: LocationId) => (reservation?.lines ?? []).filter((line) => line.locationId === locationId && line.held > 0)
  const parcels = locations.map(({ id, code }): PlannedShipment => ({ location: code, lines: heldAt(id).flatMap(({ sku, held }) => take(sku, held)) }))
  const uncounted = order.lines.filter(({ stockTracked }) => !stockTracked).flatMap((line) => take(line.sku, left.get(line.id) ?? 0))
  const waiting = order.lines.flatMap(({ id, sku }) => ((left.get(id) ?? 0) > 0 ? [{ orderLineId: id, sku, quantity: left.get(id) ?? 0 }] : []))
  return { parcels: [...parcels, { location: null, lines: uncounted }].filter(({ lines }) => lines.length > 0), waiting }
}
