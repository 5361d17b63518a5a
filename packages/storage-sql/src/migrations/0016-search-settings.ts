import type { Migration } from './ddl.ts'

/** What staff have decided about search: one row, replaced whole; none before the first change. */
export const searchSettings: Migration = {
  name: '0016_search_settings',
  up: (t) => [
    `CREATE TABLE search_settings (
      id ${t.int} NOT NULL PRIMARY KEY CONSTRAINT search_settings_one CHECK (id = 1),
      version ${t.int} NOT NULL CONSTRAINT search_settings_version CHECK (version >= 1),
      rules ${t.json} NOT NULL,
      synonyms ${t.json} NOT NULL
    ) ${t.table}`,
  ],
  down: () => ['DROP TABLE search_settings'],
}
