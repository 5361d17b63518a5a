import { type Currency, minorDigits, type ShippingRates } from '@cartwright/core'
import type { SeededSource } from './seeded-source.ts'

/** Hundredths as minor units of a currency. One without hundredths takes them as whole units: 19.99 becomes 1,999 yen. */
export function minorFromCents(cents: number, currency: Currency): number {
  return cents * 10 ** Math.max(0, minorDigits(currency) - 2)
}

/** A price in hundredths that ends as prices do. Cheap things are more frequent than dear ones. */
export function samplePriceCents(source: SeededSource, [from, to]: readonly [number, number]): number {
  const raw = from * (to / from) ** (source.unit() ** 1.5)
  return endAsPricesDo(raw, source.pick([99, 99, 99, 95, 50, 0]))
}

/** @param ending - the last two digits; 0 is for round prices, which things for less than one unit never have. */
export function endAsPricesDo(cents: number, ending: number): number {
  const whole = Math.floor(cents / 100)
  return whole === 0 ? Math.max(25, Math.round(cents / 5) * 5) : whole * 100 + ending
}

/** What the seeded shop charges for sending: standard is free from fifty units of the currency. */
export function seedShipping(currency: Currency): ShippingRates {
  const minor = (cents: number): number => minorFromCents(cents, currency)
  return {
    rates: async ({ subtotalMinor }) => [
      { method: 'standard', label: 'Standard (3 to 5 days)', amountMinor: subtotalMinor >= minor(5_000) ? 0 : minor(495) },
      { method: 'express', label: 'Express (next working day)', amountMinor: minor(1_295) },
    ],
  }
}
