import type { CustomerId, Order, OrderListQuery, OwnerFilter, Page } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { insertedOrder } from './stored-orders.ts'

export function orderListBehaviour(options: StorageSuiteOptions): void {
  describe('lists', () => {
    const storage = testStorage(options)
    const list = (query: Partial<OrderListQuery>): Promise<Page<Order>> =>
      storage().snapshot(at(0), (snapshot) => snapshot.orders.list({ owner: { type: 'any' }, limit: 100, ...query }), { fresh: true })

    it('pages newest first, each order once, with equal times too, though orders come in between', async () => {
      const orders: Order[] = []
      for (const ms of [0, 0, 1000, 2000, 2000]) orders.push(await insertedOrder(storage(), { placedAt: moment(ms) }))
      const first = await list({ limit: 2 })
      await insertedOrder(storage(), { placedAt: moment(9000) })
      const second = await list({ limit: 2, after: first.next ?? '' })
      const third = await list({ limit: 2, after: second.next ?? '' })
      const seen = [...first.items, ...second.items, ...third.items]
      expect(seen.map(({ placedAt }) => placedAt.getTime() - moment(0).getTime())).toEqual([2000, 2000, 1000, 0, 0])
      expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(orders.map(({ id }) => id)))
      expect(third.next).toBeNull()
    })

    it('lists an owner only what is theirs', async () => {
      const mine = await insertedOrder(storage())
      await insertedOrder(storage(), { customerId: 'customer-2' as CustomerId })
      const owner: OwnerFilter = { type: 'customer', customerId: 'customer-1' as CustomerId }
      expect(await list({ owner })).toEqual({ items: [mine], next: null })
      expect((await list({ owner: { type: 'guest', tokenHash: 'a'.repeat(64) } })).items).toEqual([])
    })

    it('lists one status', async () => {
      await insertedOrder(storage())
      const cancelled = await insertedOrder(storage(), { status: 'cancelled', expiresAt: null })
      expect((await list({ status: 'cancelled' })).items).toEqual([cancelled])
    })

    it('names what was added to some orders, oldest first, and adds to no order that there is not', async () => {
      const [one, other, alone] = [await insertedOrder(storage()), await insertedOrder(storage()), await insertedOrder(storage())]
      const second = await insertedOrder(storage(), { addsTo: one.id, placedAt: moment(2000) })
      const first = await insertedOrder(storage(), { addsTo: one.id, placedAt: moment(1000), status: 'cancelled', expiresAt: null })
      const third = await insertedOrder(storage(), { addsTo: other.id, placedAt: moment(3000) })
      const added = (...orders: readonly Order[]) => storage().transaction(at(0), (tx) => tx.orders.additions({ orderIds: orders.map(({ id }) => id) }))
      expect(await added(one)).toEqual([first, second])
      expect(await added(one, other, alone)).toEqual([first, second, third])
      expect(await added(alone)).toEqual([])
      expect(await added()).toEqual([])
      await expect(insertedOrder(storage(), { addsTo: ids.next() })).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATION' })
    })

    it('names pending orders whose time is up, oldest first, up to the limit', async () => {
      const later = await insertedOrder(storage(), { expiresAt: moment(2 * minute) })
      const sooner = await insertedOrder(storage(), { expiresAt: moment(minute) })
      await insertedOrder(storage(), { expiresAt: moment(60 * minute) })
      await insertedOrder(storage(), { status: 'confirmed', expiresAt: null })
      const due = (ms: number, limit: number) => storage().transaction(at(ms), (tx) => tx.orders.dueForExpiry({ limit }))
      expect(await due(0, 10)).toEqual([])
      expect(await due(5 * minute, 10)).toEqual([sooner.id, later.id])
      expect(await due(5 * minute, 1)).toEqual([sooner.id])
    })
  })
}
