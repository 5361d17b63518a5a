import type { CustomerId, OwnerFilter } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { aCart, anOrder, historyOf } from '../fixtures.ts'
import { at } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'

const ada = { type: 'customer', customerId: 'ada' as CustomerId } satisfies OwnerFilter
const tokenHash = 'a'.repeat(64)
const anyone: OwnerFilter = { type: 'any' }

/** A storage that has replicas is opened here with one that lags: a snapshot without a reader need not show anything yet. */
export function readerBehaviour(options: StorageSuiteOptions): void {
  describe('readers', () => {
    const storage = testStorage(options)

    it('find each change of their cart as soon as it is committed, and so do staff', async () => {
      let cart = aCart({ customerId: ada.customerId })
      await storage().transaction(at(0), (tx) => tx.carts.insert(cart))
      for (let version = 1; version <= 10; version += 1) {
        for (const reader of [ada, anyone]) {
          expect(await storage().snapshot(at(0), (snapshot) => snapshot.carts.find({ cartId: cart.id, owner: ada }), { reader })).toEqual(cart)
        }
        cart = { ...cart, version: version + 1, lines: [{ sku: 'CUP', quantity: version, seenUnitMinor: 100 }] }
        await storage().transaction(at(0), (tx) => tx.carts.save({ cart, expectedVersion: version }))
      }
    })

    it('find their order, alone and in the list', async () => {
      const reader: OwnerFilter = { type: 'guest', tokenHash }
      const order = anOrder({ customerId: null, guestTokenHash: tokenHash })
      await storage().transaction(at(0), (tx) => tx.orders.insert({ order, history: historyOf(order) }))
      const found = await storage().snapshot(at(0), (snapshot) => snapshot.orders.find({ key: { id: order.id }, owner: reader }), { reader })
      expect(found).toEqual(order)
      const changed = { ...order, version: 2, disputed: true }
      await storage().transaction(at(0), (tx) => tx.orders.save({ order: changed, expectedVersion: 1, history: historyOf(changed, 'disputed') }))
      const { items } = await storage().snapshot(at(0), (snapshot) => snapshot.orders.list({ owner: reader, limit: 10 }), { reader })
      expect(items).toEqual([changed])
    })
  })
}
