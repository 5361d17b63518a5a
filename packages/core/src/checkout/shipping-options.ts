import type { Sellable } from '../catalog/product.ts'
import type { Context } from '../context.ts'
import { type Currency, multiplyMinor, sumMinor } from '../money/money.ts'
import type { Address } from '../orders/address.ts'
import type { QuoteLine } from '../pricing/quote.ts'
import type { ShippingRate } from '../pricing/shipping-rates.ts'
import type { TaxCustomer } from '../pricing/tax-calculator.ts'
import { askService, invalidAnswer, requireAmounts } from './ask-outside.ts'

/** Who fetches an order, where no address is needed. */
export interface PickupContact {
  readonly name: string
  readonly phone?: string | undefined
}

/** What is to be shipped: a priced cart, or an order as it stands. */
export interface Parcel {
  readonly currency: Currency
  readonly lines: readonly Pick<QuoteLine, 'sku' | 'quantity' | 'totalMinor' | 'discountMinor'>[]
  /** What its lines weigh, by SKU. */
  readonly sellables: ReadonlyMap<string, Sellable>
  readonly now: Date
}

/**
 * How a parcel can be shipped, or fetched.
 *
 * @param address - undefined for a buyer who fetches it.
 * @throws DEPENDENCY_UNAVAILABLE, ANSWER_INVALID
 */
export async function shippingOptions(
  context: Context,
  { currency, lines, sellables, now }: Parcel,
  address: Address | undefined,
  customer: TaxCustomer,
): Promise<readonly ShippingRate[]> {
  const request = {
    currency,
    subtotalMinor: sumMinor(lines.map(({ totalMinor, discountMinor }) => totalMinor - discountMinor)),
    weightGrams: sumMinor(lines.map((line) => multiplyMinor(sellables.get(line.sku)?.weightGrams ?? 0, line.quantity))),
    lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
    customer,
    at: now,
  }
  const rates = await askService(context, 'shipping', async (signal) => {
    if (address !== undefined) return context.shipping.rates({ ...request, shippingAddress: address, signal })
    return (await context.shipping.pickups?.({ ...request, signal })) ?? []
  })
  requireAmounts(
    'shipping',
    rates.map(({ amountMinor }) => amountMinor),
  )
  if (new Set(rates.map(({ method }) => method)).size < rates.length) throw invalidAnswer('shipping', 'two rates have one method')
  if (address === undefined && rates.some(({ pickup }) => pickup === undefined)) throw invalidAnswer('shipping', 'a pickup has no place')
  return rates
}

/** Where an order goes: to the buyer, or by the buyer's name to where they fetch it. */
export function destination({ pickup }: ShippingRate, to: Address | PickupContact): Address {
  if (pickup === undefined) {
    if ('line1' in to) return to
    throw invalidAnswer('shipping', 'a pickup has no place')
  }
  const { phone: _theirs, ...place } = pickup.address
  return { ...place, name: to.name, ...(to.phone === undefined ? {} : { phone: to.phone }) }
}
