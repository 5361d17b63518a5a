import type { DdlTypes, Migration } from './ddl.ts'

/** Price lists: for customer groups, from quantities on, for some time. An order line keeps the code of the list that it was sold at. */
export const priceLists: Migration = {
  name: '0012_price_lists',
  up: (t) => [...lists(t), ...prices(t), `ALTER TABLE order_lines ADD COLUMN price_list ${t.text}`],
  down: () => ['ALTER TABLE order_lines DROP COLUMN price_list', 'DROP TABLE price_list_prices', 'DROP TABLE price_list_groups', 'DROP TABLE price_lists'],
}

function lists(t: DdlTypes): string[] {
  return [
    `CREATE TABLE price_lists (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      code ${t.text} NOT NULL CONSTRAINT price_lists_code UNIQUE,
      name ${t.text} NOT NULL,
      currency ${t.text} NOT NULL CONSTRAINT price_lists_currency CHECK (length(currency) = 3),
      priority ${t.int} NOT NULL,
      active ${t.bool} NOT NULL,
      everybody ${t.bool} NOT NULL,
      starts_at ${t.time},
      ends_at ${t.time},
      version ${t.int} NOT NULL CONSTRAINT price_lists_version CHECK (version >= 1),
      created_at ${t.time} NOT NULL,
      updated_at ${t.time} NOT NULL,
      CONSTRAINT price_lists_window CHECK (starts_at < ends_at)
    ) ${t.table}`,
    `CREATE TABLE price_list_groups (
      price_list_id ${t.uuid} NOT NULL REFERENCES price_lists (id),
      group_name ${t.text} NOT NULL,
      PRIMARY KEY (price_list_id, group_name)
    ) ${t.keyedTable}`,
  ]
}

function prices(t: DdlTypes): string[] {
  return [
    `CREATE TABLE price_list_prices (
      price_list_id ${t.uuid} NOT NULL REFERENCES price_lists (id),
      sku ${t.text} NOT NULL REFERENCES variants (sku),
      min_quantity ${t.int} NOT NULL CONSTRAINT price_list_prices_quantity CHECK (min_quantity >= 1),
      amount_minor ${t.int} NOT NULL CONSTRAINT price_list_prices_amount CHECK (amount_minor >= 0),
      PRIMARY KEY (price_list_id, sku, min_quantity)
    ) ${t.keyedTable}`,
    'CREATE INDEX price_list_prices_sku ON price_list_prices (sku)',
  ]
}
