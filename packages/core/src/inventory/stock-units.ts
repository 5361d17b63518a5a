/** Some units of a SKU, of which stock is kept or not. */
export interface StockedPart {
  readonly sku: string
  readonly quantity: number
  /** False for what never runs out: nothing is reserved for it. */
  readonly stockTracked: boolean
}

/** A line of a quote or an order. That of a bundle takes no units of its own SKU, but those of its components. */
export interface StockedLine extends StockedPart {
  /** Of a bundle only; quantities are of one unit of it. */
  readonly components?: readonly StockedPart[]
}

/** What one unit of a line takes from the stock: itself, or the components of a bundle; without what never runs out. */
export function stockParts<Part extends StockedPart>(line: Part & { readonly components?: readonly Part[] }): readonly Part[] {
  const parts: readonly Part[] = line.components ?? [{ ...line, quantity: 1 }]
  return parts.filter(({ stockTracked }) => stockTracked)
}

/** The units that some units of a line take from the stock, one entry a SKU. @param quantity - all of the line's by default */
export function stockUnits(line: StockedLine, quantity: number = line.quantity): readonly { readonly sku: string; readonly quantity: number }[] {
  return stockParts<StockedPart>(line).map((part) => ({ sku: part.sku, quantity: part.quantity * quantity }))
}

/** Whether units of a line come from the stock, and may go back there. */
export function tracksStock(line: StockedLine): boolean {
  return stockParts<StockedPart>(line).length > 0
}

/** The SKUs that these lines take from the stock, once each. */
export function trackedSkus(lines: readonly StockedLine[]): readonly string[] {
  return [...new Set(lines.flatMap((line) => stockUnits(line).map(({ sku }) => sku)))]
}
