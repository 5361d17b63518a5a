import { hash } from 'node:crypto'
import { CommerceError } from './errors.ts'
import type { CustomerId, Random } from './ids.ts'

/** Who asks. Every read or change of a cart, an order or a payment takes one. */
export type Actor =
  /** Staff, already authenticated by the host. `id` is recorded in histories. */
  | { readonly type: 'admin'; readonly id: string }
  /** A signed-in buyer, already authenticated by the host. */
  | { readonly type: 'customer'; readonly customerId: CustomerId | string }
  /** A buyer known only by the token that `carts.create` returned. */
  | { readonly type: 'guest'; readonly token: string }
  /** The library's own worker, or the host's jobs. */
  | { readonly type: 'system' }

/** The owner part of a query: stores put it into the WHERE clause, so that someone else's object and a missing one look the same. */
export type OwnerFilter =
  | { readonly type: 'any' }
  | { readonly type: 'customer'; readonly customerId: CustomerId }
  | { readonly type: 'guest'; readonly tokenHash: string }

/** Who did something, as histories keep it: never a guest's token. */
export interface ActorRecord {
  readonly type: Actor['type']
  /** Admin or customer id; null for guests and the system. */
  readonly id: string | null
}

/** A token that nobody can guess: 256 random bits, as text. */
export function newToken(random: Random): string {
  return Buffer.from(random.bytes(32)).toString('base64url')
}

/** How a token is stored: SHA-256, hex. It has 256 random bits, so no salt or stretching is needed. */
export function hashToken(token: string): string {
  return hash('sha256', token)
}

export function ownerFilter(actor: Actor): OwnerFilter {
  switch (actor.type) {
    case 'admin':
    case 'system':
      return { type: 'any' }
    case 'customer':
      return { type: 'customer', customerId: actor.customerId as CustomerId }
    case 'guest':
      return { type: 'guest', tokenHash: hashToken(actor.token) }
  }
}

/** The owner part of a query for what is already in hand. */
export function owns(owner: OwnerFilter, owned: { readonly customerId: string | null; readonly guestTokenHash: string | null }): boolean {
  if (owner.type === 'any') return true
  return owner.type === 'customer' ? owned.customerId === owner.customerId : owned.guestTokenHash === owner.tokenHash
}

export function actorRecord(actor: Actor): ActorRecord {
  if (actor.type === 'admin') return { type: 'admin', id: actor.id }
  if (actor.type === 'customer') return { type: 'customer', id: actor.customerId }
  return { type: actor.type, id: null }
}

/** @throws FORBIDDEN for buyers. */
export function requireStaff(actor: Actor): void {
  if (actor.type !== 'admin' && actor.type !== 'system') throw new CommerceError('FORBIDDEN', { details: { required: 'admin' } })
}
