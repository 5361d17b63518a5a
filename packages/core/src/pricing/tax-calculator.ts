import type { Currency } from '../money/money.ts'
import type { Address } from '../orders/address.ts'

/** Who buys, as far as tax cares. */
export interface TaxCustomer {
  /** Null for a guest. */
  readonly customerId: string | null
  /** The groups that the shop has put the customer in. */
  readonly groups: readonly string[]
  /** The buyer's number with a tax authority, which the host has checked; null for none. */
  readonly taxId: string | null
  /** Why the host says that this buyer pays no tax, e.g. the number of a certificate; null for who does. */
  readonly exemption: string | null
}

/** A line, or a part of one, to be taxed. */
export interface TaxedLine {
  readonly sku: string
  readonly quantity: number
  /** After discounts. */
  readonly amountMinor: number
  /** The product's tax category. @default standard */
  readonly taxCategory?: string
}

export interface TaxRequest {
  readonly currency: Currency
  /** Where the goods go; of a pickup, where they are fetched. */
  readonly shippingAddress: Address
  readonly billingAddress?: Address
  /** After discounts. */
  readonly lines: readonly TaxedLine[]
  /** What is charged for shipping, after discounts. */
  readonly shippingMinor: number
  /** @default a guest without number or exemption */
  readonly customer?: TaxCustomer
  /** The moment of the quote. */
  readonly at?: Date
  /** Aborts once the engine has stopped waiting. */
  readonly signal?: AbortSignal
}

/** What one tax comes to in a whole quote or order, as an invoice shows it. */
export interface TaxAmount {
  /** E.g. `VAT`, `QST`. */
  readonly name: string
  /** In percent, an exact decimal, e.g. `9.975`. */
  readonly rate: string
  /** What it was worked out from, in minor units, without any tax. */
  readonly taxableMinor: number
  readonly amountMinor: number
  /** True for tax that is in the prices already, false for tax that is added to them. */
  readonly included: boolean
}

export interface TaxResult {
  /** Tax to add on top, per line of the request, in minor units, ≥ 0. Zero where prices include tax. */
  readonly lines: readonly number[]
  readonly shippingMinor: number
  /** Tax that is in the prices already: per line, and of shipping, not more than the amount. Nothing is charged for it. @default none */
  readonly included?: { readonly lines: readonly number[]; readonly shippingMinor: number }
  /** The same by name and rate: those added sum to the amounts added, those included to the amounts included. @default not known */
  readonly taxes?: readonly TaxAmount[]
}

/**
 * Says what tax is added, and what is in the prices. May call a service: the engine asks for it in the quote, outside every transaction, and waits no longer than
 * `timing.providerTimeoutMs`. What it throws reaches the buyer's host as the retryable `DEPENDENCY_UNAVAILABLE`, unless it is a `CommerceError` of its own.
 *
 * **Contract for implementers**
 * - One amount a line, in the order of the request, and one for shipping: integers ≥ 0 in minor units; the same for what is included.
 * - A line that costs nothing is taxed nothing.
 * - The request is left as it was, and calls that run at once do not mix.
 */
export interface TaxCalculator {
  calculate(request: TaxRequest): Promise<TaxResult>
}

/** Adds no tax: for shops whose prices include it and that show none. */
export const noTax: TaxCalculator = {
  calculate: async ({ lines }) => ({ lines: lines.map(() => 0), shippingMinor: 0 }),
}
