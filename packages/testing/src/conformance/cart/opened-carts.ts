import type { Cart, OrderId, OwnerFilter, QuoteId, Storage } from '@cartwright/core/ports'
import { ids } from '../fixtures.ts'
import { at } from '../moments.ts'
import type { OpenedLiveCarts } from './live-cart-suite.ts'

/** What every store of carts can do, wherever it keeps them. */
export interface Carts {
  insert(cart: Cart): Promise<void>
  find(cart: Cart, owner: OwnerFilter): Promise<Cart | undefined>
  save(cart: Cart, expectedVersion: number): Promise<'saved' | 'stale'>
  freeze(cart: Cart, version: number): Promise<string>
}

/** The carts of one test, and the same ones as another process has them. */
export interface OpenedCarts {
  (): Carts
  another(): Promise<Carts>
}

/** Carts in a database, each verb in a transaction of its own. */
export function storedCarts(storage: Storage): Carts {
  return {
    insert: (cart) => storage.transaction(at(0), (tx) => tx.carts.insert(cart)),
    find: (cart, owner) => storage.snapshot(at(0), (snapshot) => snapshot.carts.find({ cartId: cart.id, owner }), { fresh: true }),
    save: (cart, expectedVersion) => storage.transaction(at(1), (tx) => tx.carts.save({ cart, expectedVersion })),
    freeze: async (cart, version) => {
      const frozen = await storage.transaction(at(0), (tx) => tx.carts.freeze({ cartId: cart.id, version, orderId: ids.next<OrderId>() }))
      return typeof frozen === 'string' ? frozen : 'frozen with a hold'
    },
  }
}

/** Carts in a live store, all under their first loan. */
export function liveCarts(store: OpenedLiveCarts['store']): Carts {
  const custody = { term: 0, loan: 1 }
  return {
    insert: async (cart) => void (await store.put({ cart, custody })),
    find: async (cart, owner) => (await store.find({ cartId: cart.id, owner }))?.cart,
    save: (cart, expectedVersion) => store.save({ copy: { cart, custody }, expectedVersion }),
    freeze: (cart, version) => store.freeze({ cartId: cart.id, version, checkoutId: ids.next<QuoteId>() }),
  }
}
