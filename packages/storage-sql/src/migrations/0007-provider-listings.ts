import type { Migration } from './ddl.ts'

/** How far the lists of each payment provider have been read. */
export const providerListings: Migration = {
  name: '0007_provider_listings',
  up: (t) => [
    `CREATE TABLE provider_listings (
      provider ${t.text} NOT NULL,
      list ${t.text} NOT NULL CONSTRAINT provider_listings_list CHECK (list IN ('events', 'payments')),
      created_from ${t.time},
      page_after ${t.text},
      fence ${t.int} NOT NULL,
      lease_until ${t.time},
      PRIMARY KEY (provider, list),
      CONSTRAINT provider_listings_place CHECK (page_after IS NULL OR created_from IS NOT NULL)
    ) ${t.keyedTable}`,
  ],
  down: () => ['DROP TABLE provider_listings'],
}
