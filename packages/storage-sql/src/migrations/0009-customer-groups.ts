import type { Migration } from './ddl.ts'

/** The groups that a customer is in, by name, such as `wholesale`: for prices and promotions of their own. */
export const customerGroups: Migration = {
  name: '0009_customer_groups',
  up: (t) => [`ALTER TABLE customers ADD COLUMN group_names ${t.json} NOT NULL DEFAULT '[]'`],
  down: () => ['ALTER TABLE customers DROP COLUMN group_names'],
}
