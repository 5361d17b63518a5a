import type { DdlTypes, Migration } from './ddl.ts'

/** Promotions, the codes that lead to them, and which order uses which. Carts hold codes; orders keep what was taken off. */
export const promotions: Migration = {
  name: '0009_promotions',
  up: (t) => [
    ...promotionTables(t),
    ...voucherTable(t),
    ...redemptionTables(t),
    `ALTER TABLE carts ADD COLUMN vouchers ${t.json}`,
    `ALTER TABLE orders ADD COLUMN promotions ${t.json}`,
  ],
  down: () => [
    'ALTER TABLE orders DROP COLUMN promotions',
    'ALTER TABLE carts DROP COLUMN vouchers',
    'DROP TABLE promotion_redemptions',
    'DROP TABLE promotion_customers',
    'DROP TABLE vouchers',
    'DROP TABLE promotion_state',
    'DROP TABLE promotions',
  ],
}

/** `promotion_state` has one row, or none before there is an automatic promotion: how many automatic promotions are active, and a number that grows when they change, by which quotes know that they are stale. */
function promotionTables(t: DdlTypes): string[] {
  return [
    `CREATE TABLE promotions (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      name ${t.text} NOT NULL,
      automatic ${t.bool} NOT NULL,
      status ${t.text} NOT NULL CONSTRAINT promotions_status CHECK (status IN ('active', 'ended')),
      terms ${t.json} NOT NULL,
      max_uses ${t.int} CONSTRAINT promotions_max_uses CHECK (max_uses >= 1),
      max_uses_per_customer ${t.int} CONSTRAINT promotions_max_uses_per_customer CHECK (max_uses_per_customer >= 1),
      used ${t.int} NOT NULL DEFAULT 0,
      starts_at ${t.time},
      ends_at ${t.time},
      version ${t.int} NOT NULL CONSTRAINT promotions_version CHECK (version >= 1),
      created_at ${t.time} NOT NULL,
      updated_at ${t.time} NOT NULL,
      CONSTRAINT promotions_used CHECK (used >= 0 AND (max_uses IS NULL OR used <= max_uses)),
      CONSTRAINT promotions_window CHECK (ends_at > starts_at)
    ) ${t.table}`,
    'CREATE INDEX promotions_status ON promotions (status, id)',
    `CREATE TABLE promotion_state (
      id ${t.int} NOT NULL PRIMARY KEY CONSTRAINT promotion_state_one CHECK (id = 1),
      revision ${t.int} NOT NULL,
      automatic ${t.int} NOT NULL CONSTRAINT promotion_state_automatic CHECK (automatic >= 0)
    ) ${t.keyedTable}`,
  ]
}

function voucherTable(t: DdlTypes): string[] {
  return [
    `CREATE TABLE vouchers (
      code_key ${t.text} NOT NULL PRIMARY KEY,
      code ${t.text} NOT NULL,
      promotion_id ${t.uuid} NOT NULL REFERENCES promotions (id),
      max_uses ${t.int} CONSTRAINT vouchers_max_uses CHECK (max_uses >= 1),
      used ${t.int} NOT NULL DEFAULT 0,
      ended_at ${t.time},
      created_at ${t.time} NOT NULL,
      CONSTRAINT vouchers_used CHECK (used >= 0 AND (max_uses IS NULL OR used <= max_uses))
    ) ${t.keyedTable}`,
    'CREATE INDEX vouchers_promotion ON vouchers (promotion_id, code_key)',
  ]
}

function redemptionTables(t: DdlTypes): string[] {
  return [
    `CREATE TABLE promotion_customers (
      promotion_id ${t.uuid} NOT NULL REFERENCES promotions (id),
      customer_key ${t.text} NOT NULL,
      used ${t.int} NOT NULL CONSTRAINT promotion_customers_used CHECK (used >= 0),
      PRIMARY KEY (promotion_id, customer_key)
    ) ${t.keyedTable}`,
    'CREATE INDEX promotion_customers_customer ON promotion_customers (customer_key)',
    `CREATE TABLE promotion_redemptions (
      order_id ${t.uuid} NOT NULL REFERENCES orders (id),
      promotion_id ${t.uuid} NOT NULL REFERENCES promotions (id),
      code_key ${t.text} REFERENCES vouchers (code_key),
      customer_key ${t.text},
      redeemed_at ${t.time} NOT NULL,
      released_at ${t.time},
      PRIMARY KEY (order_id, promotion_id)
    ) ${t.keyedTable}`,
    'CREATE INDEX promotion_redemptions_promotion ON promotion_redemptions (promotion_id)',
    'CREATE INDEX promotion_redemptions_code ON promotion_redemptions (code_key) WHERE code_key IS NOT NULL',
    'CREATE INDEX promotion_redemptions_customer ON promotion_redemptions (customer_key) WHERE customer_key IS NOT NULL',
  ]
}
