import { invalidRequest } from '../http/stripe-refusal.ts'

/** Currencies whose amounts have three decimals, of which Stripe wants the last to be 0. */
const endInZero: ReadonlySet<string> = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd'])

/** Currencies that Stripe counts in hundredths though they have none: whole units only. */
const wholeUnits: ReadonlySet<string> = new Set(['isk', 'ugx'])

/** The least that can be charged, where Stripe names it, in its unit; a tenth-of-a-dollar floor stands for the others. */
const minimum: Readonly<Record<string, number>> = {
  usd: 50,
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
}

/** Eight digits for cards, but for the currencies in which that would be little. */
const maximum: Readonly<Record<string, number>> = {
  cop: 9_999_999_999,
  huf: 9_999_999_999,
  idr: 999_999_999_999,
  inr: 999_999_999,
  jpy: 9_999_999_999,
  lbp: 999_999_999_999,
}

/** Currencies in ISO 4217 that the fake takes. */
const known: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()))

/** @throws StripeRefusal when Stripe would not charge this amount. */
export function checkAmount(amount: number, currency: string, param = 'amount'): void {
  if (!known.has(currency)) throw invalidRequest(`${currency} is no currency in lower case.`, { param: 'currency' })
  if (amount < 1) throw invalidRequest('An amount is a positive integer.', { code: 'parameter_invalid_integer', param })
  if (amount < (minimum[currency] ?? 1))
    throw invalidRequest(`${amount} is below the least that can be charged in ${currency}.`, { code: 'amount_too_small', param })
  if (amount > (maximum[currency] ?? 99_999_999))
    throw invalidRequest(`${amount} is above the most that can be charged in ${currency}.`, { code: 'amount_too_large', param })
  checkUnits(amount, currency, param)
}

/** @throws StripeRefusal when the amount has digits that the currency cannot have; holds for refunds and captures too. */
export function checkUnits(amount: number, currency: string, param = 'amount'): void {
  if (endInZero.has(currency) && amount % 10 !== 0) throw invalidRequest(`Amounts in ${currency} end in 0.`, { code: 'invalid_charge_amount', param })
  if (wholeUnits.has(currency) && amount % 100 !== 0)
    throw invalidRequest(`Amounts in ${currency} are divisible by 100.`, { code: 'invalid_charge_amount_no_decimal_compatible', param })
}
