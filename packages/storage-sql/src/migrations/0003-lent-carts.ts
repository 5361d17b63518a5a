import type { DdlTypes, Migration } from './ddl.ts'

/** Carts can be lent to a store outside the database: who holds one, and what was written by earlier holders, is told by two numbers. */
export const lentCarts: Migration = {
  name: '0003_lent_carts',
  up: (t: DdlTypes) =>
    ['custody_term', 'custody_loan'].map(
      (column) => `ALTER TABLE carts ADD COLUMN ${column} ${t.int} NOT NULL DEFAULT 0 CONSTRAINT carts_${column} CHECK (${column} >= 0)`,
    ),
  down: () => ['custody_loan', 'custody_term'].map((column) => `ALTER TABLE carts DROP COLUMN ${column}`),
}
