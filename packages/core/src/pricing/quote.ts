import { hash } from 'node:crypto'
import type { Sellable } from '../catalog/product.ts'
import type { Day } from '../catalog/sale-days.ts'
import type { QuoteCredit } from '../credit/credit.ts'
import type { UsedAddress } from '../customers/customer.ts'
import type { CartId, OrderId, ProductId, QuoteId, VariantId } from '../ids.ts'
import { type Currency, type Money, multiplyMinor, sumMinor } from '../money/money.ts'
import type { Address } from '../orders/address.ts'

import type { QuotePromotions } from '../promotions/promotion.ts'
import type { DeliveryEstimate } from './shipping-rates.ts'

import { type StockTerms, termsDigest } from './stock-terms.ts'

import type { TaxAmount } from './tax-calculator.ts'

/** A line of a quote; becomes an order line word for word. */
export interface QuoteLine {
  readonly sku: string
  readonly variantId: VariantId
  readonly productId: ProductId
  readonly title: string
  readonly options: Readonly<Record<string, string>>
  readonly quantity: number
  readonly unitMinor: number
  /** The code of the price list that says so; null for the variant's own price. */
  readonly priceList: string | null
  /** unit × quantity. */
  readonly totalMinor: number
  readonly discountMinor: number
  /** Tax that is added to the price. */
  readonly taxMinor: number
  /** Tax that the price has in it: nothing is charged for it. */
  readonly includedTaxMinor: number
  /** False for what never runs out: nothing is reserved for it. */
  readonly stockTracked: boolean
  /** Whether units that are not there may be promised. */
  readonly backorder: boolean
  /** Of a preorder, which is sent from this day on; of a bundle the latest of its parts. Of a quote also a day that has come. */
  readonly availableFrom?: Day
  /** When units that are not there and may be promised are expected, as the catalogue has it. */
  readonly restockDate?: Day
  /** The day from which all of its units can be sent, as far as is known: that of a preorder, or of the units that are not there. Left out when they can be sent at once, or nobody knows. */
  readonly expectedAt?: Day
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
  /** When units that are not there and may be promised are expected. */
  readonly restockDate?: Day
}

/** What a cart costs: immutable, bound to one version of the cart and to the prices it was made from. */
export interface Quote {
  readonly id: QuoteId
  readonly cartId: CartId
  readonly cartVersion: number
  /** The order that it adds to, at this version; left out for an order of its own. */
  readonly addsTo?: { readonly orderId: OrderId; readonly orderVersion: number }
  readonly currency: Currency
  readonly lines: readonly QuoteLine[]
  readonly subtotalMinor: number
  readonly discountMinor: number
  /** What is charged for it: after its discount. */
  readonly shippingMinor: number
  /** What promotions have taken off the shipping; left out when nothing. */
  readonly shippingDiscountMinor?: number
  /** Which promotions apply, and why others do not; left out when there are neither automatic ones nor codes in the cart. */
  readonly promotions?: QuotePromotions
  /** Tax that is added: of the lines, and of shipping. */
  readonly taxMinor: number
  /** Each tax by name and rate, added or included; empty when the tax calculator tells only amounts. */
  readonly taxes: readonly TaxAmount[]
  /** subtotal − discount + shipping + tax: exactly what will be charged, by credit and by the payment provider together. */
  readonly total: Money
  /** What gift cards and store credit pay of the total, in the order in which they are asked. */
  readonly credits: readonly QuoteCredit[]
  /** The sum of them. */
  readonly creditMinor: number
  /** total − credit: what the payment provider will be asked for. */
  readonly dueMinor: number
  readonly shippingMethod: string
  readonly shippingLabel: string
  /** When it should arrive, or can be fetched; null where the shipping rates do not say. */
  readonly deliveryEstimate: DeliveryEstimate | null
  /** The code of the place where the buyer fetches it; null for what is sent. */
  readonly pickupLocation: string | null
  /** Of a pickup: the place's, with the buyer's name. */
  readonly shippingAddress: Address
  readonly billingAddress: Address
  /** Those of the two that are of the customer's address book; left out when neither is. */
  readonly usedAddresses?: readonly UsedAddress[]
  /** What the host said of the buyer's taxes; left out for what it did not. */
  readonly taxId?: string
  readonly taxExemption?: string
  /** Digest of the SKUs, quantities, unit prices, price lists, stock policies and automatic promotions; prepare compares it with those of that moment. */
  readonly fingerprint: string
  /** After this it must be made anew. */
  readonly expiresAt: Date
  readonly createdAt: Date
}

/** What the payment provider will be asked for. */
export function dueOf({ dueMinor, currency }: Pick<Quote, 'dueMinor' | 'currency'>): Money {
  return { amountMinor: dueMinor, currency }
}

interface FingerprintLine extends StockTerms {
  readonly sku: string
  readonly quantity: number
  readonly unitMinor: number
  readonly priceList: string | null
  /** @see Sellable.promotionRevision */
  readonly promotionRevision: number
}

/**
 * A digest that changes when a SKU, a quantity, a unit price, the price list it is from, the currency, what a bundle is made of, how the stock is treated, when goods are
 * expected or an automatic promotion does. The order of lines does not matter.
 */
export function priceFingerprint(currency: Currency, lines: readonly FingerprintLine[]): string {
  const sorted = [...lines]
    .sort((a, b) => (a.sku < b.sku ? -1 : 1))
    .map(({ sku, quantity, unitMinor, priceList, promotionRevision, ...terms }) => [
      sku,
      quantity,
      unitMinor,
      priceList,
      promotionRevision,
      ...termsDigest(terms),
    ])
  return hash('sha256', JSON.stringify([currency, sorted]))
}

/** The fingerprint of a quote: its lines, with what the catalogue said of them when it was made. */
export function quoteFingerprint(currency: Currency, lines: readonly QuoteLine[], sellables: ReadonlyMap<string, Pick<Sellable, 'promotionRevision'>>): string {
  return priceFingerprint(
    currency,
    lines.map((line) => ({ ...line, promotionRevision: sellables.get(line.sku)?.promotionRevision ?? 0 })),
  )
}

/** Adds up a quote's lines. @throws AMOUNT_OVERFLOW */
export function quoteTotals(lines: readonly QuoteLine[], shippingMinor: number, shippingTaxMinor: number) {
  const subtotalMinor = sumMinor(lines.map((line) => multiplyMinor(line.unitMinor, line.quantity)))
  const discountMinor = sumMinor(lines.map((line) => line.discountMinor))
  const taxMinor = sumMinor([...lines.map((line) => line.taxMinor), shippingTaxMinor])
  return { subtotalMinor, discountMinor, taxMinor, totalMinor: sumMinor([subtotalMinor, -discountMinor, shippingMinor, taxMinor]) }
}
