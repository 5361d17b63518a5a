import type { LineProblem } from '../errors.ts'
import type { CategoryId, ProductId, VariantId } from '../ids.ts'
import type { Currency } from '../money/money.ts'
import type { ListPrice } from '../pricing/list-price.ts'
import type { SaleDays } from './sale-days.ts'

/** `draft` is hidden, `published` is sold, `archived` is hidden for good but keeps its orders' references. */
export type ProductStatus = 'draft' | 'published' | 'archived'
export type VariantStatus = 'active' | 'archived'

/** What happens when a buyer wants more units than are on hand: `deny` refuses, `allow` promises the rest as backorder. */
export type BackorderPolicy = 'deny' | 'allow'

/** A typed property of a product, e.g. `{ wattage: 1400, waterproof: true, material: 'steel' }`. */
export type AttributeValue = string | number | boolean

export interface Image {
  readonly url: string
  readonly alt: string | null
}

export interface Category {
  readonly id: CategoryId
  /** Names from the root, e.g. `['Kitchen', 'Coffee machines']`. */
  readonly path: readonly string[]
}

export interface Price {
  readonly currency: Currency
  readonly amountMinor: number
  /** The former or list price shown struck through; null for none. Never charged. */
  readonly compareAtMinor: number | null
}

/** One part of a bundle: so many units of another SKU go into each unit of it. */
export interface BundleComponent {
  readonly sku: string
  /** Units of the component in one unit of the bundle, ≥ 1. */
  readonly quantity: number
}

/** What is sold: one combination of a product's options. */
export interface Variant extends SaleDays {
  readonly id: VariantId
  /** Unique in the shop, whatever the case of its letters is kept as given. */
  readonly sku: string
  readonly barcode: string | null
  /** One value per option of the product, e.g. `{ Color: 'Blue', Size: 'M' }`. */
  readonly options: Readonly<Record<string, string>>
  /** One per currency. */
  readonly prices: readonly Price[]
  readonly weightGrams: number | null
  /** False for what never runs out, such as downloads: nothing is reserved for it. */
  readonly stockTracked: boolean
  readonly backorder: BackorderPolicy
  /** Units that may be promised beyond the stock, in all locations together, ≥ 1. Left out for any number. */
  readonly backorderLimit?: number
  /** Of a bundle only: what it is made of, in display order. A bundle has no stock of its own: it takes that of its components, none of which is a bundle. */
  readonly components?: readonly BundleComponent[]
  readonly status: VariantStatus
}

/** What is described. */
export interface Product {
  readonly id: ProductId
  /** Unique, readable part of its URL. */
  readonly handle: string
  readonly title: string
  /** Plain text or HTML, as given. */
  readonly description: string
  readonly vendor: string | null
  readonly status: ProductStatus
  /** How it is taxed, as the shop's tax calculator calls it; `standard` unless said otherwise. */
  readonly taxCategory: string
  readonly categories: readonly Category[]
  readonly attributes: Readonly<Record<string, AttributeValue>>
  readonly images: readonly Image[]
  /** Option names in display order. */
  readonly options: readonly string[]
  /** In display order; archived ones too. */
  readonly variants: readonly Variant[]
  /** Mean of its reviews, 1 to 5; null without any. */
  readonly ratingAverage: number | null
  readonly ratingCount: number
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Grows by one with each change. */
  readonly version: number
}

/** A component of a bundle as it is now. */
export interface SellableComponent extends BundleComponent, SaleDays {
  readonly title: string
  readonly stockTracked: boolean
  readonly backorder: BackorderPolicy
  /** True when the component's product and variant are both on sale, and it is no bundle itself. */
  readonly onSale: boolean
}

/** What the cart and the quote need of a variant, and nothing else, so that one indexed query answers it. */
export interface Sellable extends SaleDays {
  readonly sku: string
  readonly variantId: VariantId
  readonly productId: ProductId
  readonly handle: string
  readonly title: string
  readonly options: Readonly<Record<string, string>>
  readonly imageUrl: string | null
  /** In the currency asked for; null when the variant has no price in it. */
  readonly price: Price | null
  /** Of the price lists that count now for who asks, in the currency asked for; in any order. */
  readonly listPrices: readonly ListPrice[]
  readonly weightGrams: number | null
  readonly taxCategory: string
  readonly stockTracked: boolean
  readonly backorder: BackorderPolicy
  /** Another number whenever the shop's automatic promotions are others than before; 0 when there is none. The same for all that is read at once. */
  readonly promotionRevision: number
  /** True when product and variant are both on sale. */
  readonly onSale: boolean
  /** Of a bundle only, in display order. */
  readonly components?: readonly SellableComponent[]
}

/** True when a buyer may put it in a cart; a bundle only while each of its components is on sale too. */
export function isBuyable(sellable: Sellable | undefined): sellable is Sellable & { readonly price: Price } {
  return sellable?.onSale === true && sellable.price !== null && missingComponent(sellable) === undefined
}

/** The first component that keeps a bundle from being bought, because it is not on sale; undefined for what is no bundle. */
function missingComponent({ components = [] }: Sellable): string | undefined {
  return components.find(({ onSale }) => !onSale)?.sku
}

/** What is wrong with a line that is not {@link isBuyable}. */
export function unavailable(sku: string, sellable: Sellable | undefined): Extract<LineProblem, { readonly type: 'unavailable' }> {
  const component = sellable?.onSale === true ? missingComponent(sellable) : undefined
  return { type: 'unavailable', sku, ...(component === undefined ? {} : { component }) }
}
