import type { Cart, OrderId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { signal } from '../signal.ts'
import { findCart, insertedCart } from './stored-carts.ts'

export function closingBehaviour(options: StorageSuiteOptions): void {
  describe('checkout and expiry', () => {
    const storage = testStorage(options)
    const freeze = (cart: Cart, version: number) =>
      storage().transaction(at(0), (tx) => tx.carts.freeze({ cartId: cart.id, version, orderId: ids.next<OrderId>() }))
    const complete = (cart: Cart) => storage().transaction(at(0), (tx) => tx.carts.complete({ cartId: cart.id }))

    it('keeps a second checkout of the cart waiting until the first has ended', async () => {
      const cart = await insertedCart(storage())
      const other = await storage.another()
      const order: string[] = []
      const began = signal()
      const end = signal()
      const checkout = (handle: typeof other, name: string, until: Promise<void>) =>
        handle.transaction(at(0), async (tx) => {
          expect(await tx.carts.freeze({ cartId: cart.id, version: cart.version, orderId: ids.next<OrderId>() })).toBe('frozen')
          order.push(`${name} begins`)
          began.give()
          await until
          order.push(`${name} ends`)
        })
      const first = checkout(storage(), 'first', end.given)
      await began.given
      const second = checkout(other, 'second', Promise.resolve())
      setTimeout(() => end.give(), 20)
      await Promise.all([first, second])
      expect(order).toEqual(['first begins', 'first ends', 'second begins', 'second ends'])
    })

    it('freezes nothing that is ordered or expired', async () => {
      const cart = await insertedCart(storage())
      await complete(cart)
      expect(await freeze(cart, cart.version)).toBe('closed')
      const old = await insertedCart(storage(), { status: 'expired' })
      expect(await freeze(old, old.version)).toBe('closed')
    })

    it('marks a cart ordered, once and for all', async () => {
      const cart = await insertedCart(storage())
      await complete(cart)
      await complete(cart)
      expect((await findCart(storage(), cart))?.status).toBe('ordered')
    })

    it('expires active carts whose time is up, up to the limit', async () => {
      const due = await insertedCart(storage(), { expiresAt: moment(minute) })
      const alsoDue = await insertedCart(storage(), { expiresAt: moment(2 * minute) })
      const later = await insertedCart(storage(), { expiresAt: moment(60 * minute) })
      const ordered = await insertedCart(storage(), { expiresAt: moment(minute), status: 'ordered' })
      const sweep = () => storage().transaction(at(5 * minute), (tx) => tx.carts.expireDue({ limit: 1 }))
      expect([await sweep(), await sweep(), await sweep()]).toEqual([1, 1, 0])
      const statuses = await Promise.all([due, alsoDue, later, ordered].map(async (cart) => (await findCart(storage(), cart))?.status))
      expect(statuses).toEqual(['expired', 'expired', 'active', 'ordered'])
    })
  })
}
