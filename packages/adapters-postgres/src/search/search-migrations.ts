import { indexMigration, type Migration } from '@cartwright/storage-sql'

/** The table that keeps which of them a database has. */
export const searchLedger = 'search_migrations'

/**
 * The tables of the index. Rows carry the generation they belong to, so that a new content is built beside the one that answers; the single row of
 * `search_index` says which answers.
 */
const firstIndex: Migration = {
  name: '0001_first_index',
  up: (t) => [
    'CREATE EXTENSION IF NOT EXISTS pg_trgm',
    `CREATE TABLE search_index (
      id ${t.int} NOT NULL PRIMARY KEY CONSTRAINT search_index_one CHECK (id = 1),
      generation ${t.int} NOT NULL,
      building ${t.int} CONSTRAINT search_index_building CHECK (building > generation),
      fence ${t.int} NOT NULL DEFAULT 0,
      built_at ${t.time}
    )`,
    'INSERT INTO search_index (id, generation) VALUES (1, 1)',
    `CREATE TABLE search_documents (
      generation ${t.int} NOT NULL,
      id ${t.text} NOT NULL,
      handle ${t.text} NOT NULL,
      title ${t.text} NOT NULL,
      sku ${t.text} NOT NULL,
      in_stock ${t.bool} NOT NULL,
      rating ${t.real} NOT NULL,
      categories text[] NOT NULL,
      currencies text[] NOT NULL,
      min_prices bigint[] NOT NULL,
      max_prices bigint[] NOT NULL,
      words tsvector NOT NULL,
      PRIMARY KEY (generation, id)
    )`,
    // A usual product stays in one piece: ranking reads its words at every hit, and fetching them from a side table costs more than reading a wider row.
    'ALTER TABLE search_documents ALTER COLUMN words SET STORAGE EXTERNAL',
    'ALTER TABLE search_documents SET (toast_tuple_target = 8160)',
    'CREATE INDEX search_documents_words ON search_documents USING gin (words)',
    `CREATE TABLE search_words (
      generation ${t.int} NOT NULL,
      word ${t.text} NOT NULL,
      documents ${t.int} NOT NULL,
      PRIMARY KEY (generation, word)
    ) WITH (fillfactor = 80)`,
    'CREATE INDEX search_words_similar ON search_words USING gin (word gin_trgm_ops)',
  ],
  down: () => ['DROP TABLE search_words', 'DROP TABLE search_documents', 'DROP TABLE search_index'],
}

/**
 * What facets, sorts, highlights and suggestions need. The rows of before lack it until a reindex, and answer queries that ask for none of it meanwhile.
 * Descriptions have a table of their own: ranking reads the other one at every hit.
 */
const facets: Migration = {
  name: '0002_facets',
  up: (t) => [
    `ALTER TABLE search_documents
      ADD COLUMN ratings ${t.int} NOT NULL DEFAULT 0,
      ADD COLUMN created ${t.time} NOT NULL DEFAULT '1970-01-01Z',
      ADD COLUMN title_key ${t.text} NOT NULL DEFAULT '',
      ADD COLUMN labels text[] NOT NULL DEFAULT '{}'`,
    `ALTER TABLE search_words ADD COLUMN titles ${t.int} NOT NULL DEFAULT 0`,
    `CREATE TABLE search_descriptions (
      generation ${t.int} NOT NULL,
      id ${t.text} NOT NULL,
      description ${t.text} NOT NULL,
      PRIMARY KEY (generation, id)
    )`,
    'UPDATE search_index SET built_at = NULL',
  ],
  down: () => [
    'DROP TABLE search_descriptions',
    'ALTER TABLE search_words DROP COLUMN titles',
    'ALTER TABLE search_documents DROP COLUMN ratings, DROP COLUMN created, DROP COLUMN title_key, DROP COLUMN labels',
  ],
}

/** Browsing without words goes by these; completions by the beginnings of words. */
const browsing = indexMigration('0003_browsing', [
  { name: 'search_documents_categories', on: 'search_documents USING gin (categories)' },
  { name: 'search_documents_labels', on: 'search_documents USING gin (labels)' },
  { name: 'search_words_beginning', on: 'search_words (generation, word COLLATE "C")' },
])

/** Every step of the index's schema, oldest first. */
export const searchMigrations: readonly Migration[] = [firstIndex, facets, browsing]
