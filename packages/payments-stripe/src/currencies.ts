import type { Currency } from '@cartwright/core/ports'

/** The currencies in which Stripe charges cards. */
export const presentmentCurrencies: ReadonlySet<Currency> = new Set(
  `USD AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ETB
  EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD JOD JPY KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT
  MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL THB TJS TND
  TOP TRY TTD TWD TZS UAH UGX UYU UZS VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW`.split(/\s+/),
)

/** How Stripe counts a currency, where that is not simply ISO 4217's minor units. */
export interface StripeUnits {
  /** Stripe's units for one of ISO's minor units: for UGX, whose ISO minor unit is the shilling, 100. */
  readonly perMinor?: number
  /** ISO's minor units for one of Stripe's, where Stripe's is the larger: an ariary is 100 of ISO's, and Stripe knows only whole ones. */
  readonly minorPerUnit?: number
  /** Stripe takes multiples of this only, in Stripe's units. */
  readonly step?: number
}

/** Three-decimal currencies: Stripe's partners know two decimals, so the last digit must be 0. */
const threeDecimals: StripeUnits = { step: 10 }

/**
 * Where Stripe departs from ISO 4217. ISK and UGX have no decimals, but are sent with two, for compatibility with the time when they had; MGA has two by ISO, being
 * divided into fifths, and none at Stripe. Every other currency counts alike on both sides.
 */
export const unitsOf: Readonly<Record<Currency, StripeUnits>> = {
  ISK: { perMinor: 100 },
  UGX: { perMinor: 100 },
  MGA: { minorPerUnit: 100 },
  BHD: threeDecimals,
  JOD: threeDecimals,
  KWD: threeDecimals,
  OMR: threeDecimals,
  TND: threeDecimals,
}

/**
 * The least that Stripe charges, in Stripe's units, by the currency charged, as published at https://docs.stripe.com/currencies, which has the units and the maxima too.
 * Others have no figure: there, what the amount is worth in the currency that Stripe pays out counts, which only Stripe can tell.
 */
export const minimumUnits: Readonly<Record<Currency, number>> = {
  AED: 200,
  AUD: 50,
  BGN: 100,
  BRL: 50,
  CAD: 50,
  CHF: 50,
  CZK: 1500,
  DKK: 250,
  EUR: 50,
  GBP: 30,
  HKD: 400,
  HUF: 17500,
  INR: 50,
  JPY: 50,
  MXN: 1000,
  MYR: 200,
  NOK: 300,
  NZD: 50,
  PLN: 200,
  RON: 200,
  SEK: 300,
  SGD: 50,
  THB: 1000,
  USD: 50,
}

/** Eight digits: the most that Stripe charges, in its units, in all currencies but these. */
const usualMaximum = 99_999_999

/**
 * Those with more digits. The last four are for cards only: another method is declined beyond eight digits. Where the published digits and the published amount
 * contradict each other, as for COP, HUF and LBP, the smaller counts.
 */
const maximumUnits: Readonly<Record<Currency, number>> = {
  IDR: 999_999_999_999,
  INR: 999_999_999,
  COP: 9_999_999_999,
  HUF: 9_999_999_999,
  JPY: 9_999_999_999,
  LBP: 99_999_999_999,
}

/** The most that Stripe charges of a currency, in its units. */
export function maximumOf(currency: Currency): number {
  return maximumUnits[currency] ?? usualMaximum
}
