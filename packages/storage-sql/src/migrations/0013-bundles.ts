import type { Migration } from './ddl.ts'

/** Variants that are made of others, and what is sold before it is there. The columns are read with their rows; the table is for looking from a component to its bundles. */
export const bundles: Migration = {
  name: '0013_bundles',
  up: (t) => [
    `ALTER TABLE variants ADD COLUMN components ${t.json}`,
    `ALTER TABLE variants ADD COLUMN available_from ${t.time}`,
    `ALTER TABLE variants ADD COLUMN restock_at ${t.time}`,
    `ALTER TABLE variants ADD COLUMN backorder_limit ${t.int}`,
    `ALTER TABLE order_lines ADD COLUMN components ${t.json}`,
    `ALTER TABLE order_lines ADD COLUMN expected_at ${t.time}`,
    `ALTER TABLE order_lines ADD COLUMN ships_from ${t.time}`,
    `CREATE TABLE bundle_components (
      sku ${t.text} NOT NULL REFERENCES variants (sku),
      component ${t.text} NOT NULL REFERENCES variants (sku),
      quantity ${t.int} NOT NULL CONSTRAINT bundle_components_quantity CHECK (quantity >= 1),
      PRIMARY KEY (sku, component),
      CONSTRAINT bundle_components_other CHECK (sku <> component)
    ) ${t.keyedTable}`,
    'CREATE INDEX bundle_components_component ON bundle_components (component)',
  ],
  down: () => [
    'DROP TABLE bundle_components',
    ...['ships_from', 'expected_at', 'components'].map((column) => `ALTER TABLE order_lines DROP COLUMN ${column}`),
    ...['backorder_limit', 'restock_at', 'available_from', 'components'].map((column) => `ALTER TABLE variants DROP COLUMN ${column}`),
  ],
}
