import { describe, expect, test } from 'vitest'
import { chooseUnits } from './fulfil-order.ts'
import { displayStatus, isLive, type Order, type OrderStates, unmoved } from './order.ts'
import { advanceOrder, isUnshipped, unshipped } from './order-rules.ts'

const now = new Date('2026-03-01T12:00:00Z')
const later = new Date('2026-03-01T12:30:00Z')
const line = (id: string, quantity: number, fulfilledQuantity = 0) => ({ id, sku: id, quantity, ...unmoved, fulfilledQuantity, stockTracked: true })
const unsent = [line('a', 3), line('b', 1)] as unknown as Order['lines']
const order = (patch: object = {}) =>
  ({
    id: 'o-1',
    status: 'pending',
    paymentStatus: 'pending',
    fulfilmentStatus: 'none',
    disputed: false,
    expiresAt: later,
    version: 1,
    lines: [line('a', 2)],
    ...patch,
  }) as unknown as Order

describe('advance', () => {
  test('moves each machine by its table and counts the version', () => {
    expect(advanceOrder(order(), { status: 'confirm', payment: 'pay' }, now)).toMatchObject({
      status: 'confirmed',
      paymentStatus: 'paid',
      version: 2,
      updatedAt: now,
    })
  })

  test('keeps an expiry while pending only', () => {
    expect(advanceOrder(order(), {}, now).expiresAt).toEqual(later)
    expect(advanceOrder(order(), {}, now, { expiresAt: now }).expiresAt).toEqual(now)
    expect(advanceOrder(order(), { status: 'expire' }, now).expiresAt).toBeNull()
  })

  test('refuses a step that the table lacks', () => {
    expect(() => advanceOrder(order({ status: 'cancelled' }), { status: 'confirm' }, now)).toThrow(expect.objectContaining({ code: 'ILLEGAL_TRANSITION' }))
  })
})

describe('units to ship', () => {
  const two = order({ lines: [line('a', 3, 1), line('b', 1, 1)] })

  test('are all that is left unless told', () => {
    expect(chooseUnits(two, undefined).map(({ line: { id }, quantity }) => [id, quantity])).toEqual([['a', 2]])
    expect(two.lines.map(unshipped)).toEqual([2, 0])
    expect(isUnshipped(two)).toBe(false)
  })

  test('are never more than is left, nor of another order', () => {
    for (const wanted of [[{ orderLineId: 'a', quantity: 3 }], [{ orderLineId: 'b', quantity: 1 }], [{ orderLineId: 'z', quantity: 1 }]]) {
      expect(() => chooseUnits(two, wanted)).toThrow(expect.objectContaining({ code: 'NOTHING_TO_FULFIL' }))
    }
  })
})

test.each([
  [{ status: 'pending', paymentStatus: 'none' }, 'awaiting payment'],
  [{ status: 'pending', paymentStatus: 'pending' }, 'payment processing'],
  [{ status: 'confirmed', paymentStatus: 'paid' }, 'confirmed'],
  [{ status: 'confirmed', paymentStatus: 'paid', fulfilmentStatus: 'partial' }, 'partly shipped'],
  [{ status: 'confirmed', paymentStatus: 'paid', fulfilmentStatus: 'shipped' }, 'shipped'],
  [{ status: 'confirmed', paymentStatus: 'paid', fulfilmentStatus: 'delivered' }, 'delivered'],
  [{ status: 'cancelled' }, 'cancelled'],
  [{ status: 'cancelled', paymentStatus: 'refunded' }, 'refunded'],
  [{ status: 'expired' }, 'expired'],
  [{ status: 'pending', paymentStatus: 'review' }, 'under review'],
  [{ status: 'confirmed', paymentStatus: 'paid', disputed: true }, 'under review'],
] as const)('%o is shown as %s', (states, shown) => {
  const fresh: OrderStates = { status: 'pending', paymentStatus: 'none', fulfilmentStatus: 'none', disputed: false }
  expect(displayStatus({ ...fresh, ...states, lines: unsent })).toBe(shown)
})

test('an order of which every unit was refunded before it was shipped is shown as cancelled, though some of its money was kept', () => {
  const states = { status: 'confirmed', paymentStatus: 'partially_refunded', fulfilmentStatus: 'none', disputed: false } as const
  const lines = unsent.map((line) => ({ ...line, cancelledQuantity: line.quantity }))
  expect(displayStatus({ ...states, lines })).toBe('cancelled')
})

test('a cart can have another order only when its last one is cancelled or expired', () => {
  expect(['pending', 'confirmed', 'cancelled', 'expired'].map((status) => isLive(status as Order['status']))).toEqual([true, true, false, false])
})
