import { createHash } from 'node:crypto'

const maxSlugLength = 100

/**
 * Lower-case letters, digits and single hyphens, accents taken off: `Crème Brûlée, 2 pcs` → `creme-brulee-2-pcs`. Empty when nothing is left. A long one is
 * cut, and then ends in a short hash of the whole, so that different texts stay different.
 */
export function slug(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const hyphened = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '')
  if (hyphened.length <= maxSlugLength) return hyphened
  const room = maxSlugLength - hashLength - 1
  const hyphen = hyphened.lastIndexOf('-', room)
  return `${hyphened.slice(0, hyphen > room / 2 ? hyphen : room)}-${shortHash([hyphened])}`
}

const hashLength = 8

/** Eight hexadecimal digits that depend on the given texts alone: the same at every import. */
export function shortHash(texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, hashLength)
}

/** A SKU for a variant that came without one: `clay-pot` and `Large` → `clay-pot-large`. Text without Latin letters or digits is hashed. */
export function madeSku(handle: string, optionValues: readonly string[]): string {
  return [handle, ...optionValues.map((value) => slug(value) || shortHash([value]))].join('-')
}
