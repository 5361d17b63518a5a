import { describe } from 'vitest'
import { itNames } from '../../../test/plant.ts'

describe('replaying histories', () => {
  itNames('I15', [
    {
      name: 'a lost step of an order',
      sql: ({ delivered }) => `DELETE FROM order_history WHERE order_id = '${delivered.order.id}' AND version = 2`,
      found: ({ delivered }) => ({ problem: 'order has a gap or an illegal step', id: delivered.order.id, version: 3 }),
    },
    {
      name: 'an order whose last step was not recorded',
      sql: ({ pending }) => `UPDATE orders SET version = 2 WHERE id = '${pending.order.id}'`,
      found: ({ pending }) => ({ problem: 'order differs from its last step', id: pending.order.id, version: 2 }),
    },
    {
      name: 'a recorded step that the order did not take',
      sql: ({ delivered }) => `UPDATE orders SET version = 3 WHERE id = '${delivered.order.id}'`,
      found: ({ delivered }) => ({ problem: 'order has a gap or an illegal step', id: delivered.order.id, version: 4 }),
    },
    ...['payment_status', 'fulfilment_status', 'disputed'].map((column) => ({
      name: `an order whose ${column} differs from its last step`,
      sql: ({ partly }: { partly: { order: { id: string } } }) =>
        `UPDATE orders SET ${column} = ${column === 'disputed' ? '1' : column === 'payment_status' ? "'paid'" : "'shipped'"} WHERE id = '${partly.order.id}'`,
      found: ({ partly }: { partly: { order: { id: string } } }) => ({ problem: 'order differs from its last step', id: partly.order.id }),
    })),
    {
      name: 'an order that came back from cancelled',
      sql: ({ delivered }) => `UPDATE order_history SET status = 'cancelled' WHERE order_id = '${delivered.order.id}' AND version = 2`,
      found: ({ delivered }) => ({ problem: 'order has a gap or an illegal step', id: delivered.order.id, version: 3 }),
    },
    {
      name: 'a payment state that no step leads to',
      sql: ({ delivered }) => `UPDATE order_history SET payment_status = 'partially_refunded' WHERE order_id = '${delivered.order.id}' AND version = 2`,
      found: ({ delivered }) => ({ problem: 'order has a gap or an illegal step', id: delivered.order.id, version: 2 }),
    },
    {
      name: 'an order delivered before it was shipped',
      sql: ({ delivered }) => `UPDATE order_history SET fulfilment_status = 'none' WHERE order_id = '${delivered.order.id}' AND version = 3`,
      found: ({ delivered }) => ({ problem: 'order has a gap or an illegal step', id: delivered.order.id, version: 4 }),
    },
    {
      name: 'an order that began in a state it cannot begin in',
      sql: ({ pending }) => `UPDATE order_history SET payment_status = 'refunded' WHERE order_id = '${pending.order.id}'`,
      found: ({ pending }) => ({ problem: 'order has a gap or an illegal step', id: pending.order.id, version: 1 }),
    },
    {
      name: 'an order without a history',
      sql: ({ pending }) => `DELETE FROM order_history WHERE order_id = '${pending.order.id}'`,
      found: ({ pending }) => ({ problem: 'order differs from its last step', id: pending.order.id }),
    },
    {
      name: 'a payment that differs from its last step',
      sql: ({ partly }) => `UPDATE payments SET status = 'captured' WHERE id = '${partly.payment.id}'`,
      found: ({ partly }) => ({ problem: 'payment differs from its last step', id: partly.payment.id }),
    },
    {
      name: 'a lost step of a payment',
      sql: ({ partly }) => `DELETE FROM payment_history WHERE payment_id = '${partly.payment.id}' AND version = 1`,
      found: ({ partly }) => ({ problem: 'payment has a gap or an illegal step', id: partly.payment.id, version: 2 }),
    },
    {
      name: 'a payment that failed after it was captured',
      sql: ({ expired }) => `UPDATE payment_history SET status = 'captured' WHERE payment_id = '${expired.payment.id}' AND version = 1`,
      found: ({ expired }) => ({ problem: 'payment has a gap or an illegal step', id: expired.payment.id, version: 2 }),
    },
    {
      name: 'a parcel whose version does not tell its state',
      sql: ({ partly }) => `UPDATE fulfilments SET version = 2 WHERE order_id = '${partly.order.id}'`,
      found: () => ({ problem: 'parcel differs from its version', version: 2 }),
    },
    {
      name: 'a line with more shipped than its parcels hold',
      sql: ({ partly }) => `UPDATE order_lines SET fulfilled_quantity = 2 WHERE order_id = '${partly.order.id}'`,
      found: ({ partly }) => ({ problem: 'parcels do not add up to the line', id: partly.order.id }),
    },
    {
      name: 'a parcel line that no order line counts',
      sql: ({ partly }) => `UPDATE order_lines SET fulfilled_quantity = 0 WHERE order_id = '${partly.order.id}'`,
      found: ({ partly }) => ({ problem: 'fulfilment status differs from lines and parcels', id: partly.order.id }),
    },
    {
      name: 'a refunded unit that no refund counts',
      sql: ({ refunded }) => `UPDATE order_refund_lines SET quantity = 3 WHERE order_refund_id = '${refunded.refund.id}'`,
      found: ({ refunded }) => ({ problem: 'refunds do not add up to the line', id: refunded.order.id }),
    },
    {
      name: 'a return whose history leads elsewhere',
      sql: ({ refunded }) => `UPDATE returns SET status = 'approved' WHERE id = '${refunded.returned.id}'`,
      found: ({ refunded }) => ({ problem: 'return differs from its last step', id: refunded.returned.id, version: 3 }),
    },
    {
      name: 'a return that was received before it was approved',
      sql: ({ refunded }) => `UPDATE return_history SET status = 'requested' WHERE return_id = '${refunded.returned.id}' AND version = 2`,
      found: ({ refunded }) => ({ problem: 'return has a gap or an illegal step', id: refunded.returned.id, version: 3 }),
    },
    {
      name: 'a unit in a return that the line does not count',
      sql: ({ refunded }) => `UPDATE order_lines SET returning_quantity = 0 WHERE order_id = '${refunded.order.id}'`,
      found: ({ refunded }) => ({ problem: 'returns do not add up to the line', id: refunded.order.id, version: 0 }),
    },
    {
      name: 'a unit that is in two returns',
      sql: ({ delivered }) => `UPDATE order_lines SET returning_quantity = 3 WHERE order_id = '${delivered.order.id}' AND sku = 'SKU-A'`,
      refused: { by: 'order_lines_returning', table: 'order_lines' },
      found: ({ delivered }) => ({ problem: 'returns do not add up to the line', id: delivered.order.id, version: 3 }),
    },
    {
      name: 'a refund of a return that was not refunded',
      sql: ({ refunded }) => `UPDATE order_refunds SET return_id = '${refunded.returned.id}' WHERE id = '${refunded.refund.id}'`,
      found: ({ refunded }) => ({ problem: 'return differs from its refund', id: refunded.returned.id }),
    },
    {
      name: 'an order that waits for a unit which was refunded',
      sql: ({ refunded }) => `UPDATE orders SET fulfilment_status = 'partial' WHERE id = '${refunded.order.id}'`,
      found: ({ refunded }) => ({ problem: 'fulfilment status differs from lines and parcels', id: refunded.order.id }),
    },
    {
      name: 'a delivered order with a parcel on the way',
      sql: ({ delivered }) => `UPDATE fulfilments SET status = 'shipped', delivered_at = NULL, version = 1 WHERE order_id = '${delivered.order.id}'`,
      found: ({ delivered }) => ({ problem: 'fulfilment status differs from lines and parcels', id: delivered.order.id }),
    },
  ])
})
