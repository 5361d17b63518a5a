import type { Order, OrderRefund, OrderRefundId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { historyOf, ids } from '../fixtures.ts'
import { at, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { findOrder, insertedOrder } from './stored-orders.ts'

export function orderRefundBehaviour(options: StorageSuiteOptions): void {
  describe('refunds of an order', () => {
    const storage = testStorage(options)
    const insert = (refund: OrderRefund) => storage().transaction(at(0), (tx) => tx.orders.insertRefund(refund))
    const refundsOf = ({ id: orderId }: Order) => storage().snapshot(at(0), (snapshot) => snapshot.orders.refunds({ orderId }), { fresh: true })
    const save = (order: Order) =>
      storage().transaction(at(1), (tx) => tx.orders.save({ order, expectedVersion: order.version - 1, history: historyOf(order, 'refund_queued') }))

    it('are given back with their lines, oldest first, and none of another order', async () => {
      const order = await insertedOrder(storage())
      const second = aRefund(order, { createdAt: moment(2000), reason: 'late', lines: [] })
      const first = aRefund(order, { createdAt: moment(1000), actor: { type: 'system', id: null } })
      for (const refund of [second, first]) await insert(refund)
      expect(await refundsOf(order)).toEqual([first, second])
      expect(await refundsOf(await insertedOrder(storage()))).toEqual([])
    })

    it('leave their units on the lines, also of an order of which nothing was shipped', async () => {
      const order = await insertedOrder(storage())
      const refunded = refundedOnce(order, { cancelledQuantity: 1, refundedQuantity: 1 })
      expect(await save(refunded)).toBe('saved')
      expect(await findOrder(storage(), { id: order.id })).toEqual(refunded)
    })

    it.each([
      ['cancelled and not refunded', { cancelledQuantity: 1 }],
      ['shipped and cancelled', { fulfilledQuantity: 2, cancelledQuantity: 1, refundedQuantity: 1 }],
      ['refunded beyond what was sold', { refundedQuantity: 3 }],
      ['sent back that were never shipped', { fulfilledQuantity: 0, refundedQuantity: 0, returningQuantity: 1 }],
      ['sent back that were refunded', { fulfilledQuantity: 2, refundedQuantity: 2, returningQuantity: 1 }],
    ])('never leave units %s', async (_name, units) => {
      const order = await insertedOrder(storage())
      await expect(save({ ...refundedOnce(order, units), fulfilmentStatus: 'partial' })).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATION' })
      expect(await findOrder(storage(), { id: order.id })).toEqual(order)
    })
  })
}

/** The order's next version, with these units of its first line, of which two were sold. */
function refundedOnce(order: Order, units: Partial<Order['lines'][number]>): Order {
  const lines = order.lines.map((line, index) => (index === 0 ? { ...line, ...units } : line))
  return { ...order, lines, version: order.version + 1, updatedAt: moment(1) }
}

function aRefund(order: Order, overrides: Partial<OrderRefund> = {}): OrderRefund {
  const units = { quantity: 1, cancelledQuantity: 1, restockedQuantity: 0, amountMinor: 400, taxMinor: 40, includedTaxMinor: 60 }
  const lines = order.lines.map(({ id }) => ({ orderLineId: id, ...units }))
  return {
    id: ids.next<OrderRefundId>(),
    orderId: order.id,
    returnId: null,
    amountMinor: 1000,
    shippingMinor: 100,
    currency: order.currency,
    lines,
    reason: 'too small',
    actor: { type: 'admin', id: 'ops' },
    createdAt: moment(0),
    ...overrides,
  }
}
