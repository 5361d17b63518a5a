import { describe } from 'vitest'
import { itNames } from '../../../test/plant.ts'

const namedTax = (amountMinor: number, included: boolean) => JSON.stringify({ name: 'VAT', rate: '5', taxableMinor: 20, amountMinor, included })

describe('sums of orders', () => {
  itNames('I9', [
    {
      name: 'a total that is not the sum of its parts',
      sql: ({ pending }) => `UPDATE orders SET total_minor = total_minor - 1 WHERE id = '${pending.order.id}'`,
      refused: { by: 'orders_total_adds_up', table: 'orders' },
      found: ({ pending }) => ({ problem: 'total does not add up', orderId: pending.order.id, storedMinor: 26, computedMinor: 27 }),
    },
    {
      name: 'a negative total',
      sql: ({ pending }) => `UPDATE orders SET total_minor = -3, discount_minor = 30 WHERE id = '${pending.order.id}'`,
      refused: { by: 'orders_total', table: 'orders' },
      found: ({ pending }) => ({ problem: 'total does not add up', orderId: pending.order.id, storedMinor: -3 }),
    },
    {
      name: 'a line that is not unit × quantity',
      sql: ({ pending }) => `UPDATE order_lines SET total_minor = 21 WHERE order_id = '${pending.order.id}'`,
      refused: { by: 'order_lines_total_adds_up', table: 'order_lines' },
      found: ({ pending }) => ({ problem: 'line does not add up', orderId: pending.order.id, storedMinor: 21, computedMinor: 20 }),
    },
    {
      name: 'a line with more discount than it costs',
      sql: ({ pending }) => `UPDATE order_lines SET discount_minor = 21 WHERE order_id = '${pending.order.id}'`,
      refused: { by: 'order_lines_discount', table: 'order_lines' },
      found: ({ pending }) => ({ problem: 'line does not add up', orderId: pending.order.id }),
    },
    {
      name: 'a line with more tax in its price than it costs',
      sql: ({ pending }) => `UPDATE order_lines SET included_tax_minor = 21 WHERE order_id = '${pending.order.id}'`,
      refused: { by: 'order_lines_included_tax', table: 'order_lines' },
      found: ({ pending }) => ({ problem: 'line does not add up', orderId: pending.order.id }),
    },
    {
      name: 'named taxes that are not what is charged',
      sql: ({ pending }) => `UPDATE orders SET taxes = '[${namedTax(1, false)}, ${namedTax(5, true)}]' WHERE id = '${pending.order.id}'`,
      found: ({ pending }) => ({ problem: 'taxes do not add up', orderId: pending.order.id, storedMinor: 1, computedMinor: 2 }),
    },
    {
      name: 'lines with more tax in their prices than the order names',
      sql: ({ pending: { order } }) => `
        UPDATE orders SET taxes = '[${namedTax(2, false)}, ${namedTax(5, true)}]' WHERE id = '${order.id}';
        UPDATE order_lines SET included_tax_minor = 6 WHERE order_id = '${order.id}'`,
      found: ({ pending }) => ({ problem: 'lines do not add up to the order', orderId: pending.order.id }),
    },
    {
      name: 'lines that do not add up to their order',
      sql: ({ pending }) => `UPDATE orders SET subtotal_minor = subtotal_minor + 1, shipping_minor = shipping_minor - 1 WHERE id = '${pending.order.id}'`,
      found: ({ pending }) => ({ problem: 'lines do not add up to the order', orderId: pending.order.id, storedMinor: 21, computedMinor: 20 }),
    },
    {
      name: 'an order with less tax than its lines',
      sql: ({ pending }) => `UPDATE order_lines SET tax_minor = 3 WHERE order_id = '${pending.order.id}'`,
      found: ({ pending }) => ({ problem: 'lines do not add up to the order', orderId: pending.order.id }),
    },
    {
      name: 'an order without lines',
      sql: ({ pending }) => `DELETE FROM order_lines WHERE order_id = '${pending.order.id}'`,
      found: ({ pending }) => ({ problem: 'lines do not add up to the order', orderId: pending.order.id, computedMinor: 0 }),
    },
  ])
})

describe('one order only', () => {
  itNames('I12', [
    {
      name: 'two live orders of one cart',
      sql: ({ pending, partly }) => `UPDATE orders SET cart_id = '${pending.order.cartId}' WHERE id = '${partly.order.id}'`,
      refused: { by: 'UNIQUE constraint failed: orders.cart_id', table: 'orders' },
      found: ({ pending }) => ({ problem: 'live orders of one cart', cartId: pending.order.cartId, orders: 2 }),
    },
    {
      name: 'two orders of one idempotency key',
      sql: ({ pending, partly }) => `UPDATE payments SET idempotency_key = 'same' WHERE id IN ('${pending.payment.id}', '${partly.payment.id}')`,
      found: () => ({ problem: 'orders of one idempotency key', operation: 'checkout.place', key: 'same', orders: 2 }),
    },
  ])
})
