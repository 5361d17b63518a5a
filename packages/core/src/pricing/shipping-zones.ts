import type { Currency } from '../money/money.ts'
import type { Address } from '../orders/address.ts'
import { parseInput } from '../parse-input.ts'
import { type DeliveryTime, type DispatchCalendar, estimateDelivery } from './delivery-estimate.ts'
import { mostSpecific, type Place } from './places.ts'
import type { PickupRequest, ShippingRate, ShippingRates } from './shipping-rates.ts'
import { shippingZonesInput, type ZoneMethod, type ZonePickup, type ZoneRules } from './shipping-zones-input.ts'

/** Minor units by currency. What has no amount in the currency of a cart is not offered to it. */
export type Amounts = Readonly<Record<Currency, number>>

/** What a method costs. */
export type ShippingPrice =
  | { readonly flat: Amounts }
  /** The first step that the cart's weight fits; what is heavier than all of them is not offered. */
  | { readonly byWeight: readonly { readonly upToGrams: number; readonly amount: Amounts }[] }
  /** The last step whose `from` the subtotal reaches; what is below all of them is not offered. */
  | { readonly byPrice: readonly { readonly from: Amounts; readonly amount: Amounts }[] }

interface OfferedMethod {
  /** What `checkout.quote` names as `shippingMethod`. */
  readonly method: string
  readonly label: string
  /** Working days under way, or until it can be fetched. @default not told */
  readonly delivery?: DeliveryTime | undefined
}

/** A way to send goods. Subtotals are after discounts and before tax that is added. */
export interface ZonedMethod extends OfferedMethod {
  readonly price: ShippingPrice
  /** From this subtotal on it costs nothing. @default never */
  readonly freeFrom?: Amounts | undefined
  /** @default any weight */
  readonly maxWeightGrams?: number | undefined
  /** The least subtotal that it is offered for. @default any */
  readonly minSubtotal?: Amounts | undefined
  /** The largest. @default any */
  readonly maxSubtotal?: Amounts | undefined
}

/** Some addresses and how goods get there. */
export interface ShippingZone extends Place {
  readonly name: string
  /** None for a place that nothing is sent to. */
  readonly methods: readonly ZonedMethod[]
}

/** A place where buyers fetch goods. */
export interface ZonesPickup extends OfferedMethod {
  /** Kept with the order: a stock location's code, or any other. */
  readonly location: string
  readonly address: Address
  /** @default nothing, in every currency */
  readonly price?: Amounts | undefined
}

export interface ShippingZones {
  /** Of those that an address is in, the most specific counts, and it alone. Nothing is sent to an address in none. */
  readonly zones: readonly ShippingZone[]
  /** Offered to buyers who give no address, and to those with one in the country of the place. @default none */
  readonly pickups?: readonly ZonesPickup[] | undefined
  /** @default every day from Monday to Friday, in UTC, without a cut-off */
  readonly calendar?: DispatchCalendar | undefined
}

/**
 * Shipping rates from a table of zones, in this process.
 *
 * @throws INVALID_INPUT for a table that makes no sense
 * @example
 * shippingZones({
 *   zones: [{ name: 'Home', countries: ['GB'], methods: [{ method: 'post', label: 'Post', price: { flat: { GBP: 390 } }, freeFrom: { GBP: 5000 } }] }],
 * })
 */
export function shippingZones(table: ShippingZones): ShippingRates {
  const rules = parseInput(shippingZonesInput, table)
  return {
    rates: async (request) => {
      const { shippingAddress } = request
      const methods = mostSpecific(rules.zones, shippingAddress)?.methods ?? []
      const near = rules.pickups.filter(({ address }) => address.country === shippingAddress.country)
      return [...methods.flatMap((method) => methodRate(rules, method, request)), ...near.flatMap((pickup) => pickupRate(rules, pickup, request))]
    },
    pickups: async (request) => rules.pickups.flatMap((pickup) => pickupRate(rules, pickup, request)),
  }
}

function methodRate(rules: ZoneRules, offered: ZoneMethod, request: PickupRequest): ShippingRate[] {
  const { currency, subtotalMinor, weightGrams } = request
  const { maxWeightGrams = Infinity, minSubtotal, maxSubtotal, freeFrom } = offered
  if (weightGrams > maxWeightGrams) return []
  if (minSubtotal !== undefined && !(subtotalMinor >= (minSubtotal[currency] ?? Infinity))) return []
  if (maxSubtotal !== undefined && !(subtotalMinor <= (maxSubtotal[currency] ?? -1))) return []
  const priceMinor = priceOf(offered.price, request)
  if (priceMinor === undefined) return []
  const amountMinor = subtotalMinor >= (freeFrom?.[currency] ?? Infinity) ? 0 : priceMinor
  return [{ ...nameOf(rules, offered, request), amountMinor }]
}

function priceOf(price: ZoneMethod['price'], { currency, subtotalMinor, weightGrams }: PickupRequest): number | undefined {
  if ('flat' in price) return price.flat[currency]
  if ('byWeight' in price) {
    const fitting = price.byWeight.filter(({ upToGrams }) => weightGrams <= upToGrams).sort((a, b) => a.upToGrams - b.upToGrams)
    return fitting[0]?.amount[currency]
  }
  const reached = price.byPrice.flatMap(({ from, amount }) => {
    const least = from[currency]
    return least === undefined || least > subtotalMinor ? [] : [{ least, amountMinor: amount[currency] }]
  })
  return reached.sort((a, b) => b.least - a.least)[0]?.amountMinor
}

function pickupRate(rules: ZoneRules, pickup: ZonePickup, request: PickupRequest): ShippingRate[] {
  const amountMinor = pickup.price === undefined ? 0 : pickup.price[request.currency]
  if (amountMinor === undefined) return []
  return [{ ...nameOf(rules, pickup, request), amountMinor, pickup: { location: pickup.location, address: pickup.address } }]
}

function nameOf(
  { calendar }: ZoneRules,
  { method, label, delivery }: ZoneMethod | ZonePickup,
  { at }: PickupRequest,
): Pick<ShippingRate, 'method' | 'label' | 'estimate'> {
  if (delivery === undefined || at === undefined) return { method, label }
  return { method, label, estimate: estimateDelivery(delivery, calendar, at) }
}
