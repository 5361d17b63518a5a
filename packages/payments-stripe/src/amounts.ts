import { type ChargeableResult, CommerceError, type Currency, type Money } from '@cartwright/core/ports'
import { maximumOf, minimumUnits, presentmentCurrencies, unitsOf } from './currencies.ts'

export type StripeAmount = { readonly exact: true; readonly units: number } | { readonly exact: false; readonly reason: string }

/** An amount in Stripe's units, if it can be said exactly. */
export function toStripe({ amountMinor, currency }: Money): StripeAmount {
  const { perMinor = 1, minorPerUnit = 1, step = 1 } = unitsOf[currency] ?? {}
  const units = (amountMinor * perMinor) / minorPerUnit
  if (!Number.isSafeInteger(amountMinor) || !Number.isSafeInteger(units)) return { exact: false, reason: `Stripe counts ${currency} in whole units only` }
  if (units % step !== 0) return { exact: false, reason: `the last digit of an amount in ${currency} must be 0` }
  return { exact: true, units }
}

/**
 * An amount of Stripe's in minor units by ISO 4217.
 *
 * @param currency - Stripe's way: lower case.
 * @throws AMOUNT_OVERFLOW for one that ISO's units cannot say, which Stripe does not send.
 */
export function fromStripe(units: number, currency: string): Money {
  const code = currency.toUpperCase()
  const { perMinor = 1, minorPerUnit = 1 } = unitsOf[code] ?? {}
  const amountMinor = (units / perMinor) * minorPerUnit
  if (!Number.isSafeInteger(amountMinor)) throw new CommerceError('AMOUNT_OVERFLOW', { details: {} })
  return { amountMinor, currency: code }
}

/**
 * Whether Stripe can charge this amount exactly.
 *
 * @param minimumMinor - the host's own minima, which take the place of Stripe's and admit currencies that are not in the table.
 */
export function chargeable(amount: Money, minimumMinor: Readonly<Record<Currency, number>>): ChargeableResult {
  const { amountMinor, currency } = amount
  const own = minimumMinor[currency]
  if (own === undefined && !presentmentCurrencies.has(currency)) return { chargeable: false, reason: `Stripe does not charge in ${currency}` }
  const converted = toStripe(amount)
  if (!converted.exact) return { chargeable: false, reason: converted.reason }
  const most = maximumOf(currency)
  if (converted.units > most) return { chargeable: false, reason: `more than ${String(most).length} digits, the most that Stripe charges in ${currency}` }
  const known = minimumUnits[currency]
  const least = Math.max(1, own ?? (known === undefined ? 1 : fromStripe(known, currency).amountMinor))
  if (amountMinor < least) return { chargeable: false, reason: `less than ${least} minor units of ${currency}, the least that can be charged` }
  return { chargeable: true }
}
