import type { DdlTypes, Migration } from './ddl.ts'

/** The events that payment providers send, and the disputes that some of them tell of. */
export const inbox: Migration = {
  name: '0002_inbox',
  up: (t) => [...providerEvents(t), ...disputes(t)],
  down: () => ['DROP TABLE disputes', 'DROP TABLE provider_events'],
}

function providerEvents(t: DdlTypes): string[] {
  return [
    `CREATE TABLE provider_events (
      provider ${t.text} NOT NULL,
      event_id ${t.text} NOT NULL,
      type ${t.text} NOT NULL,
      subject_type ${t.text} CONSTRAINT provider_events_subject_type CHECK (subject_type IN ('payment', 'refund', 'dispute')),
      subject_id ${t.text},
      provider_payment_id ${t.text},
      live ${t.bool} NOT NULL,
      payload_hash ${t.text},
      created_at ${t.time} NOT NULL,
      received_at ${t.time} NOT NULL,
      state ${t.text} NOT NULL CONSTRAINT provider_events_state CHECK (state IN ('received', 'processed', 'ignored', 'parked')),
      attempts ${t.int} NOT NULL,
      fence ${t.int} NOT NULL,
      next_attempt_at ${t.time},
      outcome ${t.text} CONSTRAINT provider_events_outcome CHECK (outcome IN ('applied', 'nothing_new', 'no_subject', 'not_ours', 'other_mode')),
      domain_event_id ${t.uuid},
      problem ${t.text},
      finished_at ${t.time},
      PRIMARY KEY (provider, event_id),
      CONSTRAINT provider_events_subject CHECK ((subject_type IS NULL) = (subject_id IS NULL)),
      CONSTRAINT provider_events_due CHECK ((state = 'received') = (next_attempt_at IS NOT NULL)),
      CONSTRAINT provider_events_finished CHECK ((state = 'received') = (finished_at IS NULL)),
      CONSTRAINT provider_events_ending CHECK ((state IN ('processed', 'ignored')) = (outcome IS NOT NULL)),
      CONSTRAINT provider_events_applied CHECK (outcome IS NULL OR (outcome = 'applied') = (domain_event_id IS NOT NULL)),
      CONSTRAINT provider_events_parked CHECK (state <> 'parked' OR problem IS NOT NULL)
    ) ${t.keyedTable}`,
    'CREATE INDEX provider_events_next ON provider_events (next_attempt_at) WHERE next_attempt_at IS NOT NULL',
    'CREATE INDEX provider_events_newest ON provider_events (received_at, provider, event_id)',
    'CREATE INDEX provider_events_by_state ON provider_events (state, received_at, provider, event_id)',
    'CREATE INDEX provider_events_payment ON provider_events (provider, provider_payment_id) WHERE provider_payment_id IS NOT NULL',
    "CREATE INDEX provider_events_done ON provider_events (finished_at) WHERE state IN ('processed', 'ignored')",
  ]
}

function disputes(t: DdlTypes): string[] {
  return [
    `CREATE TABLE disputes (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      payment_id ${t.uuid} NOT NULL REFERENCES payments (id),
      order_id ${t.uuid} NOT NULL REFERENCES orders (id),
      provider ${t.text} NOT NULL,
      provider_dispute_id ${t.text} NOT NULL,
      status ${t.text} NOT NULL CONSTRAINT disputes_status CHECK (status IN ('open', 'won', 'lost')),
      amount_minor ${t.int} NOT NULL CONSTRAINT disputes_amount CHECK (amount_minor >= 0),
      currency ${t.text} NOT NULL CONSTRAINT disputes_currency CHECK (length(currency) = 3),
      reason ${t.text} NOT NULL,
      evidence_due_by ${t.time},
      created_at ${t.time} NOT NULL,
      updated_at ${t.time} NOT NULL,
      version ${t.int} NOT NULL CONSTRAINT disputes_version CHECK (version >= 1),
      CONSTRAINT disputes_provider_dispute UNIQUE (provider, provider_dispute_id)
    ) ${t.table}`,
    'CREATE INDEX disputes_order ON disputes (order_id, created_at, id)',
    'CREATE INDEX disputes_of_payment ON disputes (payment_id)',
  ]
}
