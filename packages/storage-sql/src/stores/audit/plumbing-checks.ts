import { sql } from 'kysely'
import type { AuditCheck } from './audit-check.ts'

export const plumbingChecks: readonly AuditCheck[] = [
  {
    id: 'I16',
    invariant: 'A provider’s event that is done with names the change that it made, or why it made none, and none waits for longer than an hour.',
    query: ({ eventsKeptFrom, unreadSince }) => sql`
      SELECT 'done without an outcome' AS problem, provider, event_id AS "eventId", problem AS "lastProblem"
      FROM provider_events WHERE state IN ('processed', 'ignored') AND (outcome IS NULL OR (outcome = 'applied' AND domain_event_id IS NULL))
      UNION ALL
      SELECT 'applied, but its change is not there', provider, event_id, problem
      FROM provider_events
      WHERE outcome = 'applied' AND finished_at >= ${eventsKeptFrom} AND NOT EXISTS (SELECT 1 FROM outbox AS e WHERE e.event_id = provider_events.domain_event_id)
      UNION ALL
      SELECT 'waiting', provider, event_id, problem
      FROM provider_events WHERE state = 'received' AND next_attempt_at IS NOT NULL AND received_at <= ${unreadSince}`,
  },
  {
    id: 'I17',
    invariant:
      'Every step of an order, a payment or a return has its event, which may have been pruned since, and no consumer leaves an event unread for an hour.',
    query: ({ dialect, eventsKeptFrom, unreadSince }) => sql`
      SELECT 'order step without its event' AS problem, CAST(h.order_id AS TEXT) AS id, h.version AS version
      FROM order_history AS h
      WHERE h.at >= ${eventsKeptFrom} AND NOT EXISTS (SELECT 1 FROM outbox AS e WHERE e.event_id = h.event_id)
      UNION ALL
      SELECT 'payment step without its event', CAST(h.payment_id AS TEXT), h.version
      FROM payment_history AS h
      WHERE h.at >= ${eventsKeptFrom} AND NOT EXISTS (SELECT 1 FROM outbox AS e WHERE e.event_id = h.event_id)
      UNION ALL
      SELECT 'return step without its event', CAST(h.return_id AS TEXT), h.version
      FROM return_history AS h
      WHERE h.at >= ${eventsKeptFrom} AND NOT EXISTS (SELECT 1 FROM outbox AS e WHERE e.event_id = h.event_id)
      UNION ALL
      SELECT 'consumer behind', c.name, NULL
      FROM outbox_consumers AS c
      WHERE EXISTS (
        SELECT 1 FROM outbox
        WHERE ${dialect.outboxAfter(sql.ref('c.tx'), sql.ref('c.position'))} AND created_at <= ${unreadSince} AND ${dialect.settledOutbox}
      )`,
  },
  {
    id: 'I18',
    invariant: 'An idempotency key is finished with an answer, or owned by a call that is still running.',
    query: ({ overdue }) => sql`
      SELECT 'abandoned' AS problem, operation, key, step FROM idempotency_keys WHERE state = 'in_progress' AND locked_until <= ${overdue}
      UNION ALL
      SELECT 'finished without an answer', operation, key, step FROM idempotency_keys WHERE state = 'finished' AND result IS NULL AND error IS NULL`,
  },
]
