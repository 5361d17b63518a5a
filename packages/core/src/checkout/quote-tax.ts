import type { Context } from '../context.ts'
import { type Currency, sumMinor } from '../money/money.ts'
import type { Address } from '../orders/address.ts'
import type { QuoteLine } from '../pricing/quote.ts'
import type { TaxAmount, TaxCustomer, TaxResult } from '../pricing/tax-calculator.ts'
import { askService, invalidAnswer, requireAmounts } from './ask-outside.ts'

type TaxableLine = Pick<QuoteLine, 'sku' | 'quantity' | 'totalMinor' | 'discountMinor'>

/** What is to be taxed, after discounts. */
export interface Taxable<Line extends TaxableLine = QuoteLine> {
  readonly currency: Currency
  readonly lines: readonly Line[]
  /** By SKU. */
  readonly categories: ReadonlyMap<string, string>
  readonly shippingMinor: number
  readonly shippingAddress: Address
  readonly billingAddress: Address
  readonly customer: TaxCustomer
  readonly at: Date
}

interface Taxed<Line> {
  readonly lines: readonly (Line & Pick<QuoteLine, 'taxMinor' | 'includedTaxMinor'>)[]
  /** Tax added on shipping. */
  readonly shippingTaxMinor: number
  readonly taxes: readonly TaxAmount[]
}

/** Asks what tax is due on a quote, or on an order as it stands. @throws DEPENDENCY_UNAVAILABLE, ANSWER_INVALID */
export async function taxQuote<Line extends TaxableLine>(context: Context, { lines, categories, customer, ...facts }: Taxable<Line>): Promise<Taxed<Line>> {
  const request = {
    ...facts,
    customer,
    lines: lines.map(({ sku, quantity, totalMinor, discountMinor }) => ({
      sku,
      quantity,
      amountMinor: totalMinor - discountMinor,
      taxCategory: categories.get(sku) ?? 'standard',
    })),
  }
  const result = await askService(context, 'tax', (signal) => context.tax.calculate({ ...request, signal }))
  requireSound(result, request)
  return {
    lines: lines.map((line, index) => ({ ...line, taxMinor: result.lines[index] ?? 0, includedTaxMinor: result.included?.lines[index] ?? 0 })),
    shippingTaxMinor: result.shippingMinor,
    taxes: result.taxes ?? [],
  }
}

/** Holds the calculator to its contract: a wrong sum here would be a wrong charge, or an invoice that does not add up. @throws ANSWER_INVALID */
function requireSound(result: TaxResult, asked: { readonly lines: readonly { readonly amountMinor: number }[]; readonly shippingMinor: number }): void {
  const { lines, shippingMinor, included = { lines: lines.map(() => 0), shippingMinor: 0 }, taxes } = result
  const count = asked.lines.length
  if (lines.length !== count || included.lines.length !== count) throw invalidAnswer('tax', `amounts for ${lines.length} lines instead of ${count}`)
  requireAmounts('tax', [...lines, shippingMinor, ...included.lines, included.shippingMinor])
  const prices = [...asked.lines.map(({ amountMinor }) => amountMinor), asked.shippingMinor]
  const inside = [...included.lines, included.shippingMinor]
  if (inside.some((minor, index) => minor > (prices[index] ?? 0))) throw invalidAnswer('tax', 'more tax is included than there is price')
  if (taxes === undefined) return
  requireAmounts(
    'tax',
    taxes.flatMap(({ amountMinor, taxableMinor }) => [amountMinor, taxableMinor]),
  )
  const named = (within: boolean) => sumMinor(taxes.filter((tax) => tax.included === within).map(({ amountMinor }) => amountMinor))
  if (named(false) !== sumMinor([...lines, shippingMinor]) || named(true) !== sumMinor(inside))
    throw invalidAnswer('tax', 'the taxes do not sum to the amounts')
}
