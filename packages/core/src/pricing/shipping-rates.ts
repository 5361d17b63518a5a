import type { Currency } from '../money/money.ts'
import type { Address } from '../orders/address.ts'
import type { TaxCustomer } from './tax-calculator.ts'

/** A cart that is to be fetched. */
export interface PickupRequest {
  readonly currency: Currency
  /** After discounts. */
  readonly subtotalMinor: number
  /** Sum of the lines' weights; lines without one weigh nothing. */
  readonly weightGrams: number
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
  /** @default a guest */
  readonly customer?: TaxCustomer
  /** The moment of the quote. @default not known: then nothing can be estimated from it */
  readonly at?: Date
  /** Aborts once the engine has stopped waiting. */
  readonly signal?: AbortSignal
}

/** A cart that is to be sent. */
export interface ShippingRequest extends PickupRequest {
  readonly shippingAddress: Address
}

/** The days between which goods should arrive, or can be fetched, both included, as `2026-03-09`. */
export interface DeliveryEstimate {
  readonly earliest: string
  readonly latest: string
}

/** Where goods can be fetched. */
export interface PickupPoint {
  /** The code of the place, kept with the order. */
  readonly location: string
  /** The order is taxed and addressed there, to the buyer's name. */
  readonly address: Address
}

export interface ShippingRate {
  /** What `checkout.quote` names as `shippingMethod`. */
  readonly method: string
  readonly label: string
  readonly amountMinor: number
  /** @default not known */
  readonly estimate?: DeliveryEstimate
  /** Of a method by which the buyer fetches the goods. @default they are sent */
  readonly pickup?: PickupPoint
}

/**
 * Says how a cart can be shipped and for how much. May call a service: the engine asks for it in the quote, outside every transaction, and waits no longer than
 * `timing.providerTimeoutMs`. What it throws reaches the buyer's host as the retryable `DEPENDENCY_UNAVAILABLE`, unless it is a `CommerceError` of its own.
 *
 * **Contract for implementers**
 * - Each rate has a `method` of its own, a label, and an amount that is an integer ≥ 0 in minor units.
 * - A cart that cannot be shipped has no rates; that is no error.
 * - The same request gets the same answer, and is left as it was.
 */
export interface ShippingRates {
  /** @returns the methods this cart can have at this address, places to fetch it included; an empty list means that it cannot be shipped there. */
  rates(request: ShippingRequest): Promise<readonly ShippingRate[]>
  /**
   * The methods of a buyer who will fetch the cart and has given no address; each has `pickup`.
   *
   * @default none
   */
  pickups?(request: PickupRequest): Promise<readonly ShippingRate[]>
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
