import type { Sellable } from '../catalog/product.ts'
import type { StockClaim } from '../inventory/stock.ts'
import { stockParts } from '../inventory/stock-units.ts'
import type { QuotedComponent, QuoteLine } from './quote.ts'

/** How a line is served from the stock. */
export type StockTerms = Pick<QuoteLine, 'stockTracked' | 'backorder' | 'components'>

/** A line as it is sold: nobody asks afterwards what might have been promised. */
export type SoldLine = Omit<QuoteLine, 'backorder' | 'components'> & { readonly components?: readonly SoldComponent[] }

/** A part of a bundle as it was sold. */
export type SoldComponent = Omit<QuotedComponent, 'backorder'>

/** The terms on which a variant is sold now. */
export function stockTerms({ stockTracked, backorder, components }: Sellable): StockTerms {
  const terms = { stockTracked, backorder: backorder === 'allow' }
  return components === undefined ? terms : { ...terms, components: components.map(quotedComponent) }
}

function quotedComponent({ onSale: _onSale, backorder, ...component }: NonNullable<Sellable['components']>[number]): QuotedComponent {
  return { ...component, backorder: backorder === 'allow' }
}

/** What of the terms prepare compares. */
export function termsDigest({ stockTracked, backorder, components }: StockTerms): readonly unknown[] {
  const parts = components?.map((part) => [part.sku, part.quantity, part.stockTracked, part.backorder])
  return [stockTracked, backorder, ...(parts === undefined ? [] : [parts])]
}

/** What is claimed for a line, one claim a part. */
export function lineClaims(line: QuoteLine): readonly StockClaim[] {
  return claimsOf(line, line.quantity)
}

function claimsOf(line: StockTerms & { readonly sku: string }, quantity: number): readonly StockClaim[] {
  const parts = stockParts<Omit<QuotedComponent, 'title'>>({ ...line, quantity: 1 })
  return parts.map((part) => ({ sku: part.sku, quantity: part.quantity * quantity, backorder: part.backorder }))
}

/** What would be claimed for so many units of a variant now. */
export function sellableClaims(sellable: Sellable, quantity: number): readonly StockClaim[] {
  return claimsOf({ sku: sellable.sku, ...stockTerms(sellable) }, quantity)
}

/** What of a quoted line the order keeps. */
export function soldLine({ backorder: _policy, components, ...sold }: QuoteLine): SoldLine {
  return components === undefined ? sold : { ...sold, components: components.map(({ backorder: _ofPart, ...part }) => part) }
}
