/** The SQL of the index. Each text is constant, so that Postgres plans it once a connection. */

/** For one transaction: what `%` takes for alike, since the server's setting may be another. One wrong letter in a word of five leaves a third of its trigrams. */
export const settings = "SELECT set_config('pg_trgm.similarity_threshold', '0.3', true)"

/**
 * The same where words are looked for. The planner takes asking a row for words for a matter of nothing, and would rather ask every row than read those that the
 * index of words names.
 */
export const settingsForWords = `${settings}, set_config('enable_seqscan', 'off', true)`

/**
 * How the index stands, and which of its words are like those that were typed. One row at least. $1: all words, $2: those that may have typos, $3:
 * those of which it matters whether a word begins so: if one does, it is found with a star.
 */
export const findWords = `
  WITH live AS MATERIALIZED (
    SELECT generation, coalesce((SELECT documents FROM search_words WHERE generation = search_index.generation AND word = ''), 0) AS products
    FROM search_index WHERE id = 1
  )
  SELECT live.generation, live.products, found.asked, found.word, found.documents
  FROM live LEFT JOIN LATERAL (
    SELECT word AS asked, word, documents FROM search_words WHERE generation = live.generation AND word = ANY ($1)
    UNION ALL
    SELECT typed.word, alike.word, alike.documents
    FROM unnest($2::text[]) AS typed (word)
    CROSS JOIN LATERAL (
      SELECT word, documents FROM search_words
      WHERE generation = live.generation AND search_words.word % typed.word AND length(search_words.word) BETWEEN length(typed.word) - 2 AND length(typed.word) + 2
      ORDER BY similarity(search_words.word, typed.word) DESC, search_words.word LIMIT 100
    ) AS alike
    WHERE alike.word <> typed.word
    UNION ALL
    SELECT typed.word, typed.word || '*', 1 FROM unnest($3::text[]) AS typed (word)
    WHERE EXISTS (
      SELECT FROM search_words
      WHERE generation = live.generation AND word COLLATE "C" >= typed.word AND word COLLATE "C" < typed.word || chr(1114111) AND documents > 0)
  ) AS found ON found.documents > 0`

/** Words that begin as the one typed does, by the number of titles that have them. $1 generation, $2 the beginning, $3 limit. */
export const findBeginnings = `
  SELECT word, titles FROM search_words
  WHERE generation = $1 AND word COLLATE "C" >= $2 AND word COLLATE "C" < $2 || chr(1114111) AND titles > 0
  ORDER BY titles DESC, word COLLATE "C" LIMIT $3`

/** Of each word how many products have it in the title and match besides, 100 at most, and one such title. $1 generation, $2 words, $3 a `tsquery` each. */
export const countCompletions = `
  SELECT candidate.word, counted.count, counted.title
  FROM unnest($2::text[], $3::tsquery[]) AS candidate (word, query)
  CROSS JOIN LATERAL (
    SELECT count(*) AS count, min(title) AS title
    FROM (SELECT title FROM search_documents WHERE generation = $1 AND words @@ candidate.query LIMIT 100) AS found
  ) AS counted`

/** One title of each word. $1 generation, $2 words, $3 a `tsquery` each. */
export const findTitles = `
  SELECT candidate.word, found.title
  FROM unnest($2::text[], $3::tsquery[]) AS candidate (word, query)
  CROSS JOIN LATERAL (SELECT title FROM search_documents WHERE generation = $1 AND words @@ candidate.query LIMIT 1) AS found`

/** Writers take their turn on this row. */
export const lockIndex = 'SELECT generation, building, fence FROM search_index WHERE id = 1 FOR UPDATE'

export const raiseFence = 'UPDATE search_index SET fence = $1 WHERE id = 1 AND fence < $1'

const columns = [
  ...['handle text', 'title text', 'sku text', 'in_stock boolean', 'rating float8', 'ratings integer', 'created timestamptz', 'title_key text'],
  ...['categories text[]', 'currencies text[]', 'min_prices bigint[]', 'max_prices bigint[]', 'labels text[]', 'words tsvector'],
]
const names = columns.map((column) => column.split(' ', 1).join())
/** Each word of some products with how many of them have it, and how many in the title. The empty word, which no product has, stands for all products. */
const countWords = (source: string, sign: string) => `
    SELECT '' AS word, ${sign}1 AS documents, 0 AS titles FROM ${source}
    UNION ALL
    SELECT lexeme, ${sign}1, CASE WHEN 'A' = ANY (weights) THEN ${sign}1 ELSE 0 END FROM ${source}, unnest(words)`

const addCounts = `
  ON CONFLICT (generation, word) DO UPDATE SET documents = search_words.documents + excluded.documents, titles = search_words.titles + excluded.titles`

/** $1 generation, $2 documents as JSON. Counts of words change by the difference. */
export const putDocuments = `
  WITH incoming AS (
    SELECT * FROM jsonb_to_recordset($2::jsonb) AS document (id text, description text, ${columns.join(', ')})
  ), replaced AS (
    SELECT words FROM search_documents WHERE generation = $1 AND id = ANY (SELECT id FROM incoming)
  ), written AS (
    INSERT INTO search_documents (generation, id, ${names.join(', ')})
    SELECT $1, id, ${names.join(', ')} FROM incoming
    ON CONFLICT (generation, id) DO UPDATE SET ${names.map((name) => `${name} = excluded.${name}`).join(', ')}
  ), described AS (
    INSERT INTO search_descriptions (generation, id, description) SELECT $1, id, description FROM incoming
    ON CONFLICT (generation, id) DO UPDATE SET description = excluded.description
  )
  INSERT INTO search_words (generation, word, documents, titles)
  SELECT $1, word, sum(documents), sum(titles)
  FROM (${countWords('incoming', '')} UNION ALL ${countWords('replaced', '-')}) AS change
  GROUP BY word HAVING sum(documents) <> 0 OR sum(titles) <> 0 ORDER BY word COLLATE "C"
  ${addCounts}`

/** $1 generation, $2 ids. A word that no product has any more stays, with a count of 0, until the next rebuild. */
export const dropDocuments = `
  WITH removed AS (
    DELETE FROM search_documents WHERE generation = $1 AND id = ANY ($2) RETURNING words
  ), undescribed AS (
    DELETE FROM search_descriptions WHERE generation = $1 AND id = ANY ($2)
  )
  INSERT INTO search_words (generation, word, documents, titles)
  SELECT $1, word, sum(documents), sum(titles) FROM (${countWords('removed', '-')}) AS change GROUP BY word ORDER BY word COLLATE "C"
  ${addCounts}`

export const beginBuilding = 'UPDATE search_index SET building = greatest(generation, building) + 1 WHERE id = 1 RETURNING building'

/** $1 generation, $2 fence, $3 whether it was built rather than emptied. */
export const putIntoService = `UPDATE search_index SET generation = $1, building = NULL, fence = $2, built_at = CASE WHEN $3::boolean THEN now() END WHERE id = 1`

/** Rows of no use to anybody, some at a time. */
const sweep = (table: string, key: string, limit: number) => `
  DELETE FROM ${table} WHERE (generation, ${key}) IN (
    SELECT old.generation, old.${key} FROM ${table} AS old, search_index AS live
    WHERE old.generation < live.generation OR (old.generation > live.generation AND old.generation IS DISTINCT FROM live.building)
    LIMIT ${limit})`

export const sweeps: readonly string[] = [
  sweep('search_documents', 'id', 2_000),
  sweep('search_descriptions', 'id', 2_000),
  sweep('search_words', 'word', 20_000),
]

/** Without figures of the new content the planner would read every word to find those that are alike. */
export const gatherStatistics = 'ANALYZE search_documents, search_words, search_descriptions'
