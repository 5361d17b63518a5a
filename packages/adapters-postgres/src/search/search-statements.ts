/** The SQL of the index. Each text is constant, so that Postgres plans it once a connection. */

/**
 * For one transaction: what `%` takes for alike, since the server's setting may be another (one wrong letter in a word of five leaves a third of its trigrams),
 * and no compiling of a query that is over sooner.
 */
export const settings = "SELECT set_config('pg_trgm.similarity_threshold', '0.3', true), set_config('jit', 'off', true)"

/** How the index stands, and which of its words are like those that were typed. One row at least. $1: all words, $2: those that may have typos. */
export const findWords = `
  WITH live AS (SELECT generation FROM search_index)
  SELECT live.generation, coalesce(whole.documents, 0) AS products, found.asked, found.word, found.documents
  FROM live LEFT JOIN search_words AS whole ON whole.generation = live.generation AND whole.word = '' LEFT JOIN LATERAL (
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
  ) AS found ON found.documents > 0`

/**
 * One page of hits and the number of all. One row at least; without a hit on the page its `id` is null.
 * $1 generation, $2 what must match, $3 every word, $4 weights of classes D to A, $5 ranked queries, $6 their weights, $7 bound, $8 category, $9 currency,
 * $10 and $11 least and greatest price, $12 in stock, $13 limit, $14 offset.
 */
export const findHits = `
  WITH hits AS MATERIALIZED (
    SELECT id, handle, rating, CASE WHEN words @@ $3::tsquery THEN $7::float8 ELSE 0 END
      + (SELECT sum(term.weight * ts_rank($4::float4[], words, term.query)) FROM unnest($5::tsquery[], $6::float8[]) AS term (query, weight)) AS score
    FROM search_documents
    WHERE generation = $1 AND words @@ $2::tsquery
      AND ($8::text IS NULL OR categories @> ARRAY[$8::text])
      AND ($12::boolean IS NULL OR in_stock = $12)
      AND ($9::text IS NULL OR EXISTS (
        SELECT FROM unnest(currencies, min_prices, max_prices) AS price (currency, least, greatest)
        WHERE price.currency = $9 AND price.greatest >= $10::bigint AND price.least <= $11::bigint))
  ), page AS (
    SELECT id, score, rating, handle FROM hits ORDER BY score DESC, rating DESC, handle LIMIT $13 OFFSET $14
  )
  SELECT total.count AS total, document.id, document.handle, document.title, document.sku, document.in_stock, page.score
  FROM (SELECT count(*) FROM hits) AS total
  LEFT JOIN page ON true
  LEFT JOIN search_documents AS document ON document.generation = $1 AND document.id = page.id
  ORDER BY page.score DESC, page.rating DESC, page.handle`

/** Writers take their turn on this row. */
export const lockIndex = 'SELECT generation, building, fence FROM search_index WHERE id = 1 FOR UPDATE'

export const raiseFence = 'UPDATE search_index SET fence = $1 WHERE id = 1 AND fence < $1'

/** $1 generation, $2 documents as JSON. Counts of words change by the difference. The empty word, which no product has, counts all products. */
export const putDocuments = `
  WITH incoming AS (
    SELECT * FROM jsonb_to_recordset($2::jsonb) AS document (id text, handle text, title text, sku text, in_stock boolean, rating float8,
      categories text[], currencies text[], min_prices bigint[], max_prices bigint[], words tsvector)
  ), replaced AS (
    SELECT words FROM search_documents WHERE generation = $1 AND id = ANY (SELECT id FROM incoming)
  ), written AS (
    INSERT INTO search_documents (generation, id, handle, title, sku, in_stock, rating, categories, currencies, min_prices, max_prices, words)
    SELECT $1, id, handle, title, sku, in_stock, rating, categories, currencies, min_prices, max_prices, words FROM incoming
    ON CONFLICT (generation, id) DO UPDATE SET handle = excluded.handle, title = excluded.title, sku = excluded.sku, in_stock = excluded.in_stock,
      rating = excluded.rating, categories = excluded.categories, currencies = excluded.currencies, min_prices = excluded.min_prices,
      max_prices = excluded.max_prices, words = excluded.words
  )
  INSERT INTO search_words (generation, word, documents)
  SELECT $1, word, sum(one) FROM (
    SELECT unnest(''::text || tsvector_to_array(words)) AS word, 1 AS one FROM incoming
    UNION ALL
    SELECT unnest(''::text || tsvector_to_array(words)), -1 FROM replaced
  ) AS change GROUP BY word HAVING sum(one) <> 0 ORDER BY word COLLATE "C"
  ON CONFLICT (generation, word) DO UPDATE SET documents = search_words.documents + excluded.documents`

/** $1 generation, $2 ids. A word that no product has any more stays, with a count of 0, until the next rebuild. */
export const dropDocuments = `
  WITH removed AS (DELETE FROM search_documents WHERE generation = $1 AND id = ANY ($2) RETURNING words)
  INSERT INTO search_words (generation, word, documents)
  SELECT $1, word, -count(*) FROM (SELECT unnest(''::text || tsvector_to_array(words)) AS word FROM removed) AS gone GROUP BY word ORDER BY word COLLATE "C"
  ON CONFLICT (generation, word) DO UPDATE SET documents = search_words.documents + excluded.documents`

export const beginBuilding = 'UPDATE search_index SET building = greatest(generation, building) + 1 WHERE id = 1 RETURNING building'

/** $1 generation, $2 fence, $3 whether it was built rather than emptied. */
export const putIntoService = `UPDATE search_index SET generation = $1, building = NULL, fence = $2, built_at = CASE WHEN $3::boolean THEN now() END WHERE id = 1`

/** Rows of no use to anybody, some at a time. */
export const sweepDocuments = `
  DELETE FROM search_documents WHERE (generation, id) IN (
    SELECT document.generation, document.id FROM search_documents AS document, search_index AS live
    WHERE document.generation < live.generation OR (document.generation > live.generation AND document.generation IS DISTINCT FROM live.building)
    LIMIT 2000)`

export const sweepWords = `
  DELETE FROM search_words WHERE (generation, word) IN (
    SELECT word.generation, word.word FROM search_words AS word, search_index AS live
    WHERE word.generation < live.generation OR (word.generation > live.generation AND word.generation IS DISTINCT FROM live.building)
    LIMIT 20000)`

/** Without figures of the new content the planner would read every word to find those that are alike. */
export const gatherStatistics = 'ANALYZE search_documents, search_words'
