import { describe, expect, it } from 'vitest'
import { itNames, offences, ownTradingShop } from '../../../test/plant.ts'
import {
  createdPayment,
  eventOf,
  minutes,
  moveOrder,
  movePayment,
  orderLine,
  orderStep,
  paymentStep,
  pendingOrder,
  queueRefund,
} from '../../../test/small-shop.ts'
import { auditTime, type TradingShop } from '../../../test/trading-shop.ts'

/** A second captured payment for an order. */
const extraPayment = (orderId: string, id: string, minor: number) => `
  INSERT INTO payments (id, order_id, provider, provider_payment_id, method, capture, status, amount_minor, currency, authorised_minor, captured_minor, created_at, updated_at, version)
  SELECT '${id}', order_id, provider, 'extra', method, capture, 'captured', amount_minor, currency, 0, ${minor}, created_at, updated_at, 2 FROM payments WHERE order_id = '${orderId}';
  INSERT INTO payment_history SELECT '${id}', version, CASE version WHEN 2 THEN 'captured' ELSE status END, event_id, actor_type, actor_id, at
  FROM payment_history WHERE payment_id = (SELECT id FROM payments WHERE order_id = '${orderId}' AND id <> '${id}')`

const extraId = '00000000-0000-7000-8000-0000000000e1'

const secondRefund = (paymentId: string, columns: string, values: string) =>
  `INSERT INTO refunds (payment_id, order_id, provider, idempotency_key, status, currency, reason, created_at, updated_at, version, ${columns})
   SELECT payment_id, order_id, provider, 'second', 'pending', currency, reason, created_at, updated_at, 1, ${values} FROM refunds WHERE payment_id = '${paymentId}'`

describe('money of confirmed orders', () => {
  itNames('I6', [
    {
      name: 'an authorisation below the total',
      sql: ({ partly }) => `UPDATE payments SET authorised_minor = authorised_minor - 1 WHERE id = '${partly.payment.id}'`,
      found: ({ partly }) => ({ orderId: partly.order.id, totalMinor: 37, receivedMinor: 36 }),
    },
    {
      name: 'a confirmed order without any payment',
      sql: ({ partly, expired }) => `UPDATE payments SET order_id = '${expired.order.id}' WHERE id = '${partly.payment.id}'`,
      found: ({ partly }) => ({ orderId: partly.order.id, receivedMinor: 0 }),
    },
    {
      name: 'a paid order whose money is only authorised',
      sql: ({ partly }) => `UPDATE orders SET payment_status = 'paid' WHERE id = '${partly.order.id}'`,
      found: ({ partly }) => ({ orderId: partly.order.id, capturedMinor: 0 }),
    },
    {
      name: 'a paid order that kept a second payment',
      sql: ({ delivered }) => extraPayment(delivered.order.id, extraId, 47),
      found: ({ delivered }) => ({ orderId: delivered.order.id, totalMinor: 47, keptMinor: 94 }),
    },
    {
      name: 'money in another currency',
      sql: ({ delivered }) => `UPDATE payments SET currency = 'EUR' WHERE id = '${delivered.payment.id}'`,
      found: ({ delivered }) => ({ orderId: delivered.order.id, currency: 'USD', receivedMinor: 0 }),
    },
  ])

  it('is none for an order that costs nothing', async () => {
    const shop = await ownTradingShop()
    await shop.at(minutes(150), async (tx) => {
      const line = { ...orderLine('FILE', 1), unitMinor: 0, totalMinor: 0 }
      const order = pendingOrder(tx.now, [line], { shippingMinor: 0, taxMinor: 0, totalMinor: 0, paymentStatus: 'none' })
      const step = orderStep(order, 'placed')
      await tx.orders.insert({ order, history: step })
      await tx.outbox.append([eventOf(step)])
      await moveOrder(tx, order, 'confirmed', { status: 'confirmed' })
    })
    expect(offences(await shop.audit(auditTime))).toEqual([])
  })

  it('may come twice if the second payment is given back', async () => {
    const shop = await ownTradingShop()
    await shop.at(minutes(150), async (tx) => {
      const created = createdPayment(tx.now, shop.delivered.order)
      const step = paymentStep(created)
      await tx.payments.insert({ payment: created, history: step })
      await tx.outbox.append([eventOf(step)])
      await queueRefund(tx, await movePayment(tx, created, 'captured', { capturedMinor: created.amountMinor }))
    })
    expect(offences(await shop.audit(auditTime))).toEqual([])
  })
})

describe('money that must go back', () => {
  const cancelledFound = ({ cancelled }: TradingShop) => ({ orderId: cancelled.order.id, status: 'cancelled', keptMinor: 17, authorisedMinor: 0 })
  itNames('I7', [
    {
      name: 'captured money of a cancelled order',
      sql: ({ cancelled }) => `DELETE FROM refunds WHERE payment_id = '${cancelled.payment.id}'`,
      found: cancelledFound,
    },
    {
      name: 'captured money of a cancelled order whose refund failed',
      sql: ({ cancelled }) => `UPDATE refunds SET status = 'failed' WHERE payment_id = '${cancelled.payment.id}'`,
      found: cancelledFound,
    },
    {
      name: 'a refund that has been on its way for longer than ten days',
      sql: ({ cancelled }) => `UPDATE refunds SET created_at = created_at - 864000001 WHERE payment_id = '${cancelled.payment.id}'`,
      found: ({ cancelled }) => ({ orderId: cancelled.order.id, status: 'refund pending' }),
    },
    {
      name: 'authorised money of an expired order',
      sql: ({ expired }) => `UPDATE payments SET authorised_minor = 17 WHERE id = '${expired.payment.id}'`,
      found: ({ expired }) => ({ orderId: expired.order.id, status: 'expired', authorisedMinor: 17 }),
    },
    {
      name: 'money of an order that stayed pending',
      sql: ({ expired }) => `UPDATE orders SET status = 'pending', expires_at = 99999999999999 WHERE id = '${expired.order.id}';
        UPDATE payments SET captured_minor = 17 WHERE id = '${expired.payment.id}'`,
      found: ({ expired }) => ({ orderId: expired.order.id, status: 'pending', keptMinor: 17 }),
    },
    {
      name: 'an extra payment of a confirmed order',
      sql: ({ partly }) => extraPayment(partly.order.id, extraId, 1),
      found: ({ partly }) => ({ orderId: partly.order.id, status: 'confirmed', totalMinor: 37, authorisedMinor: 37, keptMinor: 1 }),
    },
  ])

  it('is not a violation of I7 before the grace is over', async () => {
    const shop = await ownTradingShop()
    shop.raw.exec(`DELETE FROM refunds WHERE payment_id = '${shop.cancelled.payment.id}'`)
    const violations = async (time: Date) => (await shop.audit(time)).find(({ id }) => id === 'I7')?.violations
    expect(await violations(minutes(95))).toBe(0)
    expect(await violations(minutes(96))).toBe(1)
  })

  it('is not a violation of I7 while a dispute holds the refund back', async () => {
    const shop = await ownTradingShop()
    const paymentId = shop.cancelled.payment.id
    shop.raw.exec(`
      UPDATE refunds SET created_at = created_at - 864000001 WHERE payment_id = '${paymentId}';
      INSERT INTO disputes (id, ${disputeColumns})
      SELECT 'held', '${paymentId}', order_id, provider, 'dispute-2', 'open', amount_minor, currency, reason, evidence_due_by, created_at, updated_at, 1 FROM disputes`)
    expect((await shop.audit(auditTime)).find(({ id }) => id === 'I7')).toMatchObject({ violations: 0 })
    shop.raw.exec("UPDATE disputes SET status = 'won' WHERE id = 'held'")
    expect((await shop.audit(auditTime)).find(({ id }) => id === 'I7')).toMatchObject({ violations: 1 })
  })

  itNames('I8', [
    {
      name: 'refunds beyond what was captured',
      sql: ({ cancelled }) => secondRefund(cancelled.payment.id, 'id, amount_minor', "'second', 1"),
      found: ({ cancelled }) => ({ problem: 'more than was captured', paymentId: cancelled.payment.id, refundedMinor: 18, capturedMinor: 17 }),
    },
    {
      name: 'a refund of nothing',
      sql: ({ cancelled }) => secondRefund(cancelled.payment.id, 'id, amount_minor', "'second', 0"),
      refused: { by: 'refunds_amount', table: 'refunds' },
      found: ({ cancelled }) => ({ problem: 'of nothing', paymentId: cancelled.payment.id, refundedMinor: 0 }),
    },
    {
      name: 'a line of which more was refunded than it cost',
      sql: ({ refunded }) => `UPDATE order_refund_lines SET amount_minor = 31 WHERE order_refund_id = '${refunded.refund.id}'`,
      found: ({ refunded }) => ({ problem: 'more than the line cost', id: refunded.order.lines[0]?.id, refundedMinor: 31, capturedMinor: 30 }),
    },
    {
      name: 'shipping that was refunded twice',
      sql: ({ refunded }) => `UPDATE order_refunds SET shipping_minor = 14 WHERE id = '${refunded.refund.id}'`,
      found: ({ refunded }) => ({ problem: 'more than the shipping cost', id: refunded.order.id, refundedMinor: 14, capturedMinor: 7 }),
    },
    {
      name: 'a decision to refund whose money nobody sends',
      sql: ({ refunded }) => `UPDATE refunds SET order_refund_id = NULL WHERE order_refund_id = '${refunded.refund.id}'`,
      found: ({ refunded }) => ({ problem: 'decided and not queued', id: refunded.refund.id, refundedMinor: 0, capturedMinor: 27 }),
    },
  ])
})

const disputeColumns =
  'payment_id, order_id, provider, provider_dispute_id, status, amount_minor, currency, reason, evidence_due_by, created_at, updated_at, version'

describe('ids that come once', () => {
  itNames('I13', [
    {
      name: 'two payments with one provider id',
      sql: ({ partly, delivered }) => `UPDATE payments SET provider_payment_id = 'pay-${delivered.payment.id}' WHERE id = '${partly.payment.id}'`,
      refused: { by: 'UNIQUE constraint failed: payments.provider, payments.provider_payment_id', table: 'payments' },
      found: ({ delivered }) => ({ problem: 'provider payment', provider: 'fake', id: `pay-${delivered.payment.id}`, rows: 2 }),
    },
    {
      name: 'two refunds with one provider id',
      sql: ({ cancelled }) => secondRefund(cancelled.payment.id, 'id, amount_minor, provider_refund_id', "'second', 1, provider_refund_id"),
      refused: { by: 'UNIQUE constraint failed: refunds.provider, refunds.provider_refund_id', table: 'refunds' },
      found: () => ({ problem: 'provider refund', rows: 2 }),
    },
    {
      name: 'two disputes with one provider id',
      sql: () => `INSERT INTO disputes SELECT 'second', ${disputeColumns} FROM disputes`,
      refused: { by: 'UNIQUE constraint failed: disputes.provider, disputes.provider_dispute_id', table: 'disputes' },
      found: () => ({ problem: 'provider dispute', id: 'dispute-1', rows: 2 }),
    },
    {
      name: 'an event of a provider twice',
      sql: () => "INSERT INTO provider_events SELECT * FROM provider_events WHERE event_id = 'event-1'",
      refused: { by: 'UNIQUE constraint failed: provider_events.provider, provider_events.event_id', table: 'provider_events' },
      found: () => ({ problem: 'provider event', provider: 'fake', id: 'event-1', rows: 2 }),
    },
    {
      name: 'an event twice',
      sql: () =>
        `INSERT INTO outbox SELECT position + 1000, tx, event_id, topic, aggregate_type, aggregate_id, aggregate_version, payload, created_at FROM outbox LIMIT 1`,
      refused: { by: 'UNIQUE constraint failed: outbox.event_id', table: 'outbox' },
      found: () => ({ problem: 'event', rows: 2 }),
    },
  ])
})
