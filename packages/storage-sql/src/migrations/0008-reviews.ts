import type { DdlTypes, Migration } from './ddl.ts'

/** Reviews, the votes on them, and how many approved ones gave a product how many stars. */
export const reviews: Migration = {
  name: '0008_reviews',
  up: (t) => [...reviewTable(t), ...votes(t), ...ratings(t)],
  down: () => ['DROP TABLE product_ratings', 'DROP TABLE review_votes', 'DROP TABLE reviews'],
}

function reviewTable(t: DdlTypes): string[] {
  return [
    `CREATE TABLE reviews (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      product_id ${t.uuid} NOT NULL REFERENCES products (id),
      customer_id ${t.text},
      order_line_id ${t.uuid} REFERENCES order_lines (id),
      rating ${t.int} NOT NULL CONSTRAINT reviews_rating CHECK (rating BETWEEN 1 AND 5),
      title ${t.text},
      body ${t.text},
      display_name ${t.text},
      status ${t.text} NOT NULL CONSTRAINT reviews_status CHECK (status IN ('pending', 'approved', 'rejected', 'hidden', 'withdrawn')),
      queued_at ${t.time},
      reason ${t.text} CONSTRAINT reviews_reason CHECK (reason IN ('off_topic', 'offensive', 'personal_data', 'spam', 'fake', 'illegal', 'other')),
      note ${t.text},
      moderated_by ${t.text},
      reply ${t.text},
      replied_by ${t.text},
      replied_at ${t.time},
      helpful_count ${t.int} NOT NULL DEFAULT 0 CONSTRAINT reviews_helpful CHECK (helpful_count >= 0),
      unhelpful_count ${t.int} NOT NULL DEFAULT 0 CONSTRAINT reviews_unhelpful CHECK (unhelpful_count >= 0),
      created_at ${t.time} NOT NULL,
      edited_at ${t.time},
      updated_at ${t.time} NOT NULL,
      version ${t.int} NOT NULL CONSTRAINT reviews_version CHECK (version >= 1),
      CONSTRAINT reviews_refused CHECK (status NOT IN ('rejected', 'hidden') OR reason IS NOT NULL),
      CONSTRAINT reviews_waiting CHECK (status <> 'pending' OR queued_at IS NOT NULL),
      CONSTRAINT reviews_queued CHECK (queued_at IS NULL OR status IN ('pending', 'approved')),
      CONSTRAINT reviews_reply CHECK ((reply IS NULL) = (replied_at IS NULL) AND (reply IS NULL) = (replied_by IS NULL))
    ) ${t.table}`,
    'CREATE UNIQUE INDEX reviews_one_per_customer ON reviews (customer_id, product_id)',
    "CREATE INDEX reviews_shown_newest ON reviews (product_id, created_at, id) WHERE status = 'approved'",
    "CREATE INDEX reviews_shown_helpful ON reviews (product_id, helpful_count, id) WHERE status = 'approved'",
    "CREATE INDEX reviews_shown_rating ON reviews (product_id, rating, id) WHERE status = 'approved'",
    'CREATE INDEX reviews_customer ON reviews (customer_id, created_at, id) WHERE customer_id IS NOT NULL',
    'CREATE INDEX reviews_queue ON reviews (queued_at, id) WHERE queued_at IS NOT NULL',
    'CREATE INDEX reviews_newest ON reviews (created_at, id)',
    'CREATE INDEX reviews_order_line ON reviews (order_line_id) WHERE order_line_id IS NOT NULL',
  ]
}

function votes(t: DdlTypes): string[] {
  return [
    `CREATE TABLE review_votes (
      review_id ${t.uuid} NOT NULL REFERENCES reviews (id),
      customer_id ${t.text} NOT NULL,
      helpful ${t.bool} NOT NULL,
      at ${t.time} NOT NULL,
      PRIMARY KEY (review_id, customer_id)
    ) ${t.keyedTable}`,
    'CREATE INDEX review_votes_customer ON review_votes (customer_id)',
  ]
}

function ratings(t: DdlTypes): string[] {
  const stars = [1, 2, 3, 4, 5].map((count) => `stars_${count} ${t.int} NOT NULL CONSTRAINT product_ratings_stars_${count} CHECK (stars_${count} >= 0)`)
  return [
    `CREATE TABLE product_ratings (\n      product_id ${t.uuid} NOT NULL PRIMARY KEY REFERENCES products (id),\n      ${stars.join(',\n      ')}\n    ) ${t.keyedTable}`,
  ]
}
