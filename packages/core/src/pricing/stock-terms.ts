import type { Sellable, SellableComponent } from '../catalog/product.ts'
import { type Day, isAhead, latestDay, saleDays } from '../catalog/sale-days.ts'
import type { StockClaim } from '../inventory/stock.ts'
import { stockParts } from '../inventory/stock-units.ts'
import type { QuotedComponent, QuoteLine } from './quote.ts'

/** How a line is served from the stock. */
export type StockTerms = Pick<QuoteLine, 'stockTracked' | 'backorder' | 'availableFrom' | 'restockDate' | 'components'>

/** A line as it is sold: nobody asks afterwards what might have been promised. */
export type SoldLine = Omit<QuoteLine, 'backorder' | 'restockDate' | 'components'> & { readonly components?: readonly SoldComponent[] }

/** A part of a bundle as it was sold. */
export type SoldComponent = Omit<QuotedComponent, 'backorder' | 'restockDate'>

/** The terms on which a variant is sold now. */
export function stockTerms(sellable: Sellable): StockTerms {
  const { stockTracked, components } = sellable
  const availableFrom = latestDay([sellable, ...(components ?? [])].map((part) => part.availableFrom))
  const terms = { stockTracked, ...policyOf(sellable), ...saleDays({ availableFrom }) }
  return components === undefined ? terms : { ...terms, components: components.map(quotedComponent) }
}

function quotedComponent(component: SellableComponent): QuotedComponent {
  const { sku, title, quantity, stockTracked } = component
  return { sku, title, quantity, stockTracked, ...policyOf(component) }
}

/** Nobody is promised what is expected of goods that may not be backordered. */
function policyOf({ stockTracked, backorder, restockDate }: Pick<Sellable, 'stockTracked' | 'backorder' | 'restockDate'>) {
  const promised = backorder === 'allow'
  return { backorder: promised, ...saleDays({ restockDate: promised && stockTracked ? restockDate : undefined }) }
}

/** What of the terms prepare compares. */
export function termsDigest({ stockTracked, backorder, availableFrom, restockDate, components }: StockTerms): readonly unknown[] {
  const parts = components?.map((part) => [part.sku, part.quantity, part.stockTracked, part.backorder, ...daysDigest(part)])
  return [stockTracked, backorder, ...(parts === undefined ? [] : [parts]), ...daysDigest({ availableFrom, restockDate })]
}

/** Nothing where there are no days, so that a quote of before there were any still holds. */
function daysDigest(days: Parameters<typeof saleDays>[0]): readonly unknown[] {
  const set = saleDays(days)
  return Object.keys(set).length === 0 ? [] : [set]
}

/** Whether some units of a line are expected on a day that is known, should they be short. */
export function hasRestockDate(terms: StockTerms): boolean {
  return terms.restockDate !== undefined || (terms.components ?? []).some(({ restockDate }) => restockDate !== undefined)
}

/** The day from which a line can be sent whole. @param isShort - whether units of a SKU, for this line, are not there */
export function expectedDay(line: StockTerms & { readonly sku: string }, isShort: (sku: string) => boolean, now: Date): Day | undefined {
  const parts = stockParts<Omit<QuotedComponent, 'title'>>({ ...line, quantity: 1 })
  const restocked = parts.filter(({ sku }) => isShort(sku)).map(({ restockDate }) => restockDate)
  return latestDay([line.availableFrom, ...restocked].filter((day) => isAhead(day, now)))
}

/** The same for the next line of a cart: its units that may be backordered are then taken from `left`. */
export function expectedOfLine(line: StockTerms & { readonly sku: string; readonly quantity: number }, left: Map<string, number>, now: Date): Day | undefined {
  const short = new Set<string>()
  for (const { sku, quantity } of lineClaims(line).filter(({ backorder }) => backorder)) {
    const units = left.get(sku) ?? 0
    if (units < quantity) short.add(sku)
    left.set(sku, units - quantity)
  }
  return expectedDay(line, (sku) => short.has(sku), now)
}

/** What is claimed for a line, one claim a part. */
export function lineClaims(line: StockTerms & { readonly sku: string; readonly quantity: number }): readonly StockClaim[] {
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

/** What of a quoted line the order keeps, with the day on which it is expected. @param isShort - whether units of a SKU are promised beyond the stock */
export function soldLine(line: QuoteLine, isShort: (sku: string) => boolean, now: Date): SoldLine {
  const { backorder: _policy, availableFrom, restockDate: _ofStock, expectedAt: _quoted, components, ...sold } = line
  const expectedAt = expectedDay(line, isShort, now)
  const days = { ...(isAhead(availableFrom, now) ? { availableFrom } : {}), ...(expectedAt === undefined ? {} : { expectedAt }) }
  if (components === undefined) return { ...sold, ...days }
  return { ...sold, ...days, components: components.map(({ backorder: _ofPart, restockDate: _restock, ...part }) => part) }
}
