import type { DdlTypes, Migration } from './ddl.ts'

const ofOrders = { table: 'orders', column: 'credit_minor', constraint: 'orders_credit', check: 'credit_minor BETWEEN 0 AND total_minor' } as const

/** Gift cards and store credit: balances that cannot be negative, the ledger of what moved them, and what they pay of which order. */
export const credit: Migration = {
  name: '0010_credit',
  up: (t) => [...t.addCount(ofOrders), ...accounts(t), ...entries(t), ...orderCredits(t)],
  down: () => ['DROP TABLE order_credits', 'DROP TABLE credit_entries', 'DROP TABLE credit_accounts', 'ALTER TABLE orders DROP COLUMN credit_minor'],
}

/** In a step of its own: reading all orders must not keep others from them. */
export const creditChecked: Migration = {
  name: '0010_credit_checked',
  up: (t) => t.checkOldRows(ofOrders),
  down: () => [],
}

function accounts(t: DdlTypes): string[] {
  return [
    `CREATE TABLE credit_accounts (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      kind ${t.text} NOT NULL CONSTRAINT credit_accounts_kind CHECK (kind IN ('gift_card', 'store_credit')),
      status ${t.text} NOT NULL CONSTRAINT credit_accounts_status CHECK (status IN ('active', 'disabled')),
      customer_id ${t.text},
      code_hash ${t.text},
      last_four ${t.text},
      currency ${t.text} NOT NULL CONSTRAINT credit_accounts_currency CHECK (length(currency) = 3),
      balance_minor ${t.int} NOT NULL CONSTRAINT credit_accounts_balance CHECK (balance_minor BETWEEN 0 AND 9007199254740991),
      expires_at ${t.time},
      note ${t.text},
      created_at ${t.time} NOT NULL,
      updated_at ${t.time} NOT NULL,
      version ${t.int} NOT NULL CONSTRAINT credit_accounts_version CHECK (version >= 1),
      CONSTRAINT credit_accounts_code_of_card CHECK ((kind = 'gift_card') = (code_hash IS NOT NULL) AND (code_hash IS NULL) = (last_four IS NULL)),
      CONSTRAINT credit_accounts_owner CHECK ((kind = 'store_credit') = (customer_id IS NOT NULL))
    ) ${t.table}`,
    'CREATE UNIQUE INDEX credit_accounts_code ON credit_accounts (code_hash) WHERE code_hash IS NOT NULL',
    'CREATE UNIQUE INDEX credit_accounts_one_per_customer ON credit_accounts (customer_id, currency) WHERE customer_id IS NOT NULL',
    'CREATE INDEX credit_accounts_newest ON credit_accounts (kind, created_at, id)',
    'CREATE INDEX credit_accounts_expiry ON credit_accounts (expires_at) WHERE expires_at IS NOT NULL AND balance_minor > 0',
  ]
}

function entries(t: DdlTypes): string[] {
  return [
    `CREATE TABLE credit_entries (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      account_id ${t.uuid} NOT NULL REFERENCES credit_accounts (id),
      change ${t.text} NOT NULL CONSTRAINT credit_entries_change CHECK (change IN ('issue', 'redeem', 'release', 'refund', 'adjust', 'claim', 'expire')),
      amount_minor ${t.int} NOT NULL CONSTRAINT credit_entries_amount CHECK (amount_minor <> 0),
      order_id ${t.uuid} REFERENCES orders (id),
      order_refund_id ${t.uuid} REFERENCES order_refunds (id),
      reference ${t.text} NOT NULL,
      note ${t.text},
      actor_type ${t.text} NOT NULL,
      actor_id ${t.text},
      at ${t.time} NOT NULL,
      CONSTRAINT credit_entries_once UNIQUE (account_id, reference),
      CONSTRAINT credit_entries_direction CHECK (change NOT IN ('issue', 'release', 'refund') OR amount_minor > 0),
      CONSTRAINT credit_entries_spent CHECK (change NOT IN ('redeem', 'expire') OR amount_minor < 0)
    ) ${t.table}`,
    'CREATE INDEX credit_entries_newest ON credit_entries (account_id, at, id)',
    'CREATE INDEX credit_entries_order ON credit_entries (order_id) WHERE order_id IS NOT NULL',
  ]
}

function orderCredits(t: DdlTypes): string[] {
  return [
    `CREATE TABLE order_credits (
      order_id ${t.uuid} NOT NULL REFERENCES orders (id),
      account_id ${t.uuid} NOT NULL REFERENCES credit_accounts (id),
      position ${t.int} NOT NULL,
      amount_minor ${t.int} NOT NULL CONSTRAINT order_credits_amount CHECK (amount_minor >= 1),
      returned_minor ${t.int} NOT NULL DEFAULT 0 CONSTRAINT order_credits_returned CHECK (returned_minor BETWEEN 0 AND amount_minor),
      PRIMARY KEY (order_id, account_id)
    ) ${t.keyedTable}`,
  ]
}
