import type { Currency } from '../money/money.ts'
import type { Address } from '../orders/address.ts'

export interface TaxRequest {
  readonly currency: Currency
  readonly shippingAddress: Address
  /** After discounts. */
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly amountMinor: number }[]
  readonly shippingMinor: number
}

export interface TaxResult {
  /** Tax to add on top, per line of the request, in minor units, ≥ 0. Zero where prices include tax. */
  readonly lines: readonly number[]
  readonly shippingMinor: number
}

/**
 * Says what tax is added. May call a service: the engine asks for it in the quote, outside every transaction.
 *
 * **Contract for implementers**
 * - One amount a line, in the order of the request, and one for shipping: integers ≥ 0 in minor units.
 * - A line that costs nothing is taxed nothing.
 * - The request is left as it was, and calls that run at once do not mix.
 */
export interface TaxCalculator {
  calculate(request: TaxRequest): Promise<TaxResult>
}

/** Adds no tax: for shops whose prices include it. */
export const noTax: TaxCalculator = {
  calculate: async ({ lines }) => ({ lines: lines.map(() => 0), shippingMinor: 0 }),
}
