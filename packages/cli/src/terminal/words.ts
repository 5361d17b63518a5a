import { formatDecimal } from '@cartwright/core'

/** `1234` → `1,234`. */
export function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** `1 product`, `2 products`. @param plural - where it takes more than an s. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`
}

/** `12.30 USD`. */
export function amount(amountMinor: number, currency: string): string {
  return `${formatDecimal({ amountMinor, currency })} ${currency}`
}

/** `2026-03-01 14:05 UTC`. */
export function moment(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** `partially_refunded` → `partially refunded`. */
export function spaced(word: string): string {
  return word.replaceAll('_', ' ')
}
