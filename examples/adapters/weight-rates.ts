import type { ShippingRates } from '@cartwright/core/ports'

/** Parcels within one country by weight: up to `limitGrams` for `amountMinor`, and nothing heavier. */
export function weightRates(country: string, steps: readonly { readonly limitGrams: number; readonly amountMinor: number }[]): ShippingRates {
  const byWeight = [...steps].sort((a, b) => a.limitGrams - b.limitGrams)
  return {
    rates: async ({ shippingAddress, weightGrams }) => {
      const step = byWeight.find(({ limitGrams }) => weightGrams <= limitGrams)
      if (step === undefined || shippingAddress.country !== country) return []
      return [{ method: 'parcel', label: `Parcel up to ${step.limitGrams / 1000} kg`, amountMinor: step.amountMinor }]
    },
  }
}
