import type { Migration } from './ddl.ts'

/** Variants that are made of others. The columns are read with their rows; the table is for looking from a component to its bundles. */
export const bundles: Migration = {
  name: '0013_bundles',
  up: (t) => [
    `ALTER TABLE variants ADD COLUMN components ${t.json}`,
    `ALTER TABLE order_lines ADD COLUMN components ${t.json}`,
    `CREATE TABLE bundle_components (
      sku ${t.text} NOT NULL REFERENCES variants (sku),
      component ${t.text} NOT NULL REFERENCES variants (sku),
      quantity ${t.int} NOT NULL CONSTRAINT bundle_components_quantity CHECK (quantity >= 1),
      PRIMARY KEY (sku, component),
      CONSTRAINT bundle_components_other CHECK (sku <> component)
    ) ${t.keyedTable}`,
    'CREATE INDEX bundle_components_component ON bundle_components (component)',
  ],
  down: () => ['DROP TABLE bundle_components', 'ALTER TABLE order_lines DROP COLUMN components', 'ALTER TABLE variants DROP COLUMN components'],
}
