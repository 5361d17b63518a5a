import { describe, expect, it } from 'vitest'
import { itNames, offences, ownTradingShop } from '../../../test/plant.ts'
import { minutes } from '../../../test/small-shop.ts'
import { auditTime } from '../../../test/trading-shop.ts'

const eventOfStep = (table: string, column: string, id: string, version: number) =>
  `(SELECT event_id FROM ${table} WHERE ${column} = '${id}' AND version = ${version})`

const waiting = "state = 'received', outcome = NULL, domain_event_id = NULL, finished_at = NULL"

describe('events of a provider', () => {
  itNames('I16', [
    {
      name: 'one that is done, with nothing to show for it',
      sql: () => "UPDATE provider_events SET outcome = NULL, domain_event_id = NULL WHERE event_id = 'event-1'",
      refused: { by: 'provider_events_ending', table: 'provider_events' },
      found: () => ({ problem: 'done without an outcome', provider: 'fake', eventId: 'event-1' }),
    },
    {
      name: 'one that was applied, and names no change',
      sql: () => "UPDATE provider_events SET domain_event_id = NULL WHERE event_id = 'event-1'",
      refused: { by: 'provider_events_applied', table: 'provider_events' },
      found: () => ({ problem: 'done without an outcome', eventId: 'event-1' }),
    },
    {
      name: 'one whose change never happened',
      sql: () => "UPDATE provider_events SET domain_event_id = '01900000-0000-7000-8000-000000000000' WHERE event_id = 'event-1'",
      found: () => ({ problem: 'applied, but its change is not there', eventId: 'event-1' }),
    },
    {
      name: 'one that has waited for more than an hour',
      sql: () =>
        `UPDATE provider_events SET ${waiting}, problem = 'NOT_FOUND', next_attempt_at = ${minutes(190).getTime()}, received_at = ${minutes(120).getTime()} WHERE event_id = 'event-1'`,
      found: () => ({ problem: 'waiting', eventId: 'event-1', lastProblem: 'NOT_FOUND' }),
    },
  ])

  it('may be parked, and wait for less than an hour', async () => {
    const shop = await ownTradingShop()
    shop.raw.exec(
      `UPDATE provider_events SET ${waiting}, next_attempt_at = ${minutes(190).getTime()}, received_at = ${minutes(150).getTime()} WHERE event_id = 'event-1'`,
    )
    shop.raw.exec(
      `UPDATE provider_events SET state = 'parked', outcome = NULL, problem = 'NOT_FOUND', received_at = ${minutes(1).getTime()} WHERE event_id = 'event-2'`,
    )
    expect(offences(await shop.audit(auditTime))).toEqual([])
  })
})

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
      sql: () => "UPDATE outbox_consumers SET position = position - 20 WHERE name = 'index'",
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
