import { checkedMinor, splitMinor } from '../money/money.ts'
import { parseInput } from '../parse-input.ts'
import { mostSpecific, type Place } from './places.ts'
import { type AppliedTax, divideRounded, type Halves, scaleOf, weigh } from './tax-arithmetic.ts'
import type { TaxAmount, TaxCalculator, TaxRequest, TaxResult } from './tax-calculator.ts'
import { type TaxPlace, type TaxTableRules, taxTableInput } from './tax-table-input.ts'

/** How taxes are worked out; a place may differ from the rest of the table. */
export interface TaxRules {
  /** Whether prices, and what shipping costs, have the tax in them. What a buyer pays is then the price, whatever the rates are where they live. @default none */
  readonly pricesInclude?: 'none' | 'tax' | undefined
  /**
   * What is rounded: the tax of each line, or of all lines of a rate together, which is then shared out among them by largest remainder. @default per_line
   */
  readonly rounding?: 'per_line' | 'per_order' | undefined
  /** What becomes of exactly half a minor unit. @default up */
  readonly halves?: Halves | undefined
  /** Whether several taxes of a place are rounded one by one, or their sum is. Taxes that prices include are always rounded together. @default each */
  readonly taxesRounded?: 'each' | 'together' | undefined
  /** How shipping is taxed: in proportion to the lines, or as a category of its own. @default { category: 'standard' } */
  readonly shipping?: 'as_lines' | { readonly category: string } | undefined
}

/** A tax that is due in a place. */
export interface PlaceTax {
  /** As an invoice calls it, e.g. `VAT`. */
  readonly name: string
  /** In percent, an exact decimal as a text, e.g. `"9.975"`: of `standard` goods, and of every category that is not named. */
  readonly rate: string
  /** Rates of other categories: `"0"` is shown on invoices, `exempt` is not. @default { zero: '0', exempt: 'exempt' } */
  readonly categories?: Readonly<Record<string, string>> | undefined
  /** Due on the taxes before it, too. @default false */
  readonly compound?: boolean | undefined
}

/** The taxes of some addresses. */
export interface TaxedPlace extends Place, TaxRules {
  /** All that are due there, in the order in which they apply; none for a place without tax. */
  readonly taxes: readonly PlaceTax[]
  /** Whether a buyer with a tax number pays none here, as where the buyer accounts for it. @default false */
  readonly taxIdExempts?: boolean | undefined
}

export interface TaxTable extends TaxRules {
  /** Of those that an address is in, the most specific counts, and it alone. An address in none is not taxed. */
  readonly places: readonly TaxedPlace[]
  /** Customer groups that pay no tax. @default none */
  readonly exemptGroups?: readonly string[] | undefined
}

/** An amount that the same taxes are due on. */
interface Share {
  /** The line's place in the request; the number of lines for shipping. */
  readonly slot: number
  readonly amountMinor: number
  readonly taxes: readonly AppliedTax[]
}

/** Amounts whose tax is rounded in one step. */
interface Bucket {
  readonly taxes: readonly AppliedTax[]
  readonly shares: Share[]
}

/**
 * Works out taxes from a table of rates, in this process. Exact: rates are decimals, sums are integers, and nothing is a float.
 *
 * @throws INVALID_INPUT for a table that makes no sense
 * @example
 * taxTable({
 *   pricesInclude: 'tax',
 *   places: [{ countries: ['GB'], taxes: [{ name: 'VAT', rate: '20', categories: { reduced: '5', books: '0' } }] }],
 * })
 */
export function taxTable(table: TaxTable): TaxCalculator {
  const rules = parseInput(taxTableInput, table)
  return { calculate: async (request) => taxOf(rules, request) }
}

function taxOf(table: TaxTableRules, request: TaxRequest): TaxResult {
  const place = mostSpecific(table.places, request.shippingAddress)
  const untaxed = { lines: request.lines.map(() => 0), shippingMinor: 0 }
  if (place === undefined || isExempt(table, place, request)) return { ...untaxed, taxes: [] }

  const included = (place.pricesInclude ?? table.pricesInclude) === 'tax'
  const perOrder = (place.rounding ?? table.rounding) === 'per_order'
  const together = included || (place.taxesRounded ?? table.taxesRounded) === 'together'
  const halves = place.halves ?? table.halves ?? 'up'
  const scale = scaleOf(place.taxes.length)

  const slots = new Array<number>(request.lines.length + 1).fill(0)
  const taxes = new Map<string, TaxAmount>()
  for (const bucket of bucketsOf(sharesOf(table, place, request, scale), { perOrder, together })) {
    const amounts = bucket.shares.map(({ amountMinor }) => amountMinor)
    const base = amounts.reduce((sum, amount) => sum + BigInt(amount), 0n)
    const weight = bucket.taxes.reduce((sum, tax) => sum + tax.weight, 0n)
    const taxMinor = checkedMinor(Number(divideRounded(base * weight, included ? scale + weight : scale, halves)))
    const parts = splitMinor(taxMinor, amounts)
    for (const [index, { slot }] of bucket.shares.entries()) slots[slot] = checkedMinor((slots[slot] ?? 0) + (parts[index] ?? 0))
    const taxableMinor = checkedMinor(Number(base)) - (included ? taxMinor : 0)
    const named = splitMinor(
      taxMinor,
      bucket.taxes.map((tax) => tax.weight),
    )
    for (const [index, { name, rate }] of bucket.taxes.entries()) addTax(taxes, { name, rate, included, taxableMinor, amountMinor: named[index] ?? 0 })
  }
  const result = { lines: slots.slice(0, -1), shippingMinor: slots.at(-1) ?? 0 }
  return { ...(included ? { ...untaxed, included: result } : result), taxes: [...taxes.values()] }
}

function isExempt({ exemptGroups }: TaxTableRules, { taxIdExempts }: TaxPlace, { customer }: TaxRequest): boolean {
  if (customer === undefined) return false
  return customer.exemption !== null || (taxIdExempts && customer.taxId !== null) || customer.groups.some((group) => exemptGroups.includes(group))
}

/** The amounts of a request with what is due on each; those on which nothing is due are left out. */
function sharesOf(table: TaxTableRules, place: TaxPlace, { lines, shippingMinor }: TaxRequest, scale: bigint): Share[] {
  const known = new Map<string, readonly AppliedTax[]>()
  const taxesOn = (category: string) => {
    const taxes = known.get(category) ?? weigh(dueOn(place, category), scale)
    known.set(category, taxes)
    return taxes
  }
  const shares = lines.map(({ amountMinor, taxCategory = 'standard' }, slot): Share => ({ slot, amountMinor, taxes: taxesOn(taxCategory) }))
  const slot = lines.length
  const shipping = place.shipping ?? table.shipping ?? { category: 'standard' }
  if (shipping !== 'as_lines' || shares.length === 0) {
    const category = shipping === 'as_lines' ? 'standard' : shipping.category
    return [...shares, { slot, amountMinor: shippingMinor, taxes: taxesOn(category) }].filter(isTaxed)
  }
  const alike = [...Map.groupBy(shares, ({ taxes }) => taxes)]
  const parts = splitMinor(
    shippingMinor,
    alike.map(([, those]) => those.reduce((sum, { amountMinor }) => checkedMinor(sum + amountMinor), 0)),
  )
  return [...shares, ...alike.map(([taxes], index): Share => ({ slot, amountMinor: parts[index] ?? 0, taxes }))].filter(isTaxed)
}

function isTaxed({ taxes }: Share): boolean {
  return taxes.length > 0
}

/** Meanings of categories that a tax does not speak of. */
const everywhere: Readonly<Record<string, string>> = { zero: '0', exempt: 'exempt' }

function dueOn({ taxes }: TaxPlace, category: string) {
  return taxes.flatMap(({ name, rate, categories, compound }) => {
    const own = new Map(Object.entries({ ...everywhere, ...categories })).get(category) ?? rate
    return own === 'exempt' ? [] : [{ name, rate: own, compound }]
  })
}

/** Puts together what is rounded together. */
function bucketsOf(shares: readonly Share[], { perOrder, together }: { readonly perOrder: boolean; readonly together: boolean }): Iterable<Bucket> {
  const buckets = new Map<string, Bucket>()
  for (const [index, share] of shares.entries()) {
    const groups = together ? [share.taxes] : share.taxes.map((tax) => [tax])
    for (const taxes of groups) {
      const key = JSON.stringify([perOrder ? null : index, taxes.map(({ name, rate, weight }) => [name, rate, weight.toString()])])
      const bucket = buckets.get(key) ?? { taxes, shares: [] }
      bucket.shares.push(share)
      buckets.set(key, bucket)
    }
  }
  return buckets.values()
}

function addTax(taxes: Map<string, TaxAmount>, tax: TaxAmount): void {
  const key = JSON.stringify([tax.name, tax.rate])
  const before = taxes.get(key) ?? { taxableMinor: 0, amountMinor: 0 }
  const sums = { taxableMinor: checkedMinor(before.taxableMinor + tax.taxableMinor), amountMinor: checkedMinor(before.amountMinor + tax.amountMinor) }
  taxes.set(key, { ...tax, ...sums })
}
