import type { EventId, InboxEvent, InboxOutcome, InboxState, ProviderSubject } from '@cartwright/core/ports'
import type { Selectable } from 'kysely'
import type { SqlCodecs } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'
import { decodeTime, encodeTime } from './payment-rows.ts'

export type InboxRow = Selectable<Tables['provider_events']>

export function inboxToRow(codecs: SqlCodecs, event: InboxEvent): InboxRow {
  return {
    provider: event.provider,
    event_id: event.eventId,
    type: event.type,
    subject_type: event.subject?.type ?? null,
    subject_id: event.subject?.id ?? null,
    provider_payment_id: event.providerPaymentId,
    live: codecs.bool.encode(event.live),
    payload_hash: event.payloadHash,
    created_at: codecs.time.encode(event.createdAt),
    received_at: codecs.time.encode(event.receivedAt),
    state: event.state,
    attempts: event.attempts,
    fence: event.fence,
    next_attempt_at: encodeTime(codecs, event.nextAttemptAt),
    outcome: event.outcome,
    domain_event_id: event.domainEventId,
    problem: event.problem,
    finished_at: encodeTime(codecs, event.finishedAt),
  }
}

export function inboxFromRow(codecs: SqlCodecs, row: InboxRow): InboxEvent {
  const { subject_type: type, subject_id: id } = row
  return {
    provider: row.provider,
    eventId: row.event_id,
    type: row.type,
    subject: type === null || id === null ? null : { type: type as ProviderSubject['type'], id },
    providerPaymentId: row.provider_payment_id,
    live: codecs.bool.decode(row.live),
    payloadHash: row.payload_hash,
    createdAt: codecs.time.decode(row.created_at),
    receivedAt: codecs.time.decode(row.received_at),
    state: row.state as InboxState,
    attempts: row.attempts,
    fence: row.fence,
    nextAttemptAt: decodeTime(codecs, row.next_attempt_at),
    outcome: row.outcome as InboxOutcome | null,
    domainEventId: row.domain_event_id as EventId | null,
    problem: row.problem,
    finishedAt: decodeTime(codecs, row.finished_at),
  }
}
