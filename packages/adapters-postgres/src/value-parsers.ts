import { types } from 'pg'

const oid = { int8: 20, json: 114, numeric: 1700, jsonb: 3802 }

/** How texts of Postgres become values: 64-bit integers and sums as exact numbers, JSON left as text for the codec, all else as `pg` does it. */
export const valueParsers = {
  getTypeParser(type: number, format?: string): (text: string) => unknown {
    if (type === oid.int8) return exactInteger
    if (type === oid.numeric) return exactNumber
    if (type === oid.json || type === oid.jsonb) return asIs
    return types.getTypeParser(type, format === 'binary' ? 'binary' : 'text') as (text: string) => unknown
  },
}

const asIs = (text: string): string => text

/** @throws RangeError beyond 2^53 − 1, rather than a number that is nearly right. */
function exactInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is no integer that a number holds exactly`)
  return value
}

/** Sums of integers come as NUMERIC; averages have fractions and are rounded as any number is. */
function exactNumber(text: string): number {
  return text.includes('.') ? Number(text) : exactInteger(text)
}
