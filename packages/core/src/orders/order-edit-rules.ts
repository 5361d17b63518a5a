import { isDeepStrictEqual } from 'node:util'
import { CommerceError } from '../errors.ts'
import { sumMinor } from '../money/money.ts'
import type { TaxAmount } from '../pricing/tax-calculator.ts'
import type { Address } from './address.ts'
import type { Order } from './order.ts'
import type { ChosenUnits } from './order-refund-rules.ts'
import { unshipped } from './order-rules.ts'

/** What is charged beside the goods when they go to one address, in minor units. */
export interface AddressCharges {
  /** Undefined when the order's method is not offered there. */
  readonly shippingMinor: number | undefined
  /** Per line of the order. */
  readonly lineTaxesMinor: readonly number[]
  /** The taxes by name, those in the prices among them: an invoice shows them. */
  readonly taxes: readonly TaxAmount[]
  readonly shippingTaxMinor: number
}

/** True when both name the same place, in whatever order their parts stand. */
export function isSameAddress(one: Address, other: Address): boolean {
  const parts = ['name', 'line1', 'line2', 'city', 'region', 'postalCode', 'country', 'phone'] as const
  return parts.every((part) => (one[part] ?? '') === (other[part] ?? ''))
}

/**
 * An address is changed as long as every parcel is still to be packed: one that has left went to the old one.
 *
 * @throws ORDER_CLOSED, with what stands in the way as its status
 */
export function requireAddressOpen(order: Order): void {
  const inTheWay = () => {
    if (order.status !== 'confirmed') return order.status
    if (order.disputed) return 'disputed'
    if (order.paymentStatus === 'review') return 'review'
    if (order.fulfilmentStatus !== 'none') return order.fulfilmentStatus
    return order.lines.every((line) => unshipped(line) === 0) ? 'nothing left to ship' : undefined
  }
  const status = inTheWay()
  if (status !== undefined) throw new CommerceError('ORDER_CLOSED', { details: { orderId: order.id, status } })
}

/** What is added to an order goes where the order goes. @throws ORDER_CLOSED */
export function requireAddressOfItsOwn({ id: orderId, addsTo }: Order): void {
  if (addsTo !== null) throw new CommerceError('ORDER_CLOSED', { details: { orderId, status: 'addition' } })
}

/**
 * Both addresses must be charged alike, part by part: what an order cost is agreed and paid, and its refunds go by its parts.
 *
 * @param before, after - what is charged today at the old address and at the new one
 * @throws SHIPPING_UNAVAILABLE, EDIT_CHANGES_TOTAL
 */
export function requireSameCharges(order: Order, before: AddressCharges, after: AddressCharges, available: readonly string[]): void {
  if (after.shippingMinor === undefined) throw new CommerceError('SHIPPING_UNAVAILABLE', { details: { method: order.shippingMethod, available } })
  const shippingMinor = before.shippingMinor ?? order.shippingMinor
  const same =
    after.shippingMinor === shippingMinor &&
    after.shippingTaxMinor === before.shippingTaxMinor &&
    after.lineTaxesMinor.every((taxMinor, index) => taxMinor === before.lineTaxesMinor[index]) &&
    isDeepStrictEqual(after.taxes, before.taxes)
  if (same) return
  const taxMinor = (charges: AddressCharges) => sumMinor([...charges.lineTaxesMinor, charges.shippingTaxMinor])
  const wouldBeMinor = order.totalMinor + after.shippingMinor - shippingMinor + taxMinor(after) - taxMinor(before)
  throw new CommerceError('EDIT_CHANGES_TOTAL', { details: { orderId: order.id, totalMinor: order.totalMinor, wouldBeMinor } })
}

/** What the history says of an edit. The addresses stay out of it: histories outlive the people in them. */
export function editNote(units: readonly ChosenUnits[], readdressed: boolean, reason: string | null): string {
  const removed = units.map(({ line, quantity }) => `${quantity} of ${line.sku} removed`)
  const done = [...removed, ...(readdressed ? ['shipping address changed'] : [])].join(', ')
  return reason === null ? done : `${done}: ${reason}`
}
