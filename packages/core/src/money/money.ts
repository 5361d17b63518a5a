import { CommerceError } from '../errors.ts'

/** An ISO 4217 code in capitals, e.g. `USD`. */
export type Currency = string

/** An exact amount. Never a float: 12.30 USD is `{ amountMinor: 1230, currency: 'USD' }`. */
export interface Money {
  /** Integer minor units by ISO 4217 (cents; yen have none, dinars have thousandths); at most 2^53 - 1. */
  readonly amountMinor: number
  readonly currency: Currency
}

export function money(amountMinor: number, currency: Currency): Money {
  return { amountMinor: checkedMinor(amountMinor), currency }
}

/** @throws AMOUNT_OVERFLOW unless `amountMinor` is an integer of at most 2^53 - 1 either way. */
export function checkedMinor(amountMinor: number): number {
  if (!Number.isSafeInteger(amountMinor)) throw new CommerceError('AMOUNT_OVERFLOW', { details: {} })
  return amountMinor
}

/** @throws AMOUNT_OVERFLOW when the sum leaves the exact range. */
export function sumMinor(amounts: Iterable<number>): number {
  let total = 0
  for (const amount of amounts) total = checkedMinor(total + amount)
  return total
}

/** @throws AMOUNT_OVERFLOW when the product leaves the exact range. */
export function multiplyMinor(amountMinor: number, quantity: number): number {
  return checkedMinor(amountMinor * quantity)
}

/**
 * Splits an amount by weights so that the parts add up to it exactly: each gets its share rounded down, and the units left over go, one each, to the
 * largest remainders, earlier parts first (Hamilton's method).
 *
 * @param amountMinor - ≥ 0.
 * @param weights - integers ≥ 0; all zero counts as all equal. Exact for any integers, being done in BigInt.
 */
export function splitMinor(amountMinor: number, weights: readonly (number | bigint)[]): number[] {
  if (weights.length === 0) return []
  const usable = weights.some((weight) => weight > 0) ? weights.map(BigInt) : weights.map(() => 1n)
  const total = usable.reduce((sum, weight) => sum + weight, 0n)
  const amount = BigInt(checkedMinor(amountMinor))
  const shares = usable.map((weight, index) => {
    const product = amount * weight
    return { index, share: Number(product / total), remainder: product % total }
  })
  let left = amountMinor - shares.reduce((sum, { share }) => sum + share, 0)
  const parts = shares.map(({ share }) => share)
  const byRemainder = [...shares].sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
  for (const { index } of byRemainder) {
    if (left === 0) break
    parts[index] = (parts[index] ?? 0) + 1
    left -= 1
  }
  return parts
}

/**
 * What some of the equal parts of an amount come to, those after the first `from` up to the first `to`, when it is split as `splitMinor` does: whoever takes all
 * parts, in any number of steps, has exactly the amount.
 *
 * @param amountMinor - ≥ 0.
 * @param parts - ≥ 1; `from` ≤ `to` ≤ `parts`.
 */
export function partsMinor(amountMinor: number, parts: number, { from, to }: { readonly from: number; readonly to: number }): number {
  const each = Math.floor(checkedMinor(amountMinor) / parts)
  const larger = amountMinor % parts
  const first = (count: number) => each * count + Math.min(count, larger)
  return first(to) - first(from)
}

/** Digits after the decimal point by ISO 4217; 2 for codes the table does not name. */
export function minorDigits(currency: Currency): number {
  return isoDigits[currency] ?? 2
}

/** The codes of ISO 4217 that do not have two decimals. */
const isoDigits: Readonly<Record<Currency, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4,
}

/**
 * Reads a decimal amount such as `"19.99"` exactly, without going through floating point.
 *
 * @returns minor units, or undefined when the text is no plain decimal or has more digits than the currency knows (trailing zeros aside).
 */
export function parseDecimal(text: string, currency: Currency): number | undefined {
  const match = /^(\d{1,15})(?:\.(\d{0,10}))?$/.exec(text.trim())
  if (match === null) return undefined
  const digits = minorDigits(currency)
  const fraction = match[2] ?? ''
  if (/[1-9]/.test(fraction.slice(digits))) return undefined
  const minor = Number(`${match[1]}${fraction.slice(0, digits).padEnd(digits, '0')}`)
  return Number.isSafeInteger(minor) ? minor : undefined
}

/** The amount as a plain decimal, e.g. `12.30`, for logs and provider APIs. */
export function formatDecimal(value: Money): string {
  const digits = minorDigits(value.currency)
  const text = Math.abs(value.amountMinor)
    .toString()
    .padStart(digits + 1, '0')
  const sign = value.amountMinor < 0 ? '-' : ''
  return digits === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}
