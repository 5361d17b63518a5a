import type { Migration } from './ddl.ts'
import { indexMigration } from './index-migration.ts'

const listedVersion = {
  table: 'products',
  column: 'listed_version',
  constraint: 'products_listed_version',
  check: 'listed_version BETWEEN 0 AND version',
} as const

/**
 * What listings of a category are walked by: each published product once for every category that it is in or below, beside what it is sorted by. `listed_version` is the
 * version of the product that its entries were made of: where it is another, as with all that was written before, the product is looked up instead.
 */
export const categoryListings: Migration = {
  name: '0023_category_listings',
  up: (t) => [
    `CREATE TABLE category_products (
      product_id ${t.uuid} NOT NULL,
      category_id ${t.uuid} NOT NULL,
      created_at ${t.time} NOT NULL,
      title ${t.text} NOT NULL,
      rating ${t.real} NOT NULL CONSTRAINT category_products_rating CHECK (rating BETWEEN 0 AND 5),
      PRIMARY KEY (product_id, category_id)
    ) ${t.keyedTable}`,
    'CREATE INDEX category_products_newest ON category_products (category_id, created_at, product_id)',
    'CREATE INDEX category_products_title ON category_products (category_id, title, product_id)',
    'CREATE INDEX category_products_best ON category_products (category_id, rating, product_id)',
    `CREATE TABLE category_prices (
      product_id ${t.uuid} NOT NULL,
      category_id ${t.uuid} NOT NULL,
      currency ${t.text} NOT NULL,
      min_minor ${t.int} NOT NULL,
      max_minor ${t.int} NOT NULL,
      PRIMARY KEY (product_id, category_id, currency),
      CONSTRAINT category_prices_range CHECK (min_minor <= max_minor)
    ) ${t.keyedTable}`,
    'CREATE INDEX category_prices_cheapest ON category_prices (category_id, currency, min_minor, product_id, max_minor)',
    ...t.addCount(listedVersion),
  ],
  down: () => ['DROP TABLE category_prices', 'DROP TABLE category_products', 'ALTER TABLE products DROP COLUMN listed_version'],
}

/** In a step of its own: reading all products must not keep others from them. */
export const categoryListingsChecked: Migration = {
  name: '0023_category_listings_checked',
  up: (t) => t.checkOldRows(listedVersion),
  down: () => [],
}

/** The products whose entries are of another version than they are: soon none. And prices with both ends of their ranges, so that a walk passes by what is out of a range. */
export const productsUnlisted = indexMigration('0023_products_unlisted', [
  { name: 'products_unlisted', on: 'products (id) WHERE listed_version <> version' },
  { name: 'product_prices_cheapest', on: 'product_prices (currency, min_minor, product_id, max_minor)' },
])

/** The new one begins as it does, so that the version of before walks along that. */
export const priceRangesReplaced: Migration = {
  name: '0023_ranges_replaced',
  up: () => ['DROP INDEX product_prices_range'],
  down: () => ['CREATE INDEX product_prices_range ON product_prices (currency, min_minor, product_id)'],
}
