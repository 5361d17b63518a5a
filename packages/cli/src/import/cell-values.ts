import { parseDecimal } from '@cartwright/core'
import type { Problem } from './rejection.ts'

/** A cell understood, or why it could not be. */
export type Parsed<Value> = { readonly value: Value } | { readonly problem: Problem }

const knownCurrencies = new Set(Intl.supportedValuesOf('currency'))

/** An ISO 4217 code; small letters are forgiven. */
export function readCurrency(text: string): Parsed<string> {
  const code = text.trim().toUpperCase()
  return knownCurrencies.has(code) ? { value: code } : { problem: { code: 'UNKNOWN_CURRENCY', message: `"${text}" is no ISO 4217 currency code` } }
}

/** An exact amount in minor units from a decimal such as `19.99`. */
export function readDecimalPrice(text: string, currency: string): Parsed<number> {
  const minor = parseDecimal(text, currency)
  if (minor !== undefined) return { value: minor }
  return { problem: { code: 'INVALID_PRICE', message: `"${shortened(text)}" is no price in ${currency}: write digits and a decimal point, such as 19.99` } }
}

/** An amount that the file already gives in minor units. */
export function readMinorPrice(text: string): Parsed<number> {
  const minor = wholeNumber(text)
  if (minor !== undefined) return { value: minor }
  return { problem: { code: 'INVALID_PRICE', message: `"${shortened(text)}" is no price in minor units: write a whole number, such as 1999` } }
}

/** Units in stock: a whole number, 0 or more. */
export function readQuantity(text: string): Parsed<number> {
  const quantity = wholeNumber(text)
  if (quantity !== undefined) return { value: quantity }
  return { problem: { code: 'INVALID_QUANTITY', message: `"${shortened(text)}" is no quantity: write a whole number, 0 or more` } }
}

const gramsPerUnit: Readonly<Record<string, number>> = { g: 1, kg: 1000, oz: 28.349523125, lb: 453.59237 }

/** A weight in whole grams; undefined when it is 0, which in these files means that nobody has weighed it. */
export function readGrams(text: string, unit: string): Parsed<number | undefined> {
  const factor = gramsPerUnit[unit.trim().toLowerCase()]
  if (factor === undefined) return { problem: { code: 'INVALID_WEIGHT', message: `"${shortened(unit)}" is no unit of weight: use g, kg, oz or lb` } }
  const amount = plainNumber(text)
  if (amount === undefined || amount < 0) return { problem: { code: 'INVALID_WEIGHT', message: `"${shortened(text)}" is no weight` } }
  const grams = Math.round(amount * factor)
  return { value: grams === 0 ? undefined : grams }
}

/** A plain decimal number, without exponents, thousands separators or units. */
function plainNumber(text: string): number | undefined {
  return /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text.trim()) ? Number(text) : undefined
}

/** True and false as spreadsheets write them. */
export function plainBoolean(text: string): boolean | undefined {
  const word = text.trim().toLowerCase()
  if (word === 'true' || word === 'yes' || word === '1') return true
  if (word === 'false' || word === 'no' || word === '0') return false
  return undefined
}

/** Enough of a cell to recognise it by. */
export function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`
}

function wholeNumber(text: string): number | undefined {
  const value = /^\d{1,16}(?:\.0+)?$/.test(text.trim()) ? Number(text) : undefined
  return Number.isSafeInteger(value) ? value : undefined
}
