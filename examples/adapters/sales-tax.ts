import type { TaxCalculator } from '@cartwright/core/ports'

/** Adds a percentage on lines and shipping in some regions. Each amount is rounded by itself, half up. */
export function salesTax(percentByRegion: Readonly<Record<string, number>>): TaxCalculator {
  return {
    calculate: async ({ shippingAddress, lines, shippingMinor }) => {
      const percent = percentByRegion[shippingAddress.region ?? ''] ?? 0
      const tax = (amountMinor: number) => Math.round((amountMinor * percent) / 100)
      return { lines: lines.map(({ amountMinor }) => tax(amountMinor)), shippingMinor: tax(shippingMinor) }
    },
  }
}
