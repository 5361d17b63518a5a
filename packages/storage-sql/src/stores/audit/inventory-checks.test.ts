import { describe } from 'vitest'
import { itNames } from '../../../test/plant.ts'
import { mainLocation } from '../../../test/small-shop.ts'

const levelOf = (sku: string) => () => ({ sku, locationId: mainLocation })

describe('levels', () => {
  itNames('I1', [
    {
      name: 'a level below nothing',
      sql: () => "UPDATE stock_levels SET on_hand = -1 WHERE sku = 'SKU-A'",
      refused: { by: 'stock_levels_on_hand', table: 'stock_levels' },
      found: () => ({ sku: 'SKU-A', onHand: -1 }),
    },
    {
      name: 'negative reserved units',
      sql: () => "UPDATE stock_levels SET reserved = -1 WHERE sku = 'SKU-A'",
      refused: { by: 'stock_levels_reserved', table: 'stock_levels' },
      found: () => ({ sku: 'SKU-A', reserved: -1 }),
    },
    {
      name: 'more units reserved than are there',
      sql: () => "UPDATE stock_levels SET reserved = on_hand + 1 WHERE sku = 'SKU-A'",
      refused: { by: 'stock_levels_not_oversold', table: 'stock_levels' },
      found: () => ({ sku: 'SKU-A', onHand: 98, reserved: 99 }),
    },
  ])
  itNames('I2', [
    {
      name: 'a reserved unit that nobody holds',
      sql: () => "UPDATE stock_levels SET reserved = reserved + 1 WHERE sku = 'SKU-A'",
      found: () => ({ ...levelOf('SKU-A')(), reserved: 3, held: 2 }),
    },
    {
      name: 'a held unit that is not reserved',
      sql: ({ partly }) => `UPDATE reservation_lines SET held = held + 1, quantity = quantity + 1 WHERE reservation_id = '${partly.order.reservationId}'`,
      found: () => ({ ...levelOf('SKU-B')(), reserved: 2, held: 3 }),
    },
  ])
  itNames('I3', [
    {
      name: 'a unit without a ledger entry',
      sql: () => "UPDATE stock_levels SET on_hand = on_hand + 1 WHERE sku = 'SKU-B'",
      found: () => ({ sku: 'SKU-B', onHand: 99, ledger: 98 }),
    },
    {
      name: 'a lost ledger entry',
      sql: () => "DELETE FROM stock_ledger WHERE reason = 'received' AND sku = 'SKU-A'",
      found: () => ({ sku: 'SKU-A', onHand: 98, ledger: -2 }),
    },
  ])
  itNames('I4', [
    {
      name: 'a unit consumed without a sale',
      sql: ({ partly }) => `UPDATE reservation_lines SET held = held - 1, consumed = consumed + 1 WHERE reservation_id = '${partly.order.reservationId}'`,
      found: () => ({ problem: 'sold', ...levelOf('SKU-B')(), ledger: 2, booked: 3 }),
    },
    {
      name: 'a sale under another reason',
      sql: () => "UPDATE stock_ledger SET reason = 'damaged' WHERE reason = 'sale' AND sku = 'SKU-A'",
      found: () => ({ problem: 'sold', sku: 'SKU-A', ledger: 0, booked: 2 }),
    },
    {
      name: 'a unit that a refund put back and the ledger does not have',
      sql: ({ refunded }) => `UPDATE stock_ledger SET reference_id = NULL WHERE reference_id = '${refunded.refund.id}'`,
      found: ({ refunded }) => ({ problem: 'came back', sku: 'SKU-C', cause: refunded.refund.id, ledger: 0, booked: 1 }),
    },
    {
      name: 'a unit that a return put back twice',
      sql: ({ refunded }) => `UPDATE stock_ledger SET reference_id = '${refunded.returned.id}' WHERE reference_id = '${refunded.refund.id}'`,
      found: ({ refunded }) => ({ problem: 'came back', sku: 'SKU-C', cause: refunded.returned.id, ledger: 2, booked: 1 }),
    },
    {
      name: 'a unit put back for a refund that did not',
      sql: ({ refunded }) => `UPDATE order_refund_lines SET restocked_quantity = 0 WHERE order_refund_id = '${refunded.refund.id}'`,
      found: ({ refunded }) => ({ problem: 'came back', sku: 'SKU-C', cause: refunded.refund.id, ledger: 1, booked: 0 }),
    },
  ])
})

describe('units on orders', () => {
  itNames('I5', [
    {
      name: 'a unit sold and not promised',
      sql: ({ partly }) => `UPDATE order_lines SET quantity = quantity + 1, total_minor = total_minor + unit_minor WHERE order_id = '${partly.order.id}'`,
      found: ({ partly }) => ({ problem: 'units differ', orderId: partly.order.id, sku: 'SKU-B', sold: 4, promised: 3 }),
    },
    {
      name: 'a unit shipped and not consumed',
      sql: ({ partly }) => `UPDATE order_lines SET fulfilled_quantity = 2 WHERE order_id = '${partly.order.id}'`,
      found: ({ partly }) => ({ problem: 'units differ', orderId: partly.order.id, shipped: 2, consumed: 1 }),
    },
    {
      name: 'a unit that was refunded unshipped and is still promised',
      sql: ({ refunded }) => `UPDATE reservation_lines SET released = 0, held = 1 WHERE reservation_id = '${refunded.order.reservationId}'`,
      found: ({ refunded }) => ({ problem: 'units differ', orderId: refunded.order.id, sku: 'SKU-C', sold: 2, promised: 3 }),
    },
    {
      name: 'a bundle sold whose parts are not promised',
      sql: ({ boxed }) => `UPDATE order_lines SET quantity = quantity + 1, total_minor = total_minor + unit_minor WHERE order_id = '${boxed.order.id}'`,
      found: ({ boxed }) => ({ problem: 'units differ', orderId: boxed.order.id, sku: 'SKU-C', sold: 6, promised: 4 }),
    },
    {
      name: 'a bundle shipped whose parts are still there',
      sql: ({ boxed }) => `UPDATE order_lines SET fulfilled_quantity = 2 WHERE order_id = '${boxed.order.id}'`,
      found: ({ boxed }) => ({ problem: 'units differ', orderId: boxed.order.id, sku: 'SKU-C', shipped: 4, consumed: 2 }),
    },
    {
      name: 'a bundle that has lost its reservation',
      sql: ({ boxed }) => `UPDATE orders SET reservation_id = NULL WHERE id = '${boxed.order.id}'`,
      found: ({ boxed }) => ({ problem: 'no committed reservation', orderId: boxed.order.id }),
    },
    {
      name: 'a unit that is neither refunded nor promised',
      sql: ({ refunded }) => `UPDATE order_lines SET cancelled_quantity = 0, refunded_quantity = 1 WHERE order_id = '${refunded.order.id}'`,
      found: ({ refunded }) => ({ problem: 'units differ', orderId: refunded.order.id, sold: 3, promised: 2 }),
    },
    {
      name: 'a confirmed order without a reservation',
      sql: ({ partly }) => `UPDATE orders SET reservation_id = NULL WHERE id = '${partly.order.id}'`,
      found: ({ partly }) => ({ problem: 'no committed reservation', orderId: partly.order.id }),
    },
    {
      name: 'a confirmed order whose reservation was released',
      sql: ({ partly }) => `UPDATE reservations SET status = 'released' WHERE id = '${partly.order.reservationId}'`,
      found: ({ partly }) => ({ problem: 'no committed reservation', orderId: partly.order.id }),
    },
  ])
})

describe('reservations and their orders', () => {
  const ended = "status = 'released', expires_at = NULL"
  itNames('I14', [
    {
      name: 'a hold past its expiry and grace',
      sql: ({ pending }) => `UPDATE reservations SET expires_at = expires_at - 3600000 WHERE id = '${pending.order.reservationId}'`,
      found: ({ pending }) => ({ problem: 'hold past its expiry', reservationId: pending.order.reservationId }),
    },
    {
      name: 'a hold of a cart that was ordered',
      sql: () => "UPDATE carts SET status = 'ordered' WHERE id IN (SELECT cart_id FROM cart_holds)",
      found: () => ({ problem: 'held for a cart that was ordered', status: 'held' }),
    },
    {
      name: 'an order that is pending past its time and grace',
      sql: ({ pending }) => `UPDATE orders SET expires_at = expires_at - 3600000 WHERE id = '${pending.order.id}'`,
      found: ({ pending }) => ({ problem: 'order pending past its time', orderId: pending.order.id }),
    },
    {
      name: 'a hold of a cancelled order',
      sql: ({ pending }) => `UPDATE orders SET status = 'cancelled', expires_at = NULL WHERE id = '${pending.order.id}'`,
      found: ({ pending }) => ({ problem: 'not what its order needs', reservationId: pending.order.reservationId, orderStatus: 'cancelled' }),
    },
    {
      name: 'a commitment of a pending order',
      sql: ({ pending }) => `UPDATE reservations SET status = 'committed', expires_at = NULL WHERE id = '${pending.order.reservationId}'`,
      found: ({ pending }) => ({
        problem: 'not what its order needs',
        reservationId: pending.order.reservationId,
        status: 'committed',
        orderStatus: 'pending',
      }),
    },
    {
      name: 'a commitment of an expired order',
      sql: ({ partly, expired }) => `UPDATE orders SET reservation_id = NULL WHERE id = '${partly.order.id}';
        UPDATE orders SET reservation_id = '${partly.order.reservationId}' WHERE id = '${expired.order.id}'`,
      found: ({ partly }) => ({ problem: 'not what its order needs', reservationId: partly.order.reservationId, orderStatus: 'expired' }),
    },
    {
      name: 'a hold whose order is missing',
      sql: ({ pending }) => `UPDATE orders SET reservation_id = NULL WHERE id = '${pending.order.id}'`,
      found: ({ pending }) => ({ problem: 'not what its order needs', reservationId: pending.order.reservationId, orderStatus: null }),
    },
    {
      name: 'a released reservation that still holds units',
      sql: ({ pending }) => `UPDATE reservations SET ${ended} WHERE id = '${pending.order.reservationId}'`,
      found: ({ pending }) => ({ problem: 'ended, yet holding units', reservationId: pending.order.reservationId, status: 'released' }),
    },
    {
      name: 'a consumed reservation that still holds units',
      sql: ({ partly }) => `UPDATE reservations SET status = 'consumed' WHERE id = '${partly.order.reservationId}'`,
      found: ({ partly }) => ({ problem: 'ended, yet holding units', reservationId: partly.order.reservationId, status: 'consumed' }),
    },
  ])
})
