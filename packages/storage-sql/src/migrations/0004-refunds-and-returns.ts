import type { DdlTypes, Migration } from './ddl.ts'

/** Each CHECK names columns of before it only, so that they can be dropped from the last. */
const counts = [
  { column: 'cancelled_quantity', constraint: 'order_lines_cancelled', check: 'cancelled_quantity BETWEEN 0 AND quantity - fulfilled_quantity' },
  { column: 'refunded_quantity', constraint: 'order_lines_refunded', check: 'refunded_quantity BETWEEN cancelled_quantity AND quantity' },
  {
    column: 'returning_quantity',
    constraint: 'order_lines_returning',
    check: 'returning_quantity >= 0 AND returning_quantity + refunded_quantity - cancelled_quantity <= fulfilled_quantity',
  },
] as const

/** Refunds that staff decide on, by lines and amounts: what they were for, and what became of the units. Returns, from the wish to the money. */
export const refundsAndReturns: Migration = {
  name: '0004_refunds_and_returns',
  up: (t) => [
    ...counts.flatMap((count) => t.addCount({ table: 'order_lines', ...count })),
    `ALTER TABLE refunds ADD COLUMN order_refund_id ${t.uuid}`,
    ...orderRefunds(t),
    ...returns(t),
  ],
  down: () => [
    'DROP TABLE return_history',
    'DROP TABLE return_lines',
    'DROP TABLE returns',
    'DROP TABLE order_refund_lines',
    'DROP TABLE order_refunds',
    'ALTER TABLE refunds DROP COLUMN order_refund_id',
    ...[...counts].reverse().map(({ column }) => `ALTER TABLE order_lines DROP COLUMN ${column}`),
  ],
}

/** In a step of its own: reading all lines must not keep others from them. */
export const refundsChecked: Migration = {
  name: '0004_refunds_checked',
  up: (t) => counts.flatMap(({ constraint }) => t.checkOldRows({ table: 'order_lines', constraint })),
  down: () => [],
}

function orderRefunds(t: DdlTypes): string[] {
  return [
    `CREATE TABLE order_refunds (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      order_id ${t.uuid} NOT NULL REFERENCES orders (id),
      return_id ${t.uuid} CONSTRAINT order_refunds_return UNIQUE,
      amount_minor ${t.int} NOT NULL CONSTRAINT order_refunds_amount CHECK (amount_minor >= 0),
      shipping_minor ${t.int} NOT NULL CONSTRAINT order_refunds_shipping CHECK (shipping_minor BETWEEN 0 AND amount_minor),
      currency ${t.text} NOT NULL CONSTRAINT order_refunds_currency CHECK (length(currency) = 3),
      reason ${t.text} NOT NULL,
      actor_type ${t.text} NOT NULL,
      actor_id ${t.text},
      created_at ${t.time} NOT NULL
    ) ${t.table}`,
    'CREATE INDEX order_refunds_order ON order_refunds (order_id, created_at, id)',
    `CREATE TABLE order_refund_lines (
      order_refund_id ${t.uuid} NOT NULL REFERENCES order_refunds (id),
      order_line_id ${t.uuid} NOT NULL REFERENCES order_lines (id),
      quantity ${t.int} NOT NULL CONSTRAINT order_refund_lines_quantity CHECK (quantity >= 1),
      cancelled_quantity ${t.int} NOT NULL,
      restocked_quantity ${t.int} NOT NULL CONSTRAINT order_refund_lines_restocked CHECK (restocked_quantity >= 0),
      amount_minor ${t.int} NOT NULL CONSTRAINT order_refund_lines_amount CHECK (amount_minor >= 0),
      tax_minor ${t.int} NOT NULL CONSTRAINT order_refund_lines_tax CHECK (tax_minor BETWEEN 0 AND amount_minor),
      PRIMARY KEY (order_refund_id, order_line_id),
      CONSTRAINT order_refund_lines_cancelled CHECK (cancelled_quantity BETWEEN 0 AND quantity - restocked_quantity)
    ) ${t.keyedTable}`,
    'CREATE INDEX order_refund_lines_line ON order_refund_lines (order_line_id)',
  ]
}

function returns(t: DdlTypes): string[] {
  const statuses = "'requested', 'approved', 'received', 'refunded', 'rejected', 'cancelled'"
  const reasons = "'damaged', 'defective', 'wrong_item', 'not_as_described', 'does_not_fit', 'changed_mind', 'arrived_late', 'other'"
  return [
    `CREATE TABLE returns (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      order_id ${t.uuid} NOT NULL REFERENCES orders (id),
      status ${t.text} NOT NULL CONSTRAINT returns_status CHECK (status IN (${statuses})),
      rejection ${t.text},
      created_at ${t.time} NOT NULL,
      updated_at ${t.time} NOT NULL,
      version ${t.int} NOT NULL CONSTRAINT returns_version CHECK (version >= 1),
      CONSTRAINT returns_rejection CHECK ((status = 'rejected') = (rejection IS NOT NULL))
    ) ${t.table}`,
    'CREATE INDEX returns_order ON returns (order_id, id)',
    'CREATE INDEX returns_newest ON returns (status, id)',
    `CREATE TABLE return_lines (
      return_id ${t.uuid} NOT NULL REFERENCES returns (id),
      order_line_id ${t.uuid} NOT NULL REFERENCES order_lines (id),
      quantity ${t.int} NOT NULL CONSTRAINT return_lines_quantity CHECK (quantity >= 1),
      reason ${t.text} NOT NULL CONSTRAINT return_lines_reason CHECK (reason IN (${reasons})),
      note ${t.text},
      received_quantity ${t.int} NOT NULL CONSTRAINT return_lines_received CHECK (received_quantity BETWEEN 0 AND quantity),
      restocked_quantity ${t.int} NOT NULL,
      PRIMARY KEY (return_id, order_line_id),
      CONSTRAINT return_lines_restocked CHECK (restocked_quantity BETWEEN 0 AND received_quantity)
    ) ${t.keyedTable}`,
    'CREATE INDEX return_lines_line ON return_lines (order_line_id)',
    `CREATE TABLE return_history (
      return_id ${t.uuid} NOT NULL REFERENCES returns (id),
      version ${t.int} NOT NULL,
      status ${t.text} NOT NULL CONSTRAINT return_history_status CHECK (status IN (${statuses})),
      event_id ${t.uuid} NOT NULL,
      actor_type ${t.text} NOT NULL,
      actor_id ${t.text},
      at ${t.time} NOT NULL,
      PRIMARY KEY (return_id, version)
    ) ${t.keyedTable}`,
  ]
}
