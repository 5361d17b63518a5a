import type { Cart, CartCopy } from '@cartwright/core/ports'

/** How long a cart stays after its expiry, so that clocks that differ never take one away early. */
const graceMs = 3_600_000

export function cartText(cart: Cart): string {
  return JSON.stringify(cart)
}

/** For how long Redis keeps a cart that was changed now: its own clock counts, and only as a duration. */
export function lifetimeMs({ expiresAt, updatedAt }: Cart): number {
  return Math.max(0, expiresAt.getTime() - updatedAt.getTime()) + graceMs
}

/** @param fields - `t`, `l` and `c` of the hash; null where there is none. */
export function readCopy([term, loan, text]: readonly (string | null)[]): CartCopy | undefined {
  if (term == null || loan == null || text == null) return undefined
  const cart: Cart = JSON.parse(text, (name, value) => (moments.has(name) ? new Date(value) : value))
  return { cart, custody: { term: Number(term), loan: Number(loan) } }
}

const moments = new Set(['expiresAt', 'createdAt', 'updatedAt'])
