import { CommerceError, parseDecimal } from '@cartwright/core'
import { InvalidArgumentError } from 'commander'

/** Reads a code such as `usd`. */
export function currencyOption(text: string): string {
  const code = text.toUpperCase()
  if (Intl.supportedValuesOf('currency').includes(code)) return code
  throw new InvalidArgumentError('It is no ISO 4217 currency code.')
}

/** Reads a day such as `2030-12-31`: its beginning in UTC. */
export function dateOption(text: string): Date {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : new Date(Number.NaN)
  if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)) return date
  throw new InvalidArgumentError('It must be a day such as 2030-12-31.')
}

/** An amount such as `12.50`, in minor units. @throws INVALID_INPUT */
export function amountIn(currency: string, text: string): number {
  const minor = parseDecimal(text, currency)
  if (minor !== undefined) return minor
  const message = `"${text}" is no amount in ${currency}`
  throw new CommerceError('INVALID_INPUT', { message, details: { issues: [{ path: 'amount', message }] } })
}
