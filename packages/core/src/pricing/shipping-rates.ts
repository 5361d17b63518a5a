import type { Currency } from '../money/money.ts'
import type { Address } from '../orders/address.ts'

export interface ShippingRequest {
  readonly currency: Currency
  readonly shippingAddress: Address
  /** What the lines cost after discounts. */
  readonly subtotalMinor: number
  /** Sum of the lines' weights; lines without one weigh nothing. */
  readonly weightGrams: number
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
}

export interface ShippingRate {
  /** What `checkout.quote` names as `shippingMethod`. */
  readonly method: string
  readonly label: string
  readonly amountMinor: number
}

/**
 * Says how a cart can be shipped and for how much. May call a service: the engine asks for it in the quote, outside every transaction.
 *
 * **Contract for implementers**
 * - Each rate has a `method` of its own, a label, and an amount that is an integer ≥ 0 in minor units.
 * - A cart that cannot be shipped has no rates; that is no error.
 * - The same request gets the same answer, and is left as it was.
 */
export interface ShippingRates {
  /** @returns the methods this cart can have at this address; an empty list means that it cannot be shipped there. */
  rates(request: ShippingRequest): Promise<readonly ShippingRate[]>
}

/**
 * The same rates for every cart and address.
 *
 * @default one method, `standard`, free of charge.
 * @example
 * flatShipping([{ method: 'standard', label: 'Standard (3–5 days)', amountMinor: 490 }])
 */
export function flatShipping(rates: readonly ShippingRate[] = [{ method: 'standard', label: 'Standard', amountMinor: 0 }]): ShippingRates {
  return { rates: async () => rates }
}
