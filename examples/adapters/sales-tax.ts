import type { TaxCalculator } from '@cartwright/core/ports'

/** Adds a percentage on lines and shipping in some regions, but on nothing that is exempt. Each amount is rounded by itself, half up. */
export function salesTax(percentByRegion: Readonly<Record<string, number>>): TaxCalculator {
  return {
    calculate: async ({ shippingAddress, lines, shippingMinor, customer }) => {
      const free = customer !== undefined && customer.exemption !== null
      const percent = free ? 0 : (percentByRegion[shippingAddress.region ?? ''] ?? 0)
      const taxed = [...lines.map(({ amountMinor, taxCategory }) => (taxCategory === 'exempt' ? 0 : amountMinor)), shippingMinor]
      const amounts = taxed.map((amountMinor) => Math.round((amountMinor * percent) / 100))
      const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
      const tax = { name: 'Sales tax', rate: String(percent), taxableMinor: sum(taxed), amountMinor: sum(amounts), included: false }
      return { lines: amounts.slice(0, -1), shippingMinor: amounts.at(-1) ?? 0, taxes: percent === 0 ? [] : [tax] }
    },
  }
}
