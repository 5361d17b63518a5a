import { type Day, isAhead } from '../catalog/sale-days.ts'
import type { OrderLineId } from '../ids.ts'
import type { Location, Reservation } from '../inventory/stock.ts'
import { stockUnits, tracksStock } from '../inventory/stock-units.ts'
import type { Order, OrderLine } from './order.ts'
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
  /** Units that cannot be sent yet: of a preorder before its day, on backorder, or of a bundle whose parts lie apart. `expectedAt` is as the order line has it. */
  readonly waiting: readonly { readonly orderLineId: OrderLineId; readonly sku: string; readonly quantity: number; readonly expectedAt?: Day }[]
}

/** @param locations - in order of preference */
export function planParcels(order: Order, reservation: Reservation | undefined, locations: readonly Location[], now: Date): ShipmentPlan {
  const due = order.lines.filter(({ availableFrom }) => !isAhead(availableFrom, now))
  const left = new Map(order.lines.map((line) => [line.id, unshipped(line)]))
  const parcelOf = (location: string | null, unitsOf: (line: OrderLine) => number): PlannedShipment => ({
    location,
    lines: due.flatMap((line) => {
      const quantity = Math.min(left.get(line.id) ?? 0, unitsOf(line))
      left.set(line.id, (left.get(line.id) ?? 0) - quantity)
      return quantity === 0 ? [] : [{ orderLineId: line.id, sku: line.sku, quantity }]
    }),
  })
  const parcels = locations.map(({ id, code }) => {
    const held = new Map((reservation?.lines ?? []).filter(({ locationId }) => locationId === id).map((line) => [line.sku, line.held]))
    return parcelOf(code, (line) => takeHeld(line, left.get(line.id) ?? 0, held))
  })
  const uncounted = parcelOf(null, (line) => (tracksStock(line) ? 0 : line.quantity))
  const waiting = order.lines.flatMap(({ id, sku, expectedAt }) => {
    const quantity = left.get(id) ?? 0
    return quantity === 0 ? [] : [{ orderLineId: id, sku, quantity, ...(expectedAt === undefined ? {} : { expectedAt }) }]
  })
  return { parcels: [...parcels, uncounted].filter(({ lines }) => lines.length > 0), waiting }
}

/** Takes as many units of a line as one location holds, of a bundle as many as it holds all parts of, from what is held there. */
function takeHeld(line: OrderLine, wanted: number, held: Map<string, number>): number {
  const parts = stockUnits(line, 1)
  if (parts.length === 0) return 0
  const units = Math.min(wanted, ...parts.map(({ sku, quantity }) => Math.floor((held.get(sku) ?? 0) / quantity)))
  for (const { sku, quantity } of parts) held.set(sku, (held.get(sku) ?? 0) - quantity * units)
  return units
}
