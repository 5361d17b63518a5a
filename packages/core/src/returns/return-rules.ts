import { CommerceError } from '../errors.ts'
import type { Fulfilment, Order, OrderLine } from '../orders/order.ts'
import { keptByBuyer } from '../orders/order-rules.ts'
import { addMs } from '../time.ts'
import type { Return, ReturnLine } from './return.ts'

/** When a unit must be sent back at the latest. */
export interface ReturnWindow {
  readonly parcels: readonly Fulfilment[]
  readonly windowMs: number
  readonly now: Date
}

/**
 * Units of a line that may be sent back: those that the buyer has, if a window is given at most as many as came within it. A parcel counts from its delivery, or
 * while that is not recorded, from its dispatch.
 */
function returnableUnits(line: OrderLine, window: ReturnWindow | undefined): number {
  const kept = keptByBuyer(line)
  if (window === undefined) return kept
  const recent = window.parcels.filter(({ deliveredAt, shippedAt }) => addMs(deliveredAt ?? shippedAt, window.windowMs) >= window.now)
  const units = recent.flatMap(({ lines }) => lines).filter(({ orderLineId }) => orderLineId === line.id)
  return Math.min(
    kept,
    units.reduce((sum, { quantity }) => sum + quantity, 0),
  )
}

/** @throws NOT_RETURNABLE for more than may be sent back, or another order's line */
export function requireReturnable(order: Order, wanted: readonly Pick<ReturnLine, 'orderLineId' | 'quantity'>[], window: ReturnWindow | undefined): void {
  for (const { orderLineId, quantity } of wanted) {
    const line = order.lines.find(({ id }) => id === orderLineId)
    const returnable = line === undefined ? 0 : returnableUnits(line, window)
    if (quantity > returnable) throw new CommerceError('NOT_RETURNABLE', { details: { orderLineId, returnable } })
  }
}

/** Units that have come back, and whether they may be sold again. */
export interface ReceivedUnits {
  readonly orderLineId: string
  readonly quantity: number
  readonly restock: boolean
}

/** The lines of a return once its goods have come. @param received - undefined: all of them, to be sold again. @throws NOT_RETURNABLE for more than were announced */
export function receivedLines(returned: Return, received: readonly ReceivedUnits[] | undefined): readonly ReturnLine[] {
  for (const { orderLineId, quantity } of received ?? []) {
    const returnable = returned.lines.find((line) => line.orderLineId === orderLineId)?.quantity ?? 0
    if (quantity > returnable) throw new CommerceError('NOT_RETURNABLE', { details: { orderLineId, returnable } })
  }
  return returned.lines.map((line) => {
    const units = received === undefined ? { ...line, restock: true } : received.find(({ orderLineId }) => orderLineId === line.orderLineId)
    const { quantity = 0, restock = false } = units ?? {}
    return { ...line, receivedQuantity: quantity, restockedQuantity: restock ? quantity : 0 }
  })
}

/** The lines of an order when units enter a return, or with less than 0 leave it. */
export function withReturning(order: Order, units: readonly Pick<ReturnLine, 'orderLineId' | 'quantity'>[]): readonly OrderLine[] {
  return order.lines.map((line) => {
    const moved = units.find(({ orderLineId }) => orderLineId === line.id)
    return moved === undefined ? line : { ...line, returningQuantity: line.returningQuantity + moved.quantity }
  })
}

/** The units of a return's lines that leave it: those that did not come, or all. */
export function leaving(lines: readonly ReturnLine[], which: 'missing' | 'all'): readonly Pick<ReturnLine, 'orderLineId' | 'quantity'>[] {
  return lines.map(({ orderLineId, quantity, receivedQuantity }) => ({ orderLineId, quantity: which === 'all' ? -quantity : receivedQuantity - quantity }))
}
