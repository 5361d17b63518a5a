import type { Migration } from './ddl.ts'

/** When each list of a provider was last read to its end. Null: never, or not since this column came. */
export const listingsRead: Migration = {
  name: '0022_listings_read',
  up: (t) => [`ALTER TABLE provider_listings ADD COLUMN read_to_end_at ${t.time}`],
  down: () => ['ALTER TABLE provider_listings DROP COLUMN read_to_end_at'],
}
