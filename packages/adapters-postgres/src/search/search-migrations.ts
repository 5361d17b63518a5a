import type { Migration } from '@cartwright/storage-sql'

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

/** Every step of the index's schema, oldest first. */
export const searchMigrations: readonly Migration[] = [firstIndex]
