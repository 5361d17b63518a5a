import type { Order, OrderKey, OwnerFilter, Storage } from '@cartwright/core/ports'
import { anOrder, historyOf } from '../fixtures.ts'
import { at } from '../moments.ts'

export function insertOrder(storage: Storage, order: Order): Promise<'inserted' | 'cart_has_order'> {
  return storage.transaction(at(0), (tx) => tx.orders.insert({ order, history: historyOf(order) }))
}

export async function insertedOrder(storage: Storage, overrides: Partial<Order> = {}): Promise<Order> {
  const order = anOrder(overrides)
  await insertOrder(storage, order)
  return order
}

export function findOrder(storage: Storage, key: OrderKey, owner: OwnerFilter = { type: 'any' }): Promise<Order | undefined> {
  return storage.snapshot(at(0), (snapshot) => snapshot.orders.find({ key, owner }), { fresh: true })
}
