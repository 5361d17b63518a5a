import { hash } from 'node:crypto'
import type { UsedAddress } from '../customers/customer.ts'
import type { CartId, ProductId, QuoteId, VariantId } from '../ids.ts'
import { type Currency, type Money, multiplyMinor, sumMinor } from '../money/money.ts'
import type { Address } from '../orders/address.ts'
import { type StockTerms, termsDigest } from './stock-terms.ts'

/** A line of a quote; becomes an order line word for word. */
export interface QuoteLine {
  readonly sku: string
  readonly variantId: VariantId
  readonly productId: ProductId
  readonly title: string
  readonly options: Readonly<Record<string, string>>
  readonly quantity: number
  readonly unitMinor: number
  /** unit × quantity. */
  readonly totalMinor: number
  readonly discountMinor: number
  readonly taxMinor: number
  /** False for what never runs out: nothing is reserved for it. */
  readonly stockTracked: boolean
  /** Whether units that are not there may be promised. */
  readonly backorder: boolean
  /** Of a bundle only: what one unit is made of. The bundle itself is not `stockTracked`. */
  readonly components?: readonly QuotedComponent[]
}

/** A part of a bundle as it was quoted. */
export interface QuotedComponent {
  readonly sku: string
  readonly title: string
  /** Units in one unit of the bundle. */
  readonly quantity: number
  readonly stockTracked: boolean
  readonly backorder: boolean
}

/** What a cart costs: immutable, bound to one version of the cart and to the prices it was made from. */
export interface Quote {
  readonly id: QuoteId
  readonly cartId: CartId
  readonly cartVersion: number
  readonly currency: Currency
  readonly lines: readonly QuoteLine[]
  readonly subtotalMinor: number
  readonly discountMinor: number
  readonly shippingMinor: number
  readonly taxMinor: number
  /** subtotal − discount + shipping + tax: exactly what will be charged. */
  readonly total: Money
  readonly shippingMethod: string
  readonly shippingLabel: string
  readonly shippingAddress: Address
  readonly billingAddress: Address
  /** Those of the two that are of the customer's address book; left out when neither is. */
  readonly usedAddresses?: readonly UsedAddress[]
  /** Digest of the SKUs, quantities, unit prices and stock policies; prepare compares it with those of that moment. */
  readonly fingerprint: string
  /** After this it must be made anew. */
  readonly expiresAt: Date
  readonly createdAt: Date
}

interface FingerprintLine extends StockTerms {
  readonly sku: string
  readonly quantity: number
  readonly unitMinor: number
}

/** A digest that changes when a SKU, a quantity, a unit price, the currency, what a bundle is made of or how the stock is treated does. The order of lines does not matter. */
export function priceFingerprint(currency: Currency, lines: readonly FingerprintLine[]): string {
  const sorted = [...lines]
    .sort((a, b) => (a.sku < b.sku ? -1 : 1))
    .map(({ sku, quantity, unitMinor, ...terms }) => [sku, quantity, unitMinor, ...termsDigest(terms)])
  return hash('sha256', JSON.stringify([currency, sorted]))
}

/** Adds up a quote's lines. @throws AMOUNT_OVERFLOW */
export function quoteTotals(lines: readonly QuoteLine[], shippingMinor: number, shippingTaxMinor: number) {
  const subtotalMinor = sumMinor(lines.map((line) => multiplyMinor(line.unitMinor, line.quantity)))
  const discountMinor = sumMinor(lines.map((line) => line.discountMinor))
  const taxMinor = sumMinor([...lines.map((line) => line.taxMinor), shippingTaxMinor])
  return { subtotalMinor, discountMinor, taxMinor, totalMinor: sumMinor([subtotalMinor, -discountMinor, shippingMinor, taxMinor]) }
}
