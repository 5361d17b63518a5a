import type { Cart, CustomerId, OwnerFilter, Storage } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { aCart, ids } from '../fixtures.ts'
import { at, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'

const anyone: OwnerFilter = { type: 'any' }

export async function insertedCart(storage: Storage, overrides: Partial<Cart> = {}): Promise<Cart> {
  const cart = aCart(overrides)
  await storage.transaction(at(0), (tx) => tx.carts.insert(cart))
  return cart
}

export function findCart(storage: Storage, cart: Cart, owner: OwnerFilter = anyone): Promise<Cart | undefined> {
  return storage.snapshot(at(0), (snapshot) => snapshot.carts.find({ cartId: cart.id, owner }), { fresh: true })
}

const lines = [
  { sku: 'POT-1', quantity: 1, seenUnitMinor: 900 },
  { sku: 'MUG-1', quantity: 3, seenUnitMinor: null },
]

export function cartBehaviour(options: StorageSuiteOptions): void {
  describe('reading and saving', () => {
    const storage = testStorage(options)

    it('gives back what was put in, lines in their order', async () => {
      const cart = await insertedCart(storage(), { lines })
      expect(await findCart(storage(), cart)).toEqual(cart)
    })

    it('shows a cart to its owner, and to nobody else', async () => {
      const cart = await insertedCart(storage(), { customerId: null, guestTokenHash: 'a'.repeat(64) })
      expect(await findCart(storage(), cart, { type: 'guest', tokenHash: 'a'.repeat(64) })).toEqual(cart)
      expect(await findCart(storage(), cart, { type: 'guest', tokenHash: 'b'.repeat(64) })).toBeUndefined()
      expect(await findCart(storage(), cart, { type: 'customer', customerId: 'customer-1' as CustomerId })).toBeUndefined()
      const customers = await insertedCart(storage())
      expect(await findCart(storage(), customers, { type: 'customer', customerId: 'customer-1' as CustomerId })).toEqual(customers)
      expect(await findCart(storage(), customers, { type: 'customer', customerId: 'customer-2' as CustomerId })).toBeUndefined()
    })

    it('finds nothing under an unknown id', async () => {
      expect(await findCart(storage(), aCart({ id: ids.next() }))).toBeUndefined()
    })

    it('replaces the lines when the version is the expected one', async () => {
      const cart = await insertedCart(storage(), { lines })
      const changed: Cart = { ...cart, version: 2, lines: [{ sku: 'CUP-1', quantity: 2, seenUnitMinor: 100 }], updatedAt: moment(1), expiresAt: moment(minute) }
      expect(await storage().transaction(at(1), (tx) => tx.carts.save({ cart: changed, expectedVersion: 1 }))).toBe('saved')
      expect(await findCart(storage(), cart)).toEqual(changed)
    })

    it('writes nothing when the version is another one, or the cart is gone', async () => {
      const cart = await insertedCart(storage(), { lines })
      const save = (changed: Cart, expectedVersion: number) => storage().transaction(at(1), (tx) => tx.carts.save({ cart: changed, expectedVersion }))
      expect(await save({ ...cart, version: 3, lines: [] }, 2)).toBe('stale')
      expect(await save(aCart({ version: 2 }), 1)).toBe('stale')
      expect(await findCart(storage(), cart)).toEqual(cart)
    })

    it('lets one of ten concurrent saves of one version through', async () => {
      const cart = await insertedCart(storage())
      const other = await storage.another()
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, index) => {
          const changed: Cart = { ...cart, version: 2, lines: [{ sku: `MUG-${index}`, quantity: 1, seenUnitMinor: null }] }
          return (index % 2 === 0 ? storage() : other).transaction(at(1), (tx) => tx.carts.save({ cart: changed, expectedVersion: 1 }))
        }),
      )
      expect(results.filter((result) => result === 'saved')).toHaveLength(1)
      const stored = await findCart(storage(), cart)
      expect(stored?.lines.map(({ sku }) => sku)).toEqual([`MUG-${results.indexOf('saved')}`])
    })
  })
}
