import type { DdlTypes, Migration } from './ddl.ts'

/** Every table of a first shop. Constraints carry names, because errors and the docs quote them. */
export const firstShop: Migration = {
  name: '0001_first_shop',
  up: (t) => [...catalogue(t), ...inventory(t), ...carts(t), ...orders(t), ...payments(t), ...plumbing(t)],
  down: () =>
    [
      'idempotency_keys',
      'outbox_consumers',
      'outbox_tail',
      'outbox',
      'refunds',
      'payment_history',
      'payments',
      'fulfilment_lines',
      'fulfilments',
      'order_history',
      'order_lines',
      'orders',
      'quotes',
      'cart_lines',
      'carts',
      'stock_ledger',
      'reservation_lines',
      'reservations',
      'stock_levels',
      'locations',
      'product_attributes',
      'product_prices',
      'product_categories',
      'categories',
      'prices',
      'variants',
      'products',
    ].map((table) => `DROP TABLE ${table}`),
}

function catalogue(t: DdlTypes): string[] {
  return [
    `CREATE TABLE products (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      handle ${t.text} NOT NULL CONSTRAINT products_handle UNIQUE,
      title ${t.text} NOT NULL,
      description ${t.text} NOT NULL,
      vendor ${t.text},
      status ${t.text} NOT NULL CONSTRAINT products_status CHECK (status IN ('draft', 'published', 'archived')),
      attributes ${t.json} NOT NULL,
      images ${t.json} NOT NULL,
      options ${t.json} NOT NULL,
      rating_average ${t.real} CONSTRAINT products_rating CHECK (rating_average BETWEEN 1 AND 5),
      rating_count ${t.int} NOT NULL DEFAULT 0 CONSTRAINT products_rating_count CHECK (rating_count >= 0),
      content_hash ${t.text} NOT NULL,
      version ${t.int} NOT NULL CONSTRAINT products_version CHECK (version >= 1),
      created_at ${t.time} NOT NULL,
      updated_at ${t.time} NOT NULL
    ) ${t.table}`,
    'CREATE INDEX products_newest ON products (status, created_at, id)',
    'CREATE INDEX products_title ON products (status, title, id)',
    'CREATE INDEX products_best ON products (status, rating_average, id)',
    `CREATE TABLE variants (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      product_id ${t.uuid} NOT NULL REFERENCES products (id),
      sku ${t.text} NOT NULL CONSTRAINT variants_sku UNIQUE,
      barcode ${t.text},
      options ${t.json} NOT NULL,
      weight_grams ${t.int} CONSTRAINT variants_weight CHECK (weight_grams >= 0),
      stock_tracked ${t.bool} NOT NULL,
      backorder ${t.text} NOT NULL CONSTRAINT variants_backorder CHECK (backorder IN ('deny', 'allow')),
      status ${t.text} NOT NULL CONSTRAINT variants_status CHECK (status IN ('active', 'archived')),
      position ${t.int} NOT NULL,
      declared_stock ${t.text}
    ) ${t.table}`,
    'CREATE INDEX variants_product ON variants (product_id, position)',
    `CREATE TABLE prices (
      variant_id ${t.uuid} NOT NULL REFERENCES variants (id),
      currency ${t.text} NOT NULL CONSTRAINT prices_currency CHECK (length(currency) = 3),
      amount_minor ${t.int} NOT NULL CONSTRAINT prices_amount CHECK (amount_minor >= 0),
      compare_at_minor ${t.int} CONSTRAINT prices_compare_at CHECK (compare_at_minor >= 0),
      PRIMARY KEY (variant_id, currency)
    ) ${t.keyedTable}`,
    // What listings sort and filter by, kept with the product in the same transaction.
    `CREATE TABLE product_prices (
      product_id ${t.uuid} NOT NULL REFERENCES products (id),
      currency ${t.text} NOT NULL,
      min_minor ${t.int} NOT NULL,
      max_minor ${t.int} NOT NULL,
      PRIMARY KEY (product_id, currency)
    ) ${t.keyedTable}`,
    'CREATE INDEX product_prices_range ON product_prices (currency, min_minor, product_id)',
    `CREATE TABLE product_attributes (
      product_id ${t.uuid} NOT NULL REFERENCES products (id),
      name ${t.text} NOT NULL,
      value ${t.text} NOT NULL,
      PRIMARY KEY (product_id, name)
    ) ${t.keyedTable}`,
    'CREATE INDEX product_attributes_value ON product_attributes (name, value, product_id)',
    `CREATE TABLE categories (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      parent_id ${t.uuid} REFERENCES categories (id),
      path ${t.text} NOT NULL CONSTRAINT categories_path UNIQUE
    ) ${t.table}`,
    'CREATE INDEX categories_parent ON categories (parent_id)',
    `CREATE TABLE product_categories (
      product_id ${t.uuid} NOT NULL REFERENCES products (id),
      category_id ${t.uuid} NOT NULL REFERENCES categories (id),
      PRIMARY KEY (product_id, category_id)
    ) ${t.keyedTable}`,
    'CREATE INDEX product_categories_category ON product_categories (category_id, product_id)',
  ]
}

function inventory(t: DdlTypes): string[] {
  return [
    `CREATE TABLE locations (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      code ${t.text} NOT NULL CONSTRAINT locations_code UNIQUE,
      name ${t.text} NOT NULL,
      priority ${t.int} NOT NULL,
      active ${t.bool} NOT NULL
    ) ${t.table}`,
    `CREATE TABLE stock_levels (
      sku ${t.text} NOT NULL,
      location_id ${t.uuid} NOT NULL REFERENCES locations (id),
      on_hand ${t.int} NOT NULL CONSTRAINT stock_levels_on_hand CHECK (on_hand >= 0),
      reserved ${t.int} NOT NULL CONSTRAINT stock_levels_reserved CHECK (reserved >= 0),
      version ${t.int} NOT NULL,
      updated_at ${t.time} NOT NULL,
      PRIMARY KEY (sku, location_id),
      CONSTRAINT stock_levels_not_oversold CHECK (reserved <= on_hand)
    ) ${t.keyedTable}`,
    `CREATE TABLE reservations (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      holder_type ${t.text} NOT NULL CONSTRAINT reservations_holder CHECK (holder_type IN ('order', 'cart', 'external')),
      holder_id ${t.text} NOT NULL,
      status ${t.text} NOT NULL CONSTRAINT reservations_status CHECK (status IN ('held', 'committed', 'consumed', 'released', 'expired')),
      expires_at ${t.time},
      extensions ${t.int} NOT NULL DEFAULT 0,
      created_at ${t.time} NOT NULL,
      updated_at ${t.time} NOT NULL,
      CONSTRAINT reservations_expiry CHECK ((status = 'held') = (expires_at IS NOT NULL))
    ) ${t.table}`,
    "CREATE INDEX reservations_due ON reservations (expires_at) WHERE status = 'held'",
    'CREATE INDEX reservations_holder_id ON reservations (holder_id)',
    `CREATE TABLE reservation_lines (
      reservation_id ${t.uuid} NOT NULL REFERENCES reservations (id),
      sku ${t.text} NOT NULL,
      location_id ${t.uuid} NOT NULL,
      quantity ${t.int} NOT NULL CONSTRAINT reservation_lines_quantity CHECK (quantity >= 1),
      held ${t.int} NOT NULL CONSTRAINT reservation_lines_held CHECK (held >= 0),
      backordered ${t.int} NOT NULL CONSTRAINT reservation_lines_backordered CHECK (backordered >= 0),
      consumed ${t.int} NOT NULL CONSTRAINT reservation_lines_consumed CHECK (consumed >= 0),
      released ${t.int} NOT NULL CONSTRAINT reservation_lines_released CHECK (released >= 0),
      PRIMARY KEY (reservation_id, sku, location_id),
      FOREIGN KEY (sku, location_id) REFERENCES stock_levels (sku, location_id),
      CONSTRAINT reservation_lines_conserved CHECK (held + backordered + consumed + released = quantity)
    ) ${t.keyedTable}`,
    'CREATE INDEX reservation_lines_level ON reservation_lines (sku, location_id)',
    `CREATE TABLE stock_ledger (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      sku ${t.text} NOT NULL,
      location_id ${t.uuid} NOT NULL,
      delta ${t.int} NOT NULL CONSTRAINT stock_ledger_delta CHECK (delta <> 0),
      reason ${t.text} NOT NULL CONSTRAINT stock_ledger_reason CHECK (reason IN ('received', 'counted', 'damaged', 'returned', 'transferred', 'import', 'correction', 'sale')),
      reference_id ${t.text},
      note ${t.text},
      created_at ${t.time} NOT NULL,
      FOREIGN KEY (sku, location_id) REFERENCES stock_levels (sku, location_id)
    ) ${t.table}`,
    'CREATE INDEX stock_ledger_level ON stock_ledger (sku, location_id, created_at)',
  ]
}

function carts(t: DdlTypes): string[] {
  return [
    `CREATE TABLE carts (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      customer_id ${t.text},
      guest_token_hash ${t.text},
      currency ${t.text} NOT NULL CONSTRAINT carts_currency CHECK (length(currency) = 3),
      status ${t.text} NOT NULL CONSTRAINT carts_status CHECK (status IN ('active', 'ordered', 'expired')),
      checkout_order_id ${t.uuid},
      version ${t.int} NOT NULL CONSTRAINT carts_version CHECK (version >= 1),
      expires_at ${t.time} NOT NULL,
      created_at ${t.time} NOT NULL,
      updated_at ${t.time} NOT NULL,
      CONSTRAINT carts_owner CHECK (customer_id IS NOT NULL OR guest_token_hash IS NOT NULL)
    ) ${t.table}`,
    "CREATE INDEX carts_due ON carts (expires_at) WHERE status = 'active'",
    'CREATE INDEX carts_customer ON carts (customer_id) WHERE customer_id IS NOT NULL',
    `CREATE TABLE cart_lines (
      cart_id ${t.uuid} NOT NULL REFERENCES carts (id),
      sku ${t.text} NOT NULL,
      position ${t.int} NOT NULL,
      quantity ${t.int} NOT NULL CONSTRAINT cart_lines_quantity CHECK (quantity >= 1),
      seen_unit_minor ${t.int},
      PRIMARY KEY (cart_id, sku)
    ) ${t.keyedTable}`,
    `CREATE TABLE quotes (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      cart_id ${t.uuid} NOT NULL,
      cart_version ${t.int} NOT NULL,
      body ${t.json} NOT NULL,
      expires_at ${t.time} NOT NULL,
      created_at ${t.time} NOT NULL
    ) ${t.table}`,
    'CREATE INDEX quotes_cart ON quotes (cart_id, created_at, id)',
    'CREATE INDEX quotes_due ON quotes (expires_at)',
  ]
}

const orderStates = (t: DdlTypes, table: string) => `
      status ${t.text} NOT NULL CONSTRAINT ${table}_status CHECK (status IN ('pending', 'confirmed', 'cancelled', 'expired')),
      payment_status ${t.text} NOT NULL CONSTRAINT ${table}_payment_status CHECK (payment_status IN ('none', 'pending', 'authorised', 'paid', 'partially_refunded', 'refunded', 'review')),
      fulfilment_status ${t.text} NOT NULL CONSTRAINT ${table}_fulfilment_status CHECK (fulfilment_status IN ('none', 'partial', 'shipped', 'delivered')),
      disputed ${t.bool} NOT NULL`

function orders(t: DdlTypes): string[] {
  return [
    `CREATE TABLE orders (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      number ${t.text} NOT NULL CONSTRAINT orders_number UNIQUE,
      cart_id ${t.uuid} NOT NULL,
      customer_id ${t.text},
      guest_token_hash ${t.text},
      email ${t.text},
      currency ${t.text} NOT NULL CONSTRAINT orders_currency CHECK (length(currency) = 3),${orderStates(t, 'orders')},
      subtotal_minor ${t.int} NOT NULL CONSTRAINT orders_subtotal CHECK (subtotal_minor >= 0),
      discount_minor ${t.int} NOT NULL CONSTRAINT orders_discount CHECK (discount_minor >= 0),
      shipping_minor ${t.int} NOT NULL CONSTRAINT orders_shipping CHECK (shipping_minor >= 0),
      tax_minor ${t.int} NOT NULL CONSTRAINT orders_tax CHECK (tax_minor >= 0),
      total_minor ${t.int} NOT NULL CONSTRAINT orders_total CHECK (total_minor >= 0),
      shipping_method ${t.text} NOT NULL,
      shipping_label ${t.text} NOT NULL,
      shipping_address ${t.json} NOT NULL,
      billing_address ${t.json} NOT NULL,
      reservation_id ${t.uuid} CONSTRAINT orders_reservation UNIQUE,
      expires_at ${t.time},
      placed_at ${t.time} NOT NULL,
      updated_at ${t.time} NOT NULL,
      version ${t.int} NOT NULL CONSTRAINT orders_version CHECK (version >= 1),
      CONSTRAINT orders_total_adds_up CHECK (total_minor = subtotal_minor - discount_minor + shipping_minor + tax_minor),
      CONSTRAINT orders_expiry CHECK ((status = 'pending') = (expires_at IS NOT NULL)),
      CONSTRAINT orders_owner CHECK (customer_id IS NOT NULL OR guest_token_hash IS NOT NULL)
    ) ${t.table}`,
    "CREATE UNIQUE INDEX orders_one_live_per_cart ON orders (cart_id) WHERE status NOT IN ('cancelled', 'expired')",
    "CREATE INDEX orders_due ON orders (expires_at) WHERE status = 'pending'",
    'CREATE INDEX orders_newest ON orders (placed_at, id)',
    'CREATE INDEX orders_customer ON orders (customer_id, placed_at, id) WHERE customer_id IS NOT NULL',
    'CREATE INDEX orders_guest ON orders (guest_token_hash, placed_at, id) WHERE guest_token_hash IS NOT NULL',
    `CREATE TABLE order_lines (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      order_id ${t.uuid} NOT NULL REFERENCES orders (id),
      position ${t.int} NOT NULL,
      sku ${t.text} NOT NULL,
      variant_id ${t.uuid} NOT NULL,
      product_id ${t.uuid} NOT NULL,
      title ${t.text} NOT NULL,
      options ${t.json} NOT NULL,
      quantity ${t.int} NOT NULL CONSTRAINT order_lines_quantity CHECK (quantity >= 1),
      unit_minor ${t.int} NOT NULL CONSTRAINT order_lines_unit CHECK (unit_minor >= 0),
      total_minor ${t.int} NOT NULL,
      discount_minor ${t.int} NOT NULL CONSTRAINT order_lines_discount CHECK (discount_minor BETWEEN 0 AND total_minor),
      tax_minor ${t.int} NOT NULL CONSTRAINT order_lines_tax CHECK (tax_minor >= 0),
      stock_tracked ${t.bool} NOT NULL,
      fulfilled_quantity ${t.int} NOT NULL CONSTRAINT order_lines_fulfilled CHECK (fulfilled_quantity BETWEEN 0 AND quantity),
      CONSTRAINT order_lines_total_adds_up CHECK (total_minor = unit_minor * quantity),
      CONSTRAINT order_lines_position UNIQUE (order_id, position)
    ) ${t.table}`,
    'CREATE INDEX order_lines_sku ON order_lines (sku)',
    `CREATE TABLE order_history (
      order_id ${t.uuid} NOT NULL REFERENCES orders (id),
      version ${t.int} NOT NULL,
      change ${t.text} NOT NULL,${orderStates(t, 'order_history')},
      event_id ${t.uuid} NOT NULL,
      actor_type ${t.text} NOT NULL,
      actor_id ${t.text},
      note ${t.text},
      fulfilment_id ${t.uuid},
      at ${t.time} NOT NULL,
      PRIMARY KEY (order_id, version)
    ) ${t.keyedTable}`,
    `CREATE TABLE fulfilments (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      order_id ${t.uuid} NOT NULL REFERENCES orders (id),
      status ${t.text} NOT NULL CONSTRAINT fulfilments_status CHECK (status IN ('shipped', 'delivered')),
      carrier ${t.text},
      tracking_number ${t.text},
      tracking_url ${t.text},
      shipped_at ${t.time} NOT NULL,
      delivered_at ${t.time},
      version ${t.int} NOT NULL,
      CONSTRAINT fulfilments_delivery CHECK ((status = 'delivered') = (delivered_at IS NOT NULL))
    ) ${t.table}`,
    'CREATE INDEX fulfilments_order ON fulfilments (order_id, shipped_at, id)',
    `CREATE TABLE fulfilment_lines (
      fulfilment_id ${t.uuid} NOT NULL REFERENCES fulfilments (id),
      order_line_id ${t.uuid} NOT NULL REFERENCES order_lines (id),
      quantity ${t.int} NOT NULL CONSTRAINT fulfilment_lines_quantity CHECK (quantity >= 1),
      PRIMARY KEY (fulfilment_id, order_line_id)
    ) ${t.keyedTable}`,
    'CREATE INDEX fulfilment_lines_line ON fulfilment_lines (order_line_id)',
  ]
}

function payments(t: DdlTypes): string[] {
  const statuses = "'created', 'requires_action', 'processing', 'authorised', 'captured', 'failed', 'cancelled', 'review'"
  return [
    `CREATE TABLE payments (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      order_id ${t.uuid} NOT NULL REFERENCES orders (id),
      provider ${t.text} NOT NULL,
      provider_payment_id ${t.text},
      method ${t.text} NOT NULL,
      capture ${t.text} NOT NULL CONSTRAINT payments_capture CHECK (capture IN ('automatic', 'manual')),
      status ${t.text} NOT NULL CONSTRAINT payments_status CHECK (status IN (${statuses})),
      amount_minor ${t.int} NOT NULL CONSTRAINT payments_amount CHECK (amount_minor > 0),
      currency ${t.text} NOT NULL CONSTRAINT payments_currency CHECK (length(currency) = 3),
      authorised_minor ${t.int} NOT NULL CONSTRAINT payments_authorised CHECK (authorised_minor >= 0),
      captured_minor ${t.int} NOT NULL CONSTRAINT payments_captured CHECK (captured_minor >= 0),
      decline_code ${t.text},
      action ${t.json},
      idempotency_scope ${t.text},
      idempotency_operation ${t.text},
      idempotency_key ${t.text},
      next_check_at ${t.time},
      checks ${t.int} NOT NULL DEFAULT 0,
      created_at ${t.time} NOT NULL,
      updated_at ${t.time} NOT NULL,
      version ${t.int} NOT NULL CONSTRAINT payments_version CHECK (version >= 1),
      CONSTRAINT payments_provider_payment UNIQUE (provider, provider_payment_id)
    ) ${t.table}`,
    // One attempt at a time: a new card needs the old attempt to be dead.
    "CREATE UNIQUE INDEX payments_one_open_per_order ON payments (order_id) WHERE status IN ('created', 'requires_action', 'processing')",
    'CREATE INDEX payments_order ON payments (order_id, created_at, id)',
    'CREATE INDEX payments_due ON payments (next_check_at) WHERE next_check_at IS NOT NULL',
    `CREATE TABLE payment_history (
      payment_id ${t.uuid} NOT NULL REFERENCES payments (id),
      version ${t.int} NOT NULL,
      status ${t.text} NOT NULL CONSTRAINT payment_history_status CHECK (status IN (${statuses})),
      event_id ${t.uuid} NOT NULL,
      actor_type ${t.text} NOT NULL,
      actor_id ${t.text},
      at ${t.time} NOT NULL,
      PRIMARY KEY (payment_id, version)
    ) ${t.keyedTable}`,
    `CREATE TABLE refunds (
      id ${t.uuid} NOT NULL PRIMARY KEY,
      payment_id ${t.uuid} NOT NULL REFERENCES payments (id),
      order_id ${t.uuid} NOT NULL REFERENCES orders (id),
      provider ${t.text} NOT NULL,
      provider_refund_id ${t.text},
      idempotency_key ${t.text} NOT NULL,
      status ${t.text} NOT NULL CONSTRAINT refunds_status CHECK (status IN ('pending', 'succeeded', 'failed')),
      amount_minor ${t.int} NOT NULL CONSTRAINT refunds_amount CHECK (amount_minor > 0),
      currency ${t.text} NOT NULL,
      reason ${t.text} NOT NULL,
      next_attempt_at ${t.time},
      attempts ${t.int} NOT NULL DEFAULT 0,
      created_at ${t.time} NOT NULL,
      updated_at ${t.time} NOT NULL,
      version ${t.int} NOT NULL,
      CONSTRAINT refunds_provider_refund UNIQUE (provider, provider_refund_id),
      CONSTRAINT refunds_key UNIQUE (payment_id, idempotency_key)
    ) ${t.table}`,
    'CREATE INDEX refunds_order ON refunds (order_id, created_at, id)',
    'CREATE INDEX refunds_due ON refunds (next_attempt_at) WHERE next_attempt_at IS NOT NULL',
  ]
}

function plumbing(t: DdlTypes): string[] {
  return [
    `CREATE TABLE outbox (
      position ${t.growingKey},
      tx ${t.int} NOT NULL,
      event_id ${t.uuid} NOT NULL CONSTRAINT outbox_event UNIQUE,
      topic ${t.text} NOT NULL,
      aggregate_type ${t.text} NOT NULL,
      aggregate_id ${t.text} NOT NULL,
      aggregate_version ${t.int} NOT NULL,
      payload ${t.json} NOT NULL,
      created_at ${t.time} NOT NULL
    ) ${t.table}`,
    ...t.outboxIndexes,
    `CREATE TABLE outbox_tail (
      id ${t.int} NOT NULL PRIMARY KEY CONSTRAINT outbox_tail_single CHECK (id = 1),
      tx ${t.int} NOT NULL,
      position ${t.int} NOT NULL
    ) ${t.table}`,
    `CREATE TABLE outbox_consumers (
      name ${t.text} NOT NULL PRIMARY KEY,
      tx ${t.int} NOT NULL,
      position ${t.int} NOT NULL,
      fence ${t.int} NOT NULL,
      lease_until ${t.time},
      updated_at ${t.time} NOT NULL
    ) ${t.table}`,
    `CREATE TABLE idempotency_keys (
      scope ${t.text} NOT NULL,
      operation ${t.text} NOT NULL,
      key ${t.text} NOT NULL,
      fingerprint ${t.text} NOT NULL,
      state ${t.text} NOT NULL CONSTRAINT idempotency_keys_state CHECK (state IN ('in_progress', 'finished')),
      step ${t.text},
      fence ${t.int} NOT NULL,
      locked_until ${t.time} NOT NULL,
      result ${t.json},
      error ${t.json},
      expires_at ${t.time} NOT NULL,
      PRIMARY KEY (scope, operation, key),
      CONSTRAINT idempotency_keys_answer CHECK (state = 'in_progress' OR result IS NOT NULL OR error IS NOT NULL)
    ) ${t.keyedTable}`,
    'CREATE INDEX idempotency_keys_due ON idempotency_keys (expires_at)',
    "CREATE INDEX idempotency_keys_open ON idempotency_keys (locked_until) WHERE state = 'in_progress'",
  ]
}
