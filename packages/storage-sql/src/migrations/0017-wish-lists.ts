import type { Migration } from './ddl.ts'

/** Wish lists of customers. The number of a place is what limits how many lists a customer has, and how many SKUs are on one. */
export const wishLists: Migration = {
  name: '0017_wish_lists',
  up: (t) => [
    `CREATE TABLE wish_lists (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      customer_id ${t.text} NOT NULL REFERENCES customers (id),
      place ${t.int} NOT NULL CONSTRAINT wish_lists_most CHECK (place BETWEEN 1 AND 20),
      name ${t.text} NOT NULL,
      share_token_hash ${t.text} CONSTRAINT wish_lists_token UNIQUE,
      shared_at ${t.time},
      share_notes ${t.bool} NOT NULL,
      created_at ${t.time} NOT NULL,
      updated_at ${t.time} NOT NULL,
      CONSTRAINT wish_lists_place UNIQUE (customer_id, place),
      CONSTRAINT wish_lists_shared CHECK ((share_token_hash IS NULL) = (shared_at IS NULL))
    ) ${t.table}`,
    `CREATE TABLE wish_list_items (
      wish_list_id ${t.uuid} NOT NULL REFERENCES wish_lists (id),
      sku ${t.text} NOT NULL REFERENCES variants (sku),
      place ${t.int} NOT NULL CONSTRAINT wish_list_items_most CHECK (place BETWEEN 1 AND 200),
      note ${t.text},
      added_at ${t.time} NOT NULL,
      PRIMARY KEY (wish_list_id, sku),
      CONSTRAINT wish_list_items_place UNIQUE (wish_list_id, place)
    ) ${t.keyedTable}`,
    'CREATE INDEX wish_list_items_sku ON wish_list_items (sku)',
  ],
  down: () => ['DROP TABLE wish_list_items', 'DROP TABLE wish_lists'],
}
