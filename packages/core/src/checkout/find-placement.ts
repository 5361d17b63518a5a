import { type Actor, ownerFilter } from '../actor.ts'
import type { Cart } from '../cart/cart.ts'
import { CommerceError } from '../errors.ts'
import type { IdempotencyKeyId, IdempotencyRecord } from '../idempotency/idempotency-store.ts'
import type { CartId, QuoteId } from '../ids.ts'
import type { Quote } from '../pricing/quote.ts'
import type { StorageSnapshot } from '../storage/storage.ts'

/** What is stored under a key, unless it has been forgotten. @throws IDEMPOTENCY_KEY_REUSED when it was used with other parameters */
export async function findRecord(snapshot: StorageSnapshot, key: IdempotencyKeyId, digest: string): Promise<IdempotencyRecord | undefined> {
  const stored = await snapshot.idempotency.find(key)
  if (stored === undefined || (stored.state === 'finished' && stored.expiresAt <= snapshot.now)) return undefined
  if (stored.fingerprint !== digest) throw new CommerceError('IDEMPOTENCY_KEY_REUSED', { details: {} })
  return stored
}

/** The cart to place and the quote that says what it costs, as far as they are there. */
export async function readCartAndQuote(
  snapshot: StorageSnapshot,
  actor: Actor,
  cartId: CartId,
  quoteId: QuoteId | undefined,
): Promise<{ readonly cart: Cart | undefined; readonly quote: Quote | undefined }> {
  const reading = quoteId === undefined ? snapshot.quotes.latest({ cartId }) : snapshot.quotes.find({ quoteId, cartId })
  const [cart, quote] = await Promise.all([snapshot.carts.find({ cartId, owner: ownerFilter(actor) }), reading])
  return { cart, quote }
}

/** @throws NOT_FOUND, QUOTE_MISSING */
export function requireCartAndQuote({ cart, quote }: Awaited<ReturnType<typeof readCartAndQuote>>): { readonly cart: Cart; readonly quote: Quote } {
  if (cart === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'cart' } })
  if (quote === undefined) throw new CommerceError('QUOTE_MISSING', { details: {} })
  return { cart, quote }
}
