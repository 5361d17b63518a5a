import type { CustomerId, Order } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { anOrder, anOrderLine, historyOf, ids } from '../fixtures.ts'
import { at, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { findOrder, insertedOrder, insertOrder } from './stored-orders.ts'

export function orderBehaviour(options: StorageSuiteOptions): void {
  describe('reading and saving', () => {
    const storage = testStorage(options)

    it('gives back what was put in, by id and by number, lines in their order', async () => {
      const days = { availableFrom: '2026-12-01', expectedAt: '2026-12-24' }
      const lines = [anOrderLine({ sku: 'Z', quantity: 1, totalMinor: 500, ...days }), anOrderLine({ sku: 'A', quantity: 1, totalMinor: 500, options: {} })]
      const order = await insertedOrder(storage(), { lines })
      expect(await findOrder(storage(), { id: order.id })).toEqual(order)
      expect(await findOrder(storage(), { number: order.number })).toEqual(order)
      expect(await storage().transaction(at(0), (tx) => tx.orders.lock({ orderId: order.id }))).toEqual(order)
    })

    it('shows an order to its owner, and to nobody else', async () => {
      const order = await insertedOrder(storage())
      expect(await findOrder(storage(), { id: order.id }, { type: 'customer', customerId: 'customer-1' as CustomerId })).toEqual(order)
      expect(await findOrder(storage(), { id: order.id }, { type: 'customer', customerId: 'customer-2' as CustomerId })).toBeUndefined()
      expect(await findOrder(storage(), { number: order.number }, { type: 'guest', tokenHash: 'a'.repeat(64) })).toBeUndefined()
      expect(await findOrder(storage(), { id: ids.next() })).toBeUndefined()
    })

    it('refuses a second live order of one cart, writes nothing, and lets the transaction go on', async () => {
      const first = await insertedOrder(storage())
      const second = anOrder({ cartId: first.cartId })
      const third = anOrder()
      await storage().transaction(at(0), async (tx) => {
        expect(await tx.orders.insert({ order: second, history: historyOf(second) })).toBe('cart_has_order')
        expect(await tx.orders.insert({ order: third, history: historyOf(third) })).toBe('inserted')
      })
      expect(await findOrder(storage(), { id: second.id })).toBeUndefined()
      expect(await findOrder(storage(), { id: third.id })).toEqual(third)
      const live = await storage().snapshot(at(0), (snapshot) => snapshot.orders.liveForCart({ cartId: first.cartId }))
      expect(live).toEqual(first)
    })

    it('allows a new order of a cart whose last one is over', async () => {
      const cancelled = await insertedOrder(storage(), { status: 'cancelled', expiresAt: null })
      const expired = anOrder({ cartId: cancelled.cartId, status: 'expired', expiresAt: null })
      expect(await insertOrder(storage(), expired)).toBe('inserted')
      expect(await storage().snapshot(at(0), (snapshot) => snapshot.orders.liveForCart({ cartId: cancelled.cartId }))).toBeUndefined()
      expect(await insertOrder(storage(), anOrder({ cartId: cancelled.cartId }))).toBe('inserted')
    })

    it('lets one of ten concurrent orders of one cart in', async () => {
      const other = await storage.another()
      const { cartId } = anOrder()
      const results = await Promise.all(Array.from({ length: 10 }, (_, index) => insertOrder(index % 2 === 0 ? storage() : other, anOrder({ cartId }))))
      expect(results.filter((result) => result === 'inserted')).toHaveLength(1)
    })

    it('replaces the shipping address of the version it is told, and of no other', async () => {
      const order = await insertedOrder(storage())
      const other = await insertedOrder(storage())
      const shippingAddress = { ...order.shippingAddress, line1: '6 Ashley Combe', line2: 'Back door' }
      const move = (version: number) => storage().transaction(at(0), (tx) => tx.orders.saveShippingAddress({ orderId: order.id, version, shippingAddress }))
      expect(await move(order.version + 1)).toBe('stale')
      expect(await findOrder(storage(), { id: order.id })).toEqual(order)
      expect(await move(order.version)).toBe('saved')
      expect(await findOrder(storage(), { id: order.id })).toEqual({ ...order, shippingAddress })
      expect(await findOrder(storage(), { id: other.id })).toEqual(other)
    })

    it('saves states and units shipped with the next history entry when the version is the expected one', async () => {
      const order = await insertedOrder(storage())
      const confirmed: Order = {
        ...order,
        status: 'confirmed',
        paymentStatus: 'paid',
        fulfilmentStatus: 'partial',
        expiresAt: null,
        version: 2,
        updatedAt: moment(1),
        lines: order.lines.map((line) => ({ ...line, fulfilledQuantity: 1 })),
      }
      const save = (expectedVersion: number) =>
        storage().transaction(at(1), (tx) => tx.orders.save({ order: confirmed, expectedVersion, history: historyOf(confirmed, 'confirmed') }))
      expect(await save(1)).toBe('saved')
      expect(await findOrder(storage(), { id: order.id })).toEqual(confirmed)
      expect(await save(1)).toBe('stale')
      const history = await storage().snapshot(at(1), (snapshot) => snapshot.orders.history({ orderId: order.id }))
      expect(history.map(({ version, change, status }) => [version, change, status])).toEqual([
        [1, 'placed', 'pending'],
        [2, 'confirmed', 'confirmed'],
      ])
    })

    it('never changes amounts, addresses or what was sold by a save', async () => {
      const order = await insertedOrder(storage())
      const changed: Order = { ...order, totalMinor: 1, subtotalMinor: 1, email: 'eve@example.com', currency: 'EUR', version: 2, updatedAt: moment(1) }
      const altered: Order = { ...changed, lines: order.lines.map((line) => ({ ...line, unitMinor: 1, quantity: 9 })) }
      await storage().transaction(at(1), (tx) => tx.orders.save({ order: altered, expectedVersion: 1, history: historyOf(altered, 'payment_updated') }))
      expect(await findOrder(storage(), { id: order.id })).toEqual({ ...order, version: 2, updatedAt: moment(1) })
    })

    it('lets one of ten concurrent saves of one version through, with one history entry', async () => {
      const order = await insertedOrder(storage())
      const other = await storage.another()
      const cancelled: Order = { ...order, status: 'cancelled', expiresAt: null, version: 2, updatedAt: moment(1) }
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 === 0 ? storage() : other).transaction(at(1), (tx) =>
            tx.orders.save({ order: cancelled, expectedVersion: 1, history: historyOf(cancelled, 'cancelled') }),
          ),
        ),
      )
      expect(results.filter((result) => result === 'saved')).toHaveLength(1)
      expect(await storage().snapshot(at(1), (snapshot) => snapshot.orders.history({ orderId: order.id }), { fresh: true })).toHaveLength(2)
    })
  })
}
