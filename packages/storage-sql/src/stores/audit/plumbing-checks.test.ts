import { describe, expect, it } from 'vitest'
import { itNames, offences, ownTradingShop } from '../../../test/plant.ts'
import { minutes } from '../../../test/small-shop.ts'
import { auditTime } from '../../../test/trading-shop.ts'

const eventOfStep = (table: string, column: string, id: string, version: number) =>
  `(SELECT event_id FROM ${table} WHERE ${column} = '${id}' AND version = ${version})`

describe('events', () => {
  itNames('I17', [
    {
      name: 'an order step without its event',
      sql: ({ delivered }) => `DELETE FROM outbox WHERE event_id = ${eventOfStep('order_history', 'order_id', delivered.order.id, 1)}`,
      found: ({ delivered }) => ({ problem: 'order step without its event', id: delivered.order.id, version: 1 }),
    },
    {
      name: 'a payment step without its event',
      sql: ({ partly }) => `DELETE FROM outbox WHERE event_id = ${eventOfStep('payment_history', 'payment_id', partly.payment.id, 2)}`,
      found: ({ partly }) => ({ problem: 'payment step without its event', id: partly.payment.id, version: 2 }),
    },
    {
      name: 'every step when no event was ever written',
      sql: () => 'DELETE FROM outbox',
      found: ({ delivered }) => ({ problem: 'order step without its event', id: delivered.order.id }),
    },
    {
      name: 'a consumer that stopped reading',
      sql: () => "UPDATE outbox_consumers SET position = position - 10 WHERE name = 'index'",
      found: () => ({ problem: 'consumer behind', id: 'index' }),
    },
  ])

  it('may be pruned', async () => {
    const shop = await ownTradingShop()
    const pruned = await shop.at(auditTime, (tx) => tx.outbox.prune({ before: minutes(85), limit: 1_000 }))
    expect(pruned).toBeGreaterThan(5)
    expect(offences(await shop.audit(auditTime))).toEqual([])

    shop.raw.exec(`DELETE FROM outbox WHERE event_id = ${eventOfStep('order_history', 'order_id', shop.expired.order.id, 2)}`)
    expect((await shop.audit(auditTime)).find(({ id }) => id === 'I17')?.samples).toEqual([
      { problem: 'order step without its event', id: shop.expired.order.id, version: 2 },
    ])
  })

  it('may all be pruned', async () => {
    const shop = await ownTradingShop()
    await shop.at(minutes(1_000), (tx) => tx.outbox.prune({ before: minutes(999), limit: 1_000 }))
    expect(shop.raw.prepare('SELECT count(*) FROM outbox').pluck().get()).toBe(0)
    expect((await shop.audit(auditTime)).find(({ id }) => id === 'I17')?.violations).toBe(0)
  })
})

describe('idempotency keys', () => {
  itNames('I18', [
    {
      name: 'a key whose call died',
      sql: () => "UPDATE idempotency_keys SET locked_until = locked_until - 3600000 WHERE key = 'running'",
      found: () => ({ problem: 'abandoned', operation: 'checkout.place', key: 'running' }),
    },
    {
      name: 'a finished key without an answer',
      sql: () => "UPDATE idempotency_keys SET result = NULL WHERE key = 'done'",
      refused: { by: 'idempotency_keys_answer', table: 'idempotency_keys' },
      found: () => ({ problem: 'finished without an answer', key: 'done' }),
    },
  ])
})
