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

/** Says what tax is added. May call a service: the engine asks for it in the quote, outside every transaction. */
export interface TaxCalculator {
  calculate(request: TaxRequest): Promise<TaxResult>
}

/** Adds no tax: for shops whose prices include it. */
export const noTax: TaxCalculator = {
  calculate: async ({ lines }) => ({ lines: lines.map(() => 0), shippingMinor: 0 }),
}
