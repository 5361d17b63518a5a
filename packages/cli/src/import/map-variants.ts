import { type Parsed, plainBoolean, readCurrency, readDecimalPrice, readGrams, readMinorPrice, readQuantity, shortened } from './cell-values.ts'
import type { ImportMap, Source } from './import-map.ts'
import { sourceName, sourceText } from './map-source.ts'
import type { PriceRecord, VariantRecord } from './product-record.ts'
import { type Problem, type Rejection, rejection, type SourceRow } from './rejection.ts'

export interface VariantDefaults {
  /** For prices to which the map gives no currency. */
  readonly currency: string
  /** For quantities to which the map gives no location; the default location when undefined. */
  readonly location: string | undefined
}

interface PlacedVariant {
  readonly line: number
  readonly variant: VariantRecord
}

interface MappedVariants {
  readonly variants: readonly PlacedVariant[]
  /** SKUs of rejected rows that no good row has. */
  readonly brokenSkus: readonly string[]
  /** Option names in the order in which the rows bring them up. */
  readonly options: readonly string[]
  readonly rejected: Rejection[]
}

/** The variants of a product's rows. A bad row is rejected and adds nothing; the others stand. */
export function mappedVariants(rows: readonly SourceRow[], map: ImportMap, defaults: VariantDefaults): MappedVariants {
  const rejected: Rejection[] = []
  const brokenSkus = new Set<string>()
  const bySku = new Map<string, PlacedVariant>()
  const merges = map.group?.mergeVariants === true
  for (const row of rows) {
    const found = new VariantRow(row, map, defaults).read()
    if ('rejected' in found) {
      rejected.push(...found.rejected)
      if (found.sku !== undefined) brokenSkus.add(found.sku)
      continue
    }
    const earlier = bySku.get(found.sku)
    if (earlier === undefined) {
      bySku.set(found.sku, { line: row.line, variant: found })
    } else if (!merges) {
      rejected.push(
        rejection(row.line, sourceName(map.variant.sku), { code: 'DUPLICATE_SKU', message: `An earlier row of this product has the SKU "${found.sku}"` }),
      )
    } else {
      const merged = mergedVariant(earlier.variant, found)
      if ('problem' in merged) rejected.push(rejection(row.line, sourceName(map.variant.sku), merged.problem))
      else bySku.set(found.sku, { line: earlier.line, variant: merged.variant })
    }
  }
  const options = [...new Set([...bySku.values()].flatMap(({ variant }) => Object.keys(variant.options ?? {})))]
  const variants = withWholeOptions([...bySku.values()], options, rejected)
  const good = new Set(variants.map(({ variant }) => variant.sku))
  return { variants, brokenSkus: [...brokenSkus, ...bySku.keys()].filter((sku) => !good.has(sku)), options, rejected }
}

/** Keeps the variants that have a value for every option, and a combination of their own. */
function withWholeOptions(variants: readonly PlacedVariant[], options: readonly string[], rejected: Rejection[]): PlacedVariant[] {
  const combinations = new Set<string>()
  return variants.filter(({ line, variant }) => {
    const missing = options.find((name) => variant.options?.[name] === undefined)
    const combination = JSON.stringify(options.map((name) => variant.options?.[name]))
    const repeated = combinations.has(combination)
    if (missing !== undefined) {
      rejected.push(rejection(line, null, { code: 'INVALID_OPTIONS', message: `The variant "${variant.sku}" has no value for the option "${missing}"` }))
    } else if (repeated) {
      rejected.push(rejection(line, null, { code: 'DUPLICATE_OPTIONS', message: `The variant "${variant.sku}" has the same option values as an earlier one` }))
    }
    combinations.add(combination)
    return missing === undefined && !repeated
  })
}

/** The variant with the later row's prices and stock added. */
function mergedVariant(earlier: VariantRecord, later: VariantRecord): { readonly variant: VariantRecord } | { readonly problem: Problem } {
  const twice = later.prices.find(({ currency }) => earlier.prices.some((price) => price.currency === currency))
  if (twice !== undefined) return { problem: { code: 'DUPLICATE_PRICE', message: `An earlier row gives "${later.sku}" a price in ${twice.currency}` } }
  const places = new Set((earlier.stock ?? []).map(({ location }) => location))
  const stock = [...(earlier.stock ?? []), ...(later.stock ?? []).filter(({ location }) => !places.has(location))]
  return { variant: { ...earlier, prices: [...earlier.prices, ...later.prices], ...(stock.length === 0 ? {} : { stock }) } }
}

class VariantRow {
  readonly #row: SourceRow
  readonly #rules: ImportMap['variant']
  readonly #defaults: VariantDefaults
  readonly #rejected: Rejection[] = []

  constructor(row: SourceRow, map: ImportMap, defaults: VariantDefaults) {
    this.#row = row
    this.#rules = map.variant
    this.#defaults = defaults
  }

  read(): VariantRecord | { readonly sku: string | undefined; readonly rejected: readonly Rejection[] } {
    const rules = this.#rules
    const sku = this.#text(rules.sku)
    if (sku === undefined) this.#reject(rules.sku, { code: 'MISSING_SKU', message: 'No SKU can be made from the row' })
    const barcode = this.#text(rules.barcode)
    const options = this.#options()
    const prices = rules.prices.map((rule) => this.#price(rule)).filter((price) => price !== undefined)
    const stock = this.#stock()
    const weightGrams = this.#weight()
    const stockTracked = this.#flag(rules.stockTracked)
    const backorder = this.#flag(rules.backorder)
    const backorderLimit = this.#parsed(rules.backorderLimit, readQuantity)
    const availableFrom = this.#text(rules.availableFrom)
    const restockDate = this.#text(rules.restockDate)
    if (this.#rejected.length === 0 && prices.length === 0) {
      this.#reject(rules.prices[0]?.amount, { code: 'MISSING_PRICE', message: 'The variant has no price' })
    }
    if (this.#rejected.length > 0 || sku === undefined) return { sku, rejected: this.#rejected }
    return {
      sku,
      ...(barcode === undefined ? {} : { barcode }),
      options,
      prices,
      ...(stock.length === 0 ? {} : { stock }),
      ...(weightGrams === undefined ? {} : { weightGrams }),
      ...(stockTracked === undefined ? {} : { stockTracked }),
      ...(backorder === undefined ? {} : { backorder: backorder ? 'allow' : 'deny' }),
      ...(backorderLimit === undefined ? {} : { backorderLimit }),
      ...(availableFrom === undefined ? {} : { availableFrom }),
      ...(restockDate === undefined ? {} : { restockDate }),
    }
  }

  #options(): Record<string, string> {
    const pairs = this.#rules.options.map(({ name, value }) => [this.#text(name), this.#text(value)] as const)
    return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[0] !== undefined && pair[1] !== undefined))
  }

  /** Undefined when the row has no amount here: then there is no such price. */
  #price(rule: ImportMap['variant']['prices'][number]): PriceRecord | undefined {
    const currency = this.#parsed(rule.currency, readCurrency) ?? this.#defaults.currency
    const readAmount = (text: string) => (rule.unit === 'minor' ? readMinorPrice(text) : readDecimalPrice(text, currency))
    const amountMinor = this.#parsed(rule.amount, readAmount)
    const compareAtMinor = this.#parsed(rule.compareAt, readAmount)
    return amountMinor === undefined ? undefined : { currency, amountMinor, ...(compareAtMinor === undefined ? {} : { compareAtMinor }) }
  }

  #stock(): { location?: string; quantity: number }[] {
    return this.#rules.stock.flatMap((rule) => {
      const quantity = this.#parsed(rule.quantity, readQuantity)
      const location = this.#text(rule.location) ?? this.#defaults.location
      return quantity === undefined ? [] : [{ ...(location === undefined ? {} : { location }), quantity }]
    })
  }

  #weight(): number | undefined {
    const rule = this.#rules.weight
    if (rule === undefined) return undefined
    const unit = this.#text(rule.unit) ?? ''
    return this.#parsed(rule.amount, (text) => readGrams(text, unit))
  }

  #flag(source: Source | undefined): boolean | undefined {
    return this.#parsed(source, (text): Parsed<boolean> => {
      const value = plainBoolean(text)
      return value === undefined ? { problem: { code: 'INVALID_BOOLEAN', message: `"${shortened(text)}" is neither true nor false` } } : { value }
    })
  }

  #text(source: Source | undefined): string | undefined {
    return this.#parsed(source, (value): Parsed<string> => ({ value }))
  }

  #parsed<Value>(source: Source | undefined, reader: (text: string) => Parsed<Value>): Value | undefined {
    if (source === undefined) return undefined
    const found = sourceText(source, this.#row)
    if ('problem' in found) return this.#reject(source, found.problem)
    if (found.value === undefined) return undefined
    const parsed = reader(found.value)
    return 'value' in parsed ? parsed.value : this.#reject(source, parsed.problem)
  }

  #reject(source: Source | undefined, problem: Problem): undefined {
    this.#rejected.push(rejection(this.#row.line, source === undefined ? null : sourceName(source), problem))
  }
}
