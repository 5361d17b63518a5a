import type { Cart, Storage } from '@cartwright/core/ports'
import { aCart } from '../fixtures.ts'
import { storedCarts } from './opened-carts.ts'

export async function insertedCart(storage: Storage, overrides: Partial<Cart> = {}): Promise<Cart> {
  const cart = aCart(overrides)
  await storedCarts(storage).insert(cart)
  return cart
}

export function findCart(storage: Storage, cart: Cart): Promise<Cart | undefined> {
  return storedCarts(storage).find(cart, { type: 'any' })
}
