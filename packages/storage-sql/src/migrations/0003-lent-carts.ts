import type { Migration } from './ddl.ts'

/**
 * Carts can be lent to a store outside the database: two numbers tell who holds one, and what was written by earlier holders. Without a CHECK, which would read
 * the whole table under a strong lock.
 */
export const lentCarts: Migration = {
  name: '0003_lent_carts',
  up: (t) => ['custody_term', 'custody_loan'].map((column) => `ALTER TABLE carts ADD COLUMN ${column} ${t.int} NOT NULL DEFAULT 0`),
  down: () => ['custody_loan', 'custody_term'].map((column) => `ALTER TABLE carts DROP COLUMN ${column}`),
}
