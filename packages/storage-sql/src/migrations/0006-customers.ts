import type { DdlTypes, Migration } from './ddl.ts'
import { indexMigration } from './index-migration.ts'

/** Customers, their addresses, and how those without another way sign in. */
export const customers: Migration = {
  name: '0006_customers',
  up: (t) => [...people(t), ...accounts(t)],
  down: () =>
    ['order_addresses', 'customer_sessions', 'customer_tokens', 'customer_credentials', 'customer_default_addresses', 'customer_addresses', 'customers'].map(
      (table) => `DROP TABLE ${table}`,
    ),
}

/** Orders of guests by address of mail, for whoever turns out to have placed them. */
export const guestOrdersByEmail = indexMigration('0006_guest_orders_by_email', [
  { name: 'orders_guest_email', on: 'orders (lower(email)) WHERE customer_id IS NULL' },
])

function people(t: DdlTypes): string[] {
  return [
    `CREATE TABLE customers (
      id ${t.text} NOT NULL PRIMARY KEY,
      email ${t.text},
      email_key ${t.text} CONSTRAINT customers_email UNIQUE,
      email_verified_at ${t.time},
      name ${t.text},
      phone ${t.text},
      version ${t.int} NOT NULL CONSTRAINT customers_version CHECK (version >= 1),
      created_at ${t.time} NOT NULL,
      updated_at ${t.time} NOT NULL,
      CONSTRAINT customers_email_known CHECK ((email IS NULL) = (email_key IS NULL) AND (email IS NOT NULL OR email_verified_at IS NULL))
    ) ${t.table}`,
    'CREATE INDEX customers_newest ON customers (created_at, id)',
    // The number of a place in the book is what limits how many addresses there can be.
    `CREATE TABLE customer_addresses (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      customer_id ${t.text} NOT NULL REFERENCES customers (id),
      place ${t.int} NOT NULL CONSTRAINT customer_addresses_most CHECK (place BETWEEN 1 AND 50),
      address ${t.json} NOT NULL,
      created_at ${t.time} NOT NULL,
      updated_at ${t.time} NOT NULL,
      CONSTRAINT customer_addresses_place UNIQUE (customer_id, place),
      CONSTRAINT customer_addresses_owner UNIQUE (id, customer_id)
    ) ${t.table}`,
    `CREATE TABLE customer_default_addresses (
      customer_id ${t.text} NOT NULL,
      purpose ${t.text} NOT NULL CONSTRAINT customer_default_addresses_purpose CHECK (purpose IN ('shipping', 'billing')),
      address_id ${t.uuid} NOT NULL,
      PRIMARY KEY (customer_id, purpose),
      FOREIGN KEY (address_id, customer_id) REFERENCES customer_addresses (id, customer_id)
    ) ${t.keyedTable}`,
    'CREATE INDEX customer_default_addresses_address ON customer_default_addresses (address_id)',
    // Which addresses of the book an order was sent to and billed to; the order has them word for word.
    `CREATE TABLE order_addresses (
      order_id ${t.uuid} NOT NULL REFERENCES orders (id),
      purpose ${t.text} NOT NULL CONSTRAINT order_addresses_purpose CHECK (purpose IN ('shipping', 'billing')),
      address_id ${t.uuid} NOT NULL REFERENCES customer_addresses (id),
      PRIMARY KEY (order_id, purpose)
    ) ${t.keyedTable}`,
    'CREATE INDEX order_addresses_address ON order_addresses (address_id)',
  ]
}

function accounts(t: DdlTypes): string[] {
  return [
    `CREATE TABLE customer_credentials (
      customer_id ${t.text} NOT NULL PRIMARY KEY REFERENCES customers (id),
      password_hash ${t.text} NOT NULL,
      updated_at ${t.time} NOT NULL
    ) ${t.keyedTable}`,
    `CREATE TABLE customer_tokens (
      token_hash ${t.text} NOT NULL PRIMARY KEY,
      customer_id ${t.text} NOT NULL REFERENCES customers (id),
      purpose ${t.text} NOT NULL CONSTRAINT customer_tokens_purpose CHECK (purpose IN ('verify_email', 'reset_password')),
      expires_at ${t.time} NOT NULL,
      created_at ${t.time} NOT NULL
    ) ${t.keyedTable}`,
    'CREATE INDEX customer_tokens_customer ON customer_tokens (customer_id, purpose)',
    'CREATE INDEX customer_tokens_due ON customer_tokens (expires_at)',
    `CREATE TABLE customer_sessions (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      token_hash ${t.text} NOT NULL CONSTRAINT customer_sessions_token UNIQUE,
      customer_id ${t.text} NOT NULL REFERENCES customers (id),
      created_at ${t.time} NOT NULL,
      seen_at ${t.time} NOT NULL,
      expires_at ${t.time} NOT NULL,
      ends_at ${t.time} NOT NULL,
      CONSTRAINT customer_sessions_end CHECK (expires_at <= ends_at)
    ) ${t.table}`,
    'CREATE INDEX customer_sessions_customer ON customer_sessions (customer_id, created_at)',
    'CREATE INDEX customer_sessions_due ON customer_sessions (expires_at)',
  ]
}
