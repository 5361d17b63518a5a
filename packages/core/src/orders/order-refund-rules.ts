import { CommerceError } from '../errors.ts'
import { tracksStock } from '../inventory/stock-units.ts'
import { partsMinor, splitMinor, sumMinor } from '../money/money.ts'
import type { Order, OrderLine } from './order.ts'
import type { OrderRefund, OrderRefundLine } from './order-refund.ts'
import { keptByBuyer, unshipped } from './order-rules.ts'

/** Where refunded units are: not shipped yet, with the buyer, or in a return. */
export type UnitPlace = 'unshipped' | 'shipped' | 'returning'

/** Units that are to be refunded, as they are asked for. */
export interface WantedUnits {
  readonly orderLineId: string
  readonly quantity: number
  /** Whether they may be sold again. */
  readonly restock: boolean
  /** @default units that were not shipped, then those with the buyer */
  readonly from?: UnitPlace | undefined
}

/** Units of one line in one place, to be refunded. */
export interface ChosenUnits {
  readonly line: OrderLine
  readonly place: UnitPlace
  readonly quantity: number
  readonly restock: boolean
}

/** Units of a line that may be refunded, by where they are. */
export function unitsIn(line: OrderLine): Record<UnitPlace, number> {
  return { unshipped: unshipped(line), shipped: keptByBuyer(line), returning: line.returningQuantity }
}

/** Finds the units that are asked for; a line may be named several times. @throws NOTHING_TO_REFUND for more than there are, or another order's line. */
export function chooseRefundUnits(order: Order, wanted: readonly WantedUnits[]): readonly ChosenUnits[] {
  const left = new Map(order.lines.map((line) => [line.id as string, unitsIn(line)]))
  return wanted.flatMap(({ orderLineId, quantity, restock, from }) => {
    const line = order.lines.find(({ id }) => id === orderLineId)
    const units = left.get(orderLineId) ?? { unshipped: 0, shipped: 0, returning: 0 }
    const places: readonly UnitPlace[] = from === undefined ? ['unshipped', 'shipped'] : [from]
    const remaining = places.reduce((sum, place) => sum + units[place], 0)
    if (line === undefined || quantity > remaining) throw new CommerceError('NOTHING_TO_REFUND', { details: { orderLineId, remaining } })
    let missing = quantity
    return places.flatMap((place): ChosenUnits[] => {
      const taken = Math.min(missing, units[place])
      missing -= taken
      units[place] -= taken
      return taken === 0 ? [] : [{ line, place, quantity: taken, restock }]
    })
  })
}

/** What is asked to be given back. */
export interface RefundTerms {
  /** True for what is left of it, or an amount. */
  readonly shipping?: true | number | undefined
  /** Instead of what units and shipping come to, and not more than that; alone, an amount for nothing in particular. */
  readonly amountMinor?: number | undefined
  /** Kept back of what units and shipping come to. */
  readonly deductionMinor?: number | undefined
}

export type RefundPlan = Pick<OrderRefund, 'amountMinor' | 'shippingMinor' | 'lines'>

/**
 * Decides what a refund comes to. Units get their share of what was charged for their line, tax and discount included, so that all of them together, in however
 * many refunds, get exactly that. When less is given than they come to, all parts are lowered alike.
 *
 * @param earlier - refunds of the order.
 * @throws REFUND_TOO_MUCH for more than units and shipping come to, for shipping that was refunded before, or for nothing
 */
export function planRefund(order: Order, earlier: readonly OrderRefund[], units: readonly ChosenUnits[], terms: RefundTerms): RefundPlan {
  const tooMuch = (requestedMinor: number, refundableMinor: number) =>
    new CommerceError('REFUND_TOO_MUCH', { details: { orderId: order.id, requestedMinor, refundableMinor } })
  const shares = order.lines.flatMap((line) => shareOf(line, units))
  const shippingLeft = shippingLeftMinor(order, earlier)
  const shippingMinor = terms.shipping === true ? shippingLeft : (terms.shipping ?? 0)
  if (shippingMinor > shippingLeft) throw tooMuch(shippingMinor, shippingLeft)
  const worthMinor = sumMinor([...shares.map(({ amountMinor }) => amountMinor), shippingMinor])
  const alone = units.length === 0 && terms.shipping === undefined
  const amountMinor = terms.amountMinor ?? worthMinor - (terms.deductionMinor ?? 0)
  if (!alone && (amountMinor > worthMinor || amountMinor < 0)) throw tooMuch(terms.amountMinor ?? terms.deductionMinor ?? 0, worthMinor)
  if (amountMinor === 0 && units.length === 0) throw tooMuch(0, 0)
  if (alone) return { amountMinor, shippingMinor: 0, lines: [] }

  const parts = splitMinor(amountMinor, [...shares.map((share) => share.amountMinor), shippingMinor])
  const lines = shares.map((share, index) => lowered(share, parts[index] ?? 0))
  return { amountMinor, shippingMinor: parts.at(-1) ?? 0, lines }
}

/** What was charged for shipping, its tax included, and has not been refunded, in minor units. */
export function shippingLeftMinor(order: Order, earlier: readonly OrderRefund[]): number {
  const taxMinor = order.taxMinor - sumMinor(order.lines.map((line) => line.taxMinor))
  return order.shippingMinor + taxMinor - sumMinor(earlier.map(({ shippingMinor }) => shippingMinor))
}

/** What the next units of a line come to, in minor units. */
export function nextUnitsMinor(line: OrderLine, quantity: number): Pick<OrderRefundLine, 'amountMinor' | 'taxMinor' | 'includedTaxMinor'> {
  const range = { from: line.refundedQuantity, to: line.refundedQuantity + quantity }
  const taxMinor = partsMinor(line.taxMinor, line.quantity, range)
  const includedTaxMinor = includedUpTo(line, range.to) - includedUpTo(line, range.from)
  return { amountMinor: line.unitMinor * quantity - partsMinor(line.discountMinor, line.quantity, range) + taxMinor, taxMinor, includedTaxMinor }
}

/** The tax in what the first units of a line cost after discounts, in proportion: so it is never more than they cost, and all units have all of it. */
function includedUpTo(line: OrderLine, units: number): number {
  const netMinor = line.totalMinor - line.discountMinor
  if (netMinor === 0) return 0
  const costMinor = line.unitMinor * units - partsMinor(line.discountMinor, line.quantity, { from: 0, to: units })
  return Number((BigInt(line.includedTaxMinor) * BigInt(costMinor)) / BigInt(netMinor))
}

/** How many of the chosen units are of a line; of these, the ones that count. */
function chosenOf(line: OrderLine, units: readonly ChosenUnits[], counts: (chosen: ChosenUnits) => boolean = () => true): number {
  return units.filter((chosen) => chosen.line.id === line.id && counts(chosen)).reduce((sum, { quantity }) => sum + quantity, 0)
}

function shareOf(line: OrderLine, units: readonly ChosenUnits[]): OrderRefundLine[] {
  const quantity = chosenOf(line, units)
  if (quantity === 0) return []
  const cancelledQuantity = chosenOf(line, units, ({ place }) => place === 'unshipped')
  const restockedQuantity = chosenOf(line, units, ({ place, restock }) => place === 'shipped' && restock && tracksStock(line))
  return [{ orderLineId: line.id, quantity, cancelledQuantity, restockedQuantity, ...nextUnitsMinor(line, quantity) }]
}

function lowered(share: OrderRefundLine, amountMinor: number): OrderRefundLine {
  const priceMinor = share.amountMinor - share.taxMinor
  const [givenMinor = 0, taxMinor = 0] = splitMinor(amountMinor, [priceMinor, share.taxMinor])
  const [, includedTaxMinor = 0] = splitMinor(givenMinor, [priceMinor - share.includedTaxMinor, share.includedTaxMinor])
  return { ...share, amountMinor, taxMinor, includedTaxMinor: Math.min(includedTaxMinor, share.includedTaxMinor) }
}

/** The lines of an order after units of them were refunded. */
export function refundedLines(order: Order, units: readonly ChosenUnits[]): readonly OrderLine[] {
  return order.lines.map((line) => {
    const count = (from: UnitPlace) => chosenOf(line, units, ({ place }) => place === from)
    const cancelled = count('unshipped')
    const returning = count('returning')
    return {
      ...line,
      cancelledQuantity: line.cancelledQuantity + cancelled,
      refundedQuantity: line.refundedQuantity + cancelled + count('shipped') + returning,
      returningQuantity: line.returningQuantity - returning,
    }
  })
}
