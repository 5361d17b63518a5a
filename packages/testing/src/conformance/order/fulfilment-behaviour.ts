import { describe, expect, it } from 'vitest'
import { aFulfilment, ids } from '../fixtures.ts'
import { at, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { insertedOrder } from './stored-orders.ts'

export function fulfilmentBehaviour(options: StorageSuiteOptions): void {
  describe('fulfilments', () => {
    const storage = testStorage(options)

    it('gives back the parcels of an order, oldest first', async () => {
      const order = await insertedOrder(storage())
      const second = aFulfilment(order, { shippedAt: moment(2000), trackingNumber: 'T2' })
      const first = aFulfilment(order, { shippedAt: moment(1000) })
      await storage().transaction(at(0), async (tx) => {
        await tx.orders.insertFulfilment(second)
        await tx.orders.insertFulfilment(first)
        expect(await tx.orders.findFulfilment({ fulfilmentId: second.id })).toEqual(second)
        expect(await tx.orders.findFulfilment({ fulfilmentId: ids.next() })).toBeUndefined()
      })
      expect(await storage().snapshot(at(0), (snapshot) => snapshot.orders.fulfilments({ orderId: order.id }))).toEqual([first, second])
    })

    it('saves a delivery when the version is the expected one', async () => {
      const order = await insertedOrder(storage())
      const parcel = aFulfilment(order)
      const delivered = { ...parcel, status: 'delivered', deliveredAt: moment(5000), version: 2 } as const
      await storage().transaction(at(0), (tx) => tx.orders.insertFulfilment(parcel))
      const save = () => storage().transaction(at(0), (tx) => tx.orders.saveFulfilment({ fulfilment: delivered, expectedVersion: 1 }))
      expect([await save(), await save()]).toEqual(['saved', 'stale'])
      expect(await storage().snapshot(at(0), (snapshot) => snapshot.orders.fulfilments({ orderId: order.id }))).toEqual([delivered])
    })
  })
}
