CREATE TABLE bundle_components (
      sku TEXT NOT NULL REFERENCES variants (sku),
      component TEXT NOT NULL REFERENCES variants (sku),
      quantity INTEGER NOT NULL CONSTRAINT bundle_components_quantity CHECK (quantity >= 1),
      PRIMARY KEY (sku, component),
      CONSTRAINT bundle_components_other CHECK (sku <> component)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE cart_hold_owners (
      owner TEXT NOT NULL PRIMARY KEY,
      asked_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE TABLE cart_holds (
      cart_id TEXT NOT NULL PRIMARY KEY REFERENCES carts (id),
      owner TEXT NOT NULL,
      reservation_id TEXT NOT NULL CONSTRAINT cart_holds_reservation UNIQUE REFERENCES reservations (id),
      held_since INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE TABLE cart_lines (
      cart_id TEXT NOT NULL REFERENCES carts (id),
      sku TEXT NOT NULL,
      position INTEGER NOT NULL,
      quantity INTEGER NOT NULL CONSTRAINT cart_lines_quantity CHECK (quantity >= 1),
      seen_unit_minor INTEGER,
      PRIMARY KEY (cart_id, sku)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE carts (
      id TEXT NOT NULL PRIMARY KEY,
      customer_id TEXT,
      guest_token_hash TEXT,
      currency TEXT NOT NULL CONSTRAINT carts_currency CHECK (length(currency) = 3),
      status TEXT NOT NULL CONSTRAINT carts_status CHECK (status IN ('active', 'ordered', 'expired')),
      checkout_order_id TEXT,
      version INTEGER NOT NULL CONSTRAINT carts_version CHECK (version >= 1),
      expires_at INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL, custody_term INTEGER NOT NULL DEFAULT 0, custody_loan INTEGER NOT NULL DEFAULT 0, vouchers TEXT,
      CONSTRAINT carts_owner CHECK (customer_id IS NOT NULL OR guest_token_hash IS NOT NULL)
    ) STRICT;

CREATE TABLE categories (
      id TEXT NOT NULL PRIMARY KEY,
      parent_id TEXT REFERENCES categories (id),
      path TEXT NOT NULL CONSTRAINT categories_path UNIQUE
    ) STRICT;

CREATE TABLE category_prices (
      product_id TEXT NOT NULL,
      category_id TEXT NOT NULL,
      currency TEXT NOT NULL,
      min_minor INTEGER NOT NULL,
      max_minor INTEGER NOT NULL,
      PRIMARY KEY (product_id, category_id, currency),
      CONSTRAINT category_prices_range CHECK (min_minor <= max_minor)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE category_products (
      product_id TEXT NOT NULL,
      category_id TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      title TEXT NOT NULL,
      rating REAL NOT NULL CONSTRAINT category_products_rating CHECK (rating BETWEEN 0 AND 5),
      PRIMARY KEY (product_id, category_id)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE credit_accounts (
      id TEXT NOT NULL PRIMARY KEY,
      kind TEXT NOT NULL CONSTRAINT credit_accounts_kind CHECK (kind IN ('gift_card', 'store_credit')),
      status TEXT NOT NULL CONSTRAINT credit_accounts_status CHECK (status IN ('active', 'disabled')),
      customer_id TEXT,
      code_hash TEXT,
      last_four TEXT,
      currency TEXT NOT NULL CONSTRAINT credit_accounts_currency CHECK (length(currency) = 3),
      balance_minor INTEGER NOT NULL CONSTRAINT credit_accounts_balance CHECK (balance_minor BETWEEN 0 AND 9007199254740991),
      expires_at INTEGER,
      note TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      version INTEGER NOT NULL CONSTRAINT credit_accounts_version CHECK (version >= 1),
      CONSTRAINT credit_accounts_code_of_card CHECK ((kind = 'gift_card') = (code_hash IS NOT NULL) AND (code_hash IS NULL) = (last_four IS NULL)),
      CONSTRAINT credit_accounts_owner CHECK ((kind = 'store_credit') = (customer_id IS NOT NULL))
    ) STRICT;

CREATE TABLE credit_entries (
      id TEXT NOT NULL PRIMARY KEY,
      account_id TEXT NOT NULL REFERENCES credit_accounts (id),
      change TEXT NOT NULL CONSTRAINT credit_entries_change CHECK (change IN ('issue', 'redeem', 'release', 'refund', 'adjust', 'claim', 'expire')),
      amount_minor INTEGER NOT NULL CONSTRAINT credit_entries_amount CHECK (amount_minor <> 0),
      order_id TEXT REFERENCES orders (id),
      order_refund_id TEXT REFERENCES order_refunds (id),
      reference TEXT NOT NULL,
      note TEXT,
      actor_type TEXT NOT NULL,
      actor_id TEXT,
      at INTEGER NOT NULL,
      CONSTRAINT credit_entries_once UNIQUE (account_id, reference),
      CONSTRAINT credit_entries_direction CHECK (change NOT IN ('issue', 'release', 'refund') OR amount_minor > 0),
      CONSTRAINT credit_entries_spent CHECK (change NOT IN ('redeem', 'expire') OR amount_minor < 0)
    ) STRICT;

CREATE TABLE customer_addresses (
      id TEXT NOT NULL PRIMARY KEY,
      customer_id TEXT NOT NULL REFERENCES customers (id),
      place INTEGER NOT NULL CONSTRAINT customer_addresses_most CHECK (place BETWEEN 1 AND 50),
      address TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      CONSTRAINT customer_addresses_place UNIQUE (customer_id, place),
      CONSTRAINT customer_addresses_owner UNIQUE (id, customer_id)
    ) STRICT;

CREATE TABLE customer_credentials (
      customer_id TEXT NOT NULL PRIMARY KEY REFERENCES customers (id),
      password_hash TEXT NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE TABLE customer_default_addresses (
      customer_id TEXT NOT NULL,
      purpose TEXT NOT NULL CONSTRAINT customer_default_addresses_purpose CHECK (purpose IN ('shipping', 'billing')),
      address_id TEXT NOT NULL,
      PRIMARY KEY (customer_id, purpose),
      FOREIGN KEY (address_id, customer_id) REFERENCES customer_addresses (id, customer_id)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE customer_sessions (
      id TEXT NOT NULL PRIMARY KEY,
      token_hash TEXT NOT NULL CONSTRAINT customer_sessions_token UNIQUE,
      customer_id TEXT NOT NULL REFERENCES customers (id),
      created_at INTEGER NOT NULL,
      seen_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      ends_at INTEGER NOT NULL,
      CONSTRAINT customer_sessions_end CHECK (expires_at <= ends_at)
    ) STRICT;

CREATE TABLE customer_tokens (
      token_hash TEXT NOT NULL PRIMARY KEY,
      customer_id TEXT NOT NULL REFERENCES customers (id),
      purpose TEXT NOT NULL CONSTRAINT customer_tokens_purpose CHECK (purpose IN ('verify_email', 'reset_password')),
      expires_at INTEGER NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE TABLE customers (
      id TEXT NOT NULL PRIMARY KEY,
      email TEXT,
      email_key TEXT CONSTRAINT customers_email UNIQUE,
      email_verified_at INTEGER,
      name TEXT,
      phone TEXT,
      version INTEGER NOT NULL CONSTRAINT customers_version CHECK (version >= 1),
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL, group_names TEXT NOT NULL DEFAULT '[]',
      CONSTRAINT customers_email_known CHECK ((email IS NULL) = (email_key IS NULL) AND (email IS NOT NULL OR email_verified_at IS NULL))
    ) STRICT;

CREATE TABLE disputes (
      id TEXT NOT NULL PRIMARY KEY,
      payment_id TEXT NOT NULL REFERENCES payments (id),
      order_id TEXT NOT NULL REFERENCES orders (id),
      provider TEXT NOT NULL,
      provider_dispute_id TEXT NOT NULL,
      status TEXT NOT NULL CONSTRAINT disputes_status CHECK (status IN ('open', 'won', 'lost')),
      amount_minor INTEGER NOT NULL CONSTRAINT disputes_amount CHECK (amount_minor >= 0),
      currency TEXT NOT NULL CONSTRAINT disputes_currency CHECK (length(currency) = 3),
      reason TEXT NOT NULL,
      evidence_due_by INTEGER,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      version INTEGER NOT NULL CONSTRAINT disputes_version CHECK (version >= 1),
      CONSTRAINT disputes_provider_dispute UNIQUE (provider, provider_dispute_id)
    ) STRICT;

CREATE TABLE fulfilment_lines (
      fulfilment_id TEXT NOT NULL REFERENCES fulfilments (id),
      order_line_id TEXT NOT NULL REFERENCES order_lines (id),
      quantity INTEGER NOT NULL CONSTRAINT fulfilment_lines_quantity CHECK (quantity >= 1),
      PRIMARY KEY (fulfilment_id, order_line_id)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE fulfilments (
      id TEXT NOT NULL PRIMARY KEY,
      order_id TEXT NOT NULL REFERENCES orders (id),
      status TEXT NOT NULL CONSTRAINT fulfilments_status CHECK (status IN ('shipped', 'delivered')),
      carrier TEXT,
      tracking_number TEXT,
      tracking_url TEXT,
      shipped_at INTEGER NOT NULL,
      delivered_at INTEGER,
      version INTEGER NOT NULL,
      CONSTRAINT fulfilments_delivery CHECK ((status = 'delivered') = (delivered_at IS NOT NULL))
    ) STRICT;

CREATE TABLE idempotency_keys (
      scope TEXT NOT NULL,
      operation TEXT NOT NULL,
      key TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      state TEXT NOT NULL CONSTRAINT idempotency_keys_state CHECK (state IN ('in_progress', 'finished')),
      step TEXT,
      fence INTEGER NOT NULL,
      locked_until INTEGER NOT NULL,
      result TEXT,
      error TEXT,
      expires_at INTEGER NOT NULL,
      PRIMARY KEY (scope, operation, key),
      CONSTRAINT idempotency_keys_answer CHECK (state = 'in_progress' OR result IS NOT NULL OR error IS NOT NULL)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE locations (
      id TEXT NOT NULL PRIMARY KEY,
      code TEXT NOT NULL CONSTRAINT locations_code UNIQUE,
      name TEXT NOT NULL,
      priority INTEGER NOT NULL,
      active INTEGER NOT NULL
    ) STRICT;

CREATE TABLE order_addresses (
      order_id TEXT NOT NULL REFERENCES orders (id),
      purpose TEXT NOT NULL CONSTRAINT order_addresses_purpose CHECK (purpose IN ('shipping', 'billing')),
      address_id TEXT NOT NULL REFERENCES customer_addresses (id),
      PRIMARY KEY (order_id, purpose)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE order_credits (
      order_id TEXT NOT NULL REFERENCES orders (id),
      account_id TEXT NOT NULL REFERENCES credit_accounts (id),
      position INTEGER NOT NULL,
      amount_minor INTEGER NOT NULL CONSTRAINT order_credits_amount CHECK (amount_minor >= 1),
      returned_minor INTEGER NOT NULL DEFAULT 0 CONSTRAINT order_credits_returned CHECK (returned_minor BETWEEN 0 AND amount_minor),
      PRIMARY KEY (order_id, account_id)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE order_history (
      order_id TEXT NOT NULL REFERENCES orders (id),
      version INTEGER NOT NULL,
      change TEXT NOT NULL,
      status TEXT NOT NULL CONSTRAINT order_history_status CHECK (status IN ('pending', 'confirmed', 'cancelled', 'expired')),
      payment_status TEXT NOT NULL CONSTRAINT order_history_payment_status CHECK (payment_status IN ('none', 'pending', 'authorised', 'paid', 'partially_refunded', 'refunded', 'review')),
      fulfilment_status TEXT NOT NULL CONSTRAINT order_history_fulfilment_status CHECK (fulfilment_status IN ('none', 'partial', 'shipped', 'delivered')),
      disputed INTEGER NOT NULL,
      event_id TEXT NOT NULL,
      actor_type TEXT NOT NULL,
      actor_id TEXT,
      note TEXT,
      fulfilment_id TEXT,
      at INTEGER NOT NULL,
      PRIMARY KEY (order_id, version)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE order_lines (
      id TEXT NOT NULL PRIMARY KEY,
      order_id TEXT NOT NULL REFERENCES orders (id),
      position INTEGER NOT NULL,
      sku TEXT NOT NULL,
      variant_id TEXT NOT NULL,
      product_id TEXT NOT NULL,
      title TEXT NOT NULL,
      options TEXT NOT NULL,
      quantity INTEGER NOT NULL CONSTRAINT order_lines_quantity CHECK (quantity >= 1),
      unit_minor INTEGER NOT NULL CONSTRAINT order_lines_unit CHECK (unit_minor >= 0),
      total_minor INTEGER NOT NULL,
      discount_minor INTEGER NOT NULL CONSTRAINT order_lines_discount CHECK (discount_minor BETWEEN 0 AND total_minor),
      tax_minor INTEGER NOT NULL CONSTRAINT order_lines_tax CHECK (tax_minor >= 0),
      stock_tracked INTEGER NOT NULL,
      fulfilled_quantity INTEGER NOT NULL CONSTRAINT order_lines_fulfilled CHECK (fulfilled_quantity BETWEEN 0 AND quantity), cancelled_quantity INTEGER NOT NULL DEFAULT 0 CONSTRAINT order_lines_cancelled CHECK (cancelled_quantity BETWEEN 0 AND quantity - fulfilled_quantity), refunded_quantity INTEGER NOT NULL DEFAULT 0 CONSTRAINT order_lines_refunded CHECK (refunded_quantity BETWEEN cancelled_quantity AND quantity), returning_quantity INTEGER NOT NULL DEFAULT 0 CONSTRAINT order_lines_returning CHECK (returning_quantity >= 0 AND returning_quantity + refunded_quantity - cancelled_quantity <= fulfilled_quantity), included_tax_minor INTEGER NOT NULL DEFAULT 0 CONSTRAINT order_lines_included_tax CHECK (included_tax_minor BETWEEN 0 AND total_minor - discount_minor), price_list TEXT, components TEXT, available_from TEXT, expected_at TEXT,
      CONSTRAINT order_lines_total_adds_up CHECK (total_minor = unit_minor * quantity),
      CONSTRAINT order_lines_position UNIQUE (order_id, position)
    ) STRICT;

CREATE TABLE order_refund_lines (
      order_refund_id TEXT NOT NULL REFERENCES order_refunds (id),
      order_line_id TEXT NOT NULL REFERENCES order_lines (id),
      quantity INTEGER NOT NULL CONSTRAINT order_refund_lines_quantity CHECK (quantity >= 1),
      cancelled_quantity INTEGER NOT NULL,
      restocked_quantity INTEGER NOT NULL CONSTRAINT order_refund_lines_restocked CHECK (restocked_quantity >= 0),
      amount_minor INTEGER NOT NULL CONSTRAINT order_refund_lines_amount CHECK (amount_minor >= 0),
      tax_minor INTEGER NOT NULL CONSTRAINT order_refund_lines_tax CHECK (tax_minor BETWEEN 0 AND amount_minor), included_tax_minor INTEGER NOT NULL DEFAULT 0 CONSTRAINT order_refund_lines_included_tax CHECK (included_tax_minor BETWEEN 0 AND amount_minor - tax_minor),
      PRIMARY KEY (order_refund_id, order_line_id),
      CONSTRAINT order_refund_lines_cancelled CHECK (cancelled_quantity BETWEEN 0 AND quantity - restocked_quantity)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE order_refunds (
      id TEXT NOT NULL PRIMARY KEY,
      order_id TEXT NOT NULL REFERENCES orders (id),
      return_id TEXT CONSTRAINT order_refunds_return UNIQUE,
      amount_minor INTEGER NOT NULL CONSTRAINT order_refunds_amount CHECK (amount_minor >= 0),
      shipping_minor INTEGER NOT NULL CONSTRAINT order_refunds_shipping CHECK (shipping_minor BETWEEN 0 AND amount_minor),
      currency TEXT NOT NULL CONSTRAINT order_refunds_currency CHECK (length(currency) = 3),
      reason TEXT NOT NULL,
      actor_type TEXT NOT NULL,
      actor_id TEXT,
      created_at INTEGER NOT NULL
    ) STRICT;

CREATE TABLE orders (
      id TEXT NOT NULL PRIMARY KEY,
      number TEXT NOT NULL CONSTRAINT orders_number UNIQUE,
      cart_id TEXT NOT NULL,
      customer_id TEXT,
      guest_token_hash TEXT,
      email TEXT,
      currency TEXT NOT NULL CONSTRAINT orders_currency CHECK (length(currency) = 3),
      status TEXT NOT NULL CONSTRAINT orders_status CHECK (status IN ('pending', 'confirmed', 'cancelled', 'expired')),
      payment_status TEXT NOT NULL CONSTRAINT orders_payment_status CHECK (payment_status IN ('none', 'pending', 'authorised', 'paid', 'partially_refunded', 'refunded', 'review')),
      fulfilment_status TEXT NOT NULL CONSTRAINT orders_fulfilment_status CHECK (fulfilment_status IN ('none', 'partial', 'shipped', 'delivered')),
      disputed INTEGER NOT NULL,
      subtotal_minor INTEGER NOT NULL CONSTRAINT orders_subtotal CHECK (subtotal_minor >= 0),
      discount_minor INTEGER NOT NULL CONSTRAINT orders_discount CHECK (discount_minor >= 0),
      shipping_minor INTEGER NOT NULL CONSTRAINT orders_shipping CHECK (shipping_minor >= 0),
      tax_minor INTEGER NOT NULL CONSTRAINT orders_tax CHECK (tax_minor >= 0),
      total_minor INTEGER NOT NULL CONSTRAINT orders_total CHECK (total_minor >= 0),
      shipping_method TEXT NOT NULL,
      shipping_label TEXT NOT NULL,
      shipping_address TEXT NOT NULL,
      billing_address TEXT NOT NULL,
      reservation_id TEXT CONSTRAINT orders_reservation UNIQUE,
      expires_at INTEGER,
      placed_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      version INTEGER NOT NULL CONSTRAINT orders_version CHECK (version >= 1), promotions TEXT, credit_minor INTEGER NOT NULL DEFAULT 0 CONSTRAINT orders_credit CHECK (credit_minor BETWEEN 0 AND total_minor), taxes TEXT, tax_id TEXT, tax_exemption TEXT, delivery_earliest TEXT, delivery_latest TEXT, pickup_location TEXT, adds_to_order_id TEXT REFERENCES orders (id),
      CONSTRAINT orders_total_adds_up CHECK (total_minor = subtotal_minor - discount_minor + shipping_minor + tax_minor),
      CONSTRAINT orders_expiry CHECK ((status = 'pending') = (expires_at IS NOT NULL)),
      CONSTRAINT orders_owner CHECK (customer_id IS NOT NULL OR guest_token_hash IS NOT NULL)
    ) STRICT;

CREATE TABLE outbox (
      position INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
      tx INTEGER NOT NULL,
      event_id TEXT NOT NULL CONSTRAINT outbox_event UNIQUE,
      topic TEXT NOT NULL,
      aggregate_type TEXT NOT NULL,
      aggregate_id TEXT NOT NULL,
      aggregate_version INTEGER NOT NULL,
      payload TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;

CREATE TABLE outbox_consumers (
      name TEXT NOT NULL PRIMARY KEY,
      tx INTEGER NOT NULL,
      position INTEGER NOT NULL,
      fence INTEGER NOT NULL,
      lease_until INTEGER,
      updated_at INTEGER NOT NULL
    ) STRICT;

CREATE TABLE outbox_tail (
      id INTEGER NOT NULL PRIMARY KEY CONSTRAINT outbox_tail_single CHECK (id = 1),
      tx INTEGER NOT NULL,
      position INTEGER NOT NULL
    ) STRICT;

CREATE TABLE payment_history (
      payment_id TEXT NOT NULL REFERENCES payments (id),
      version INTEGER NOT NULL,
      status TEXT NOT NULL CONSTRAINT payment_history_status CHECK (status IN ('created', 'requires_action', 'processing', 'authorised', 'captured', 'failed', 'cancelled', 'review')),
      event_id TEXT NOT NULL,
      actor_type TEXT NOT NULL,
      actor_id TEXT,
      at INTEGER NOT NULL,
      PRIMARY KEY (payment_id, version)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE payments (
      id TEXT NOT NULL PRIMARY KEY,
      order_id TEXT NOT NULL REFERENCES orders (id),
      provider TEXT NOT NULL,
      provider_payment_id TEXT,
      method TEXT NOT NULL,
      capture TEXT NOT NULL CONSTRAINT payments_capture CHECK (capture IN ('automatic', 'manual')),
      status TEXT NOT NULL CONSTRAINT payments_status CHECK (status IN ('created', 'requires_action', 'processing', 'authorised', 'captured', 'failed', 'cancelled', 'review')),
      amount_minor INTEGER NOT NULL CONSTRAINT payments_amount CHECK (amount_minor > 0),
      currency TEXT NOT NULL CONSTRAINT payments_currency CHECK (length(currency) = 3),
      authorised_minor INTEGER NOT NULL CONSTRAINT payments_authorised CHECK (authorised_minor >= 0),
      captured_minor INTEGER NOT NULL CONSTRAINT payments_captured CHECK (captured_minor >= 0),
      decline_code TEXT,
      action TEXT,
      idempotency_scope TEXT,
      idempotency_operation TEXT,
      idempotency_key TEXT,
      next_check_at INTEGER,
      checks INTEGER NOT NULL DEFAULT 0,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      version INTEGER NOT NULL CONSTRAINT payments_version CHECK (version >= 1),
      CONSTRAINT payments_provider_payment UNIQUE (provider, provider_payment_id)
    ) STRICT;

CREATE TABLE price_list_groups (
      price_list_id TEXT NOT NULL REFERENCES price_lists (id),
      group_name TEXT NOT NULL,
      PRIMARY KEY (price_list_id, group_name)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE price_list_prices (
      price_list_id TEXT NOT NULL REFERENCES price_lists (id),
      sku TEXT NOT NULL REFERENCES variants (sku),
      min_quantity INTEGER NOT NULL CONSTRAINT price_list_prices_quantity CHECK (min_quantity >= 1),
      amount_minor INTEGER NOT NULL CONSTRAINT price_list_prices_amount CHECK (amount_minor >= 0),
      PRIMARY KEY (price_list_id, sku, min_quantity)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE price_lists (
      id TEXT NOT NULL PRIMARY KEY,
      code TEXT NOT NULL CONSTRAINT price_lists_code UNIQUE,
      name TEXT NOT NULL,
      currency TEXT NOT NULL CONSTRAINT price_lists_currency CHECK (length(currency) = 3),
      priority INTEGER NOT NULL,
      active INTEGER NOT NULL,
      everybody INTEGER NOT NULL,
      starts_at INTEGER,
      ends_at INTEGER,
      version INTEGER NOT NULL CONSTRAINT price_lists_version CHECK (version >= 1),
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      CONSTRAINT price_lists_window CHECK (starts_at < ends_at)
    ) STRICT;

CREATE TABLE prices (
      variant_id TEXT NOT NULL REFERENCES variants (id),
      currency TEXT NOT NULL CONSTRAINT prices_currency CHECK (length(currency) = 3),
      amount_minor INTEGER NOT NULL CONSTRAINT prices_amount CHECK (amount_minor >= 0),
      compare_at_minor INTEGER CONSTRAINT prices_compare_at CHECK (compare_at_minor >= 0),
      PRIMARY KEY (variant_id, currency)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE product_attributes (
      product_id TEXT NOT NULL REFERENCES products (id),
      name TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (product_id, name)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE product_categories (
      product_id TEXT NOT NULL REFERENCES products (id),
      category_id TEXT NOT NULL REFERENCES categories (id),
      PRIMARY KEY (product_id, category_id)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE product_prices (
      product_id TEXT NOT NULL REFERENCES products (id),
      currency TEXT NOT NULL,
      min_minor INTEGER NOT NULL,
      max_minor INTEGER NOT NULL,
      PRIMARY KEY (product_id, currency)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE product_ratings (
      product_id TEXT NOT NULL PRIMARY KEY REFERENCES products (id),
      stars_1 INTEGER NOT NULL CONSTRAINT product_ratings_stars_1 CHECK (stars_1 >= 0),
      stars_2 INTEGER NOT NULL CONSTRAINT product_ratings_stars_2 CHECK (stars_2 >= 0),
      stars_3 INTEGER NOT NULL CONSTRAINT product_ratings_stars_3 CHECK (stars_3 >= 0),
      stars_4 INTEGER NOT NULL CONSTRAINT product_ratings_stars_4 CHECK (stars_4 >= 0),
      stars_5 INTEGER NOT NULL CONSTRAINT product_ratings_stars_5 CHECK (stars_5 >= 0)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE products (
      id TEXT NOT NULL PRIMARY KEY,
      handle TEXT NOT NULL CONSTRAINT products_handle UNIQUE,
      title TEXT NOT NULL,
      description TEXT NOT NULL,
      vendor TEXT,
      status TEXT NOT NULL CONSTRAINT products_status CHECK (status IN ('draft', 'published', 'archived')),
      attributes TEXT NOT NULL,
      images TEXT NOT NULL,
      options TEXT NOT NULL,
      rating_average REAL CONSTRAINT products_rating CHECK (rating_average BETWEEN 1 AND 5),
      rating_count INTEGER NOT NULL DEFAULT 0 CONSTRAINT products_rating_count CHECK (rating_count >= 0),
      content_hash TEXT NOT NULL,
      version INTEGER NOT NULL CONSTRAINT products_version CHECK (version >= 1),
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    , tax_category TEXT NOT NULL DEFAULT 'standard', listed_version INTEGER NOT NULL DEFAULT 0 CONSTRAINT products_listed_version CHECK (listed_version BETWEEN 0 AND version)) STRICT;

CREATE TABLE promotion_customers (
      promotion_id TEXT NOT NULL REFERENCES promotions (id),
      customer_key TEXT NOT NULL,
      used INTEGER NOT NULL CONSTRAINT promotion_customers_used CHECK (used >= 0),
      PRIMARY KEY (promotion_id, customer_key)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE promotion_redemptions (
      order_id TEXT NOT NULL REFERENCES orders (id),
      promotion_id TEXT NOT NULL REFERENCES promotions (id),
      code_key TEXT REFERENCES vouchers (code_key),
      customer_key TEXT,
      redeemed_at INTEGER NOT NULL,
      released_at INTEGER,
      PRIMARY KEY (order_id, promotion_id)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE promotion_state (
      id INTEGER NOT NULL PRIMARY KEY CONSTRAINT promotion_state_one CHECK (id = 1),
      revision INTEGER NOT NULL,
      automatic INTEGER NOT NULL CONSTRAINT promotion_state_automatic CHECK (automatic >= 0)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE promotions (
      id TEXT NOT NULL PRIMARY KEY,
      name TEXT NOT NULL,
      automatic INTEGER NOT NULL,
      status TEXT NOT NULL CONSTRAINT promotions_status CHECK (status IN ('active', 'ended')),
      terms TEXT NOT NULL,
      max_uses INTEGER CONSTRAINT promotions_max_uses CHECK (max_uses >= 1),
      max_uses_per_customer INTEGER CONSTRAINT promotions_max_uses_per_customer CHECK (max_uses_per_customer >= 1),
      used INTEGER NOT NULL DEFAULT 0,
      starts_at INTEGER,
      ends_at INTEGER,
      version INTEGER NOT NULL CONSTRAINT promotions_version CHECK (version >= 1),
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      CONSTRAINT promotions_used CHECK (used >= 0 AND (max_uses IS NULL OR used <= max_uses)),
      CONSTRAINT promotions_window CHECK (ends_at > starts_at)
    ) STRICT;

CREATE TABLE provider_events (
      provider TEXT NOT NULL,
      event_id TEXT NOT NULL,
      type TEXT NOT NULL,
      subject_type TEXT CONSTRAINT provider_events_subject_type CHECK (subject_type IN ('payment', 'refund', 'dispute')),
      subject_id TEXT,
      provider_payment_id TEXT,
      live INTEGER NOT NULL,
      payload_hash TEXT,
      created_at INTEGER NOT NULL,
      received_at INTEGER NOT NULL,
      state TEXT NOT NULL CONSTRAINT provider_events_state CHECK (state IN ('received', 'processed', 'ignored', 'parked')),
      attempts INTEGER NOT NULL,
      fence INTEGER NOT NULL,
      next_attempt_at INTEGER,
      outcome TEXT CONSTRAINT provider_events_outcome CHECK (outcome IN ('applied', 'nothing_new', 'no_subject', 'not_ours', 'other_mode')),
      domain_event_id TEXT,
      problem TEXT,
      finished_at INTEGER,
      PRIMARY KEY (provider, event_id),
      CONSTRAINT provider_events_subject CHECK ((subject_type IS NULL) = (subject_id IS NULL)),
      CONSTRAINT provider_events_due CHECK ((state = 'received') = (next_attempt_at IS NOT NULL)),
      CONSTRAINT provider_events_finished CHECK ((state = 'received') = (finished_at IS NULL)),
      CONSTRAINT provider_events_ending CHECK ((state IN ('processed', 'ignored')) = (outcome IS NOT NULL)),
      CONSTRAINT provider_events_applied CHECK (outcome IS NULL OR (outcome = 'applied') = (domain_event_id IS NOT NULL)),
      CONSTRAINT provider_events_parked CHECK (state <> 'parked' OR problem IS NOT NULL)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE provider_listings (
      provider TEXT NOT NULL,
      list TEXT NOT NULL CONSTRAINT provider_listings_list CHECK (list IN ('events', 'payments')),
      created_from INTEGER,
      page_after TEXT,
      fence INTEGER NOT NULL,
      lease_until INTEGER, read_to_end_at INTEGER,
      PRIMARY KEY (provider, list),
      CONSTRAINT provider_listings_place CHECK (page_after IS NULL OR created_from IS NOT NULL)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE quotes (
      id TEXT NOT NULL PRIMARY KEY,
      cart_id TEXT NOT NULL,
      cart_version INTEGER NOT NULL,
      body TEXT NOT NULL,
      expires_at INTEGER NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;

CREATE TABLE refunds (
      id TEXT NOT NULL PRIMARY KEY,
      payment_id TEXT NOT NULL REFERENCES payments (id),
      order_id TEXT NOT NULL REFERENCES orders (id),
      provider TEXT NOT NULL,
      provider_refund_id TEXT,
      idempotency_key TEXT NOT NULL,
      status TEXT NOT NULL CONSTRAINT refunds_status CHECK (status IN ('pending', 'succeeded', 'failed')),
      amount_minor INTEGER NOT NULL CONSTRAINT refunds_amount CHECK (amount_minor > 0),
      currency TEXT NOT NULL,
      reason TEXT NOT NULL,
      next_attempt_at INTEGER,
      attempts INTEGER NOT NULL DEFAULT 0,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      version INTEGER NOT NULL, order_refund_id TEXT,
      CONSTRAINT refunds_provider_refund UNIQUE (provider, provider_refund_id),
      CONSTRAINT refunds_key UNIQUE (payment_id, idempotency_key)
    ) STRICT;

CREATE TABLE reservation_lines (
      reservation_id TEXT NOT NULL REFERENCES reservations (id),
      sku TEXT NOT NULL,
      location_id TEXT NOT NULL,
      quantity INTEGER NOT NULL CONSTRAINT reservation_lines_quantity CHECK (quantity >= 1),
      held INTEGER NOT NULL CONSTRAINT reservation_lines_held CHECK (held >= 0),
      backordered INTEGER NOT NULL CONSTRAINT reservation_lines_backordered CHECK (backordered >= 0),
      consumed INTEGER NOT NULL CONSTRAINT reservation_lines_consumed CHECK (consumed >= 0),
      released INTEGER NOT NULL CONSTRAINT reservation_lines_released CHECK (released >= 0),
      PRIMARY KEY (reservation_id, sku, location_id),
      FOREIGN KEY (sku, location_id) REFERENCES stock_levels (sku, location_id),
      CONSTRAINT reservation_lines_conserved CHECK (held + backordered + consumed + released = quantity)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE reservations (
      id TEXT NOT NULL PRIMARY KEY,
      holder_type TEXT NOT NULL CONSTRAINT reservations_holder CHECK (holder_type IN ('order', 'cart', 'external')),
      holder_id TEXT NOT NULL,
      status TEXT NOT NULL CONSTRAINT reservations_status CHECK (status IN ('held', 'committed', 'consumed', 'released', 'expired')),
      expires_at INTEGER,
      extensions INTEGER NOT NULL DEFAULT 0,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      CONSTRAINT reservations_expiry CHECK ((status = 'held') = (expires_at IS NOT NULL))
    ) STRICT;

CREATE TABLE return_history (
      return_id TEXT NOT NULL REFERENCES returns (id),
      version INTEGER NOT NULL,
      status TEXT NOT NULL CONSTRAINT return_history_status CHECK (status IN ('requested', 'approved', 'received', 'refunded', 'rejected', 'cancelled')),
      event_id TEXT NOT NULL,
      actor_type TEXT NOT NULL,
      actor_id TEXT,
      at INTEGER NOT NULL,
      PRIMARY KEY (return_id, version)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE return_lines (
      return_id TEXT NOT NULL REFERENCES returns (id),
      order_line_id TEXT NOT NULL REFERENCES order_lines (id),
      quantity INTEGER NOT NULL CONSTRAINT return_lines_quantity CHECK (quantity >= 1),
      reason TEXT NOT NULL CONSTRAINT return_lines_reason CHECK (reason IN ('damaged', 'defective', 'wrong_item', 'not_as_described', 'does_not_fit', 'changed_mind', 'arrived_late', 'other')),
      note TEXT,
      received_quantity INTEGER NOT NULL CONSTRAINT return_lines_received CHECK (received_quantity BETWEEN 0 AND quantity),
      restocked_quantity INTEGER NOT NULL,
      PRIMARY KEY (return_id, order_line_id),
      CONSTRAINT return_lines_restocked CHECK (restocked_quantity BETWEEN 0 AND received_quantity)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE returns (
      id TEXT NOT NULL PRIMARY KEY,
      order_id TEXT NOT NULL REFERENCES orders (id),
      status TEXT NOT NULL CONSTRAINT returns_status CHECK (status IN ('requested', 'approved', 'received', 'refunded', 'rejected', 'cancelled')),
      rejection TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      version INTEGER NOT NULL CONSTRAINT returns_version CHECK (version >= 1),
      CONSTRAINT returns_rejection CHECK ((status = 'rejected') = (rejection IS NOT NULL))
    ) STRICT;

CREATE TABLE review_votes (
      review_id TEXT NOT NULL REFERENCES reviews (id),
      customer_id TEXT NOT NULL,
      helpful INTEGER NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (review_id, customer_id)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE reviews (
      id TEXT NOT NULL PRIMARY KEY,
      product_id TEXT NOT NULL REFERENCES products (id),
      customer_id TEXT,
      order_line_id TEXT REFERENCES order_lines (id),
      rating INTEGER NOT NULL CONSTRAINT reviews_rating CHECK (rating BETWEEN 1 AND 5),
      title TEXT,
      body TEXT,
      display_name TEXT,
      status TEXT NOT NULL CONSTRAINT reviews_status CHECK (status IN ('pending', 'approved', 'rejected', 'hidden', 'withdrawn')),
      queued_at INTEGER,
      reason TEXT CONSTRAINT reviews_reason CHECK (reason IN ('off_topic', 'offensive', 'personal_data', 'spam', 'fake', 'illegal', 'other')),
      note TEXT,
      moderated_by TEXT,
      reply TEXT,
      replied_by TEXT,
      replied_at INTEGER,
      helpful_count INTEGER NOT NULL DEFAULT 0 CONSTRAINT reviews_helpful CHECK (helpful_count >= 0),
      unhelpful_count INTEGER NOT NULL DEFAULT 0 CONSTRAINT reviews_unhelpful CHECK (unhelpful_count >= 0),
      created_at INTEGER NOT NULL,
      edited_at INTEGER,
      updated_at INTEGER NOT NULL,
      version INTEGER NOT NULL CONSTRAINT reviews_version CHECK (version >= 1),
      CONSTRAINT reviews_refused CHECK (status NOT IN ('rejected', 'hidden') OR reason IS NOT NULL),
      CONSTRAINT reviews_waiting CHECK (status <> 'pending' OR queued_at IS NOT NULL),
      CONSTRAINT reviews_queued CHECK (queued_at IS NULL OR status IN ('pending', 'approved')),
      CONSTRAINT reviews_reply CHECK ((reply IS NULL) = (replied_at IS NULL) AND (reply IS NULL) = (replied_by IS NULL))
    ) STRICT;

CREATE TABLE schema_migrations (name TEXT NOT NULL PRIMARY KEY, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE search_settings (
      id INTEGER NOT NULL PRIMARY KEY CONSTRAINT search_settings_one CHECK (id = 1),
      version INTEGER NOT NULL CONSTRAINT search_settings_version CHECK (version >= 1),
      rules TEXT NOT NULL,
      synonyms TEXT NOT NULL
    ) STRICT;

CREATE TABLE stock_ledger (
      id TEXT NOT NULL PRIMARY KEY,
      sku TEXT NOT NULL,
      location_id TEXT NOT NULL,
      delta INTEGER NOT NULL CONSTRAINT stock_ledger_delta CHECK (delta <> 0),
      reason TEXT NOT NULL CONSTRAINT stock_ledger_reason CHECK (reason IN ('received', 'counted', 'damaged', 'returned', 'transferred', 'import', 'correction', 'sale')),
      reference_id TEXT,
      note TEXT,
      created_at INTEGER NOT NULL,
      FOREIGN KEY (sku, location_id) REFERENCES stock_levels (sku, location_id)
    ) STRICT;

CREATE TABLE stock_levels (
      sku TEXT NOT NULL,
      location_id TEXT NOT NULL REFERENCES locations (id),
      on_hand INTEGER NOT NULL CONSTRAINT stock_levels_on_hand CHECK (on_hand >= 0),
      reserved INTEGER NOT NULL CONSTRAINT stock_levels_reserved CHECK (reserved >= 0),
      version INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      PRIMARY KEY (sku, location_id),
      CONSTRAINT stock_levels_not_oversold CHECK (reserved <= on_hand)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE variants (
      id TEXT NOT NULL PRIMARY KEY,
      product_id TEXT NOT NULL REFERENCES products (id),
      sku TEXT NOT NULL CONSTRAINT variants_sku UNIQUE,
      barcode TEXT,
      options TEXT NOT NULL,
      weight_grams INTEGER CONSTRAINT variants_weight CHECK (weight_grams >= 0),
      stock_tracked INTEGER NOT NULL,
      backorder TEXT NOT NULL CONSTRAINT variants_backorder CHECK (backorder IN ('deny', 'allow')),
      status TEXT NOT NULL CONSTRAINT variants_status CHECK (status IN ('active', 'archived')),
      position INTEGER NOT NULL,
      declared_stock TEXT
    , components TEXT, available_from TEXT, restock_date TEXT, backorder_limit INTEGER CONSTRAINT variants_backorder_limit CHECK (backorder_limit > 0)) STRICT;

CREATE TABLE vouchers (
      code_key TEXT NOT NULL PRIMARY KEY,
      code TEXT NOT NULL,
      promotion_id TEXT NOT NULL REFERENCES promotions (id),
      max_uses INTEGER CONSTRAINT vouchers_max_uses CHECK (max_uses >= 1),
      used INTEGER NOT NULL DEFAULT 0,
      ended_at INTEGER,
      created_at INTEGER NOT NULL,
      CONSTRAINT vouchers_used CHECK (used >= 0 AND (max_uses IS NULL OR used <= max_uses))
    ) STRICT, WITHOUT ROWID;

CREATE TABLE wish_list_items (
      wish_list_id TEXT NOT NULL REFERENCES wish_lists (id),
      sku TEXT NOT NULL REFERENCES variants (sku),
      place INTEGER NOT NULL CONSTRAINT wish_list_items_most CHECK (place BETWEEN 1 AND 200),
      note TEXT,
      added_at INTEGER NOT NULL,
      PRIMARY KEY (wish_list_id, sku),
      CONSTRAINT wish_list_items_place UNIQUE (wish_list_id, place)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE wish_lists (
      id TEXT NOT NULL PRIMARY KEY,
      customer_id TEXT NOT NULL REFERENCES customers (id),
      place INTEGER NOT NULL CONSTRAINT wish_lists_most CHECK (place BETWEEN 1 AND 20),
      name TEXT NOT NULL,
      share_token_hash TEXT CONSTRAINT wish_lists_token UNIQUE,
      shared_at INTEGER,
      share_notes INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      CONSTRAINT wish_lists_place UNIQUE (customer_id, place),
      CONSTRAINT wish_lists_shared CHECK ((share_token_hash IS NULL) = (shared_at IS NULL))
    ) STRICT;

CREATE TABLE work_failures (
      job TEXT NOT NULL,
      row_id TEXT NOT NULL,
      attempts INTEGER NOT NULL CONSTRAINT work_failures_attempts CHECK (attempts >= 0),
      code TEXT NOT NULL,
      subject TEXT,
      first_failed_at INTEGER NOT NULL,
      last_failed_at INTEGER NOT NULL,
      next_attempt_at INTEGER,
      PRIMARY KEY (job, row_id)
    ) STRICT, WITHOUT ROWID;

CREATE INDEX bundle_components_component ON bundle_components (component);

CREATE INDEX cart_holds_owner ON cart_holds (owner);

CREATE INDEX carts_customer ON carts (customer_id) WHERE customer_id IS NOT NULL;

CREATE INDEX carts_due ON carts (expires_at) WHERE status = 'active';

CREATE INDEX categories_parent ON categories (parent_id);

CREATE INDEX category_prices_cheapest ON category_prices (category_id, currency, min_minor, product_id, max_minor);

CREATE INDEX category_products_best ON category_products (category_id, rating, product_id);

CREATE INDEX category_products_newest ON category_products (category_id, created_at, product_id);

CREATE INDEX category_products_title ON category_products (category_id, title, product_id);

CREATE UNIQUE INDEX credit_accounts_code ON credit_accounts (code_hash) WHERE code_hash IS NOT NULL;

CREATE INDEX credit_accounts_expiry ON credit_accounts (expires_at) WHERE expires_at IS NOT NULL AND balance_minor > 0;

CREATE INDEX credit_accounts_newest ON credit_accounts (kind, created_at, id);

CREATE UNIQUE INDEX credit_accounts_one_per_customer ON credit_accounts (customer_id, currency) WHERE customer_id IS NOT NULL;

CREATE INDEX credit_entries_newest ON credit_entries (account_id, at, id);

CREATE INDEX credit_entries_order ON credit_entries (order_id) WHERE order_id IS NOT NULL;

CREATE INDEX customer_default_addresses_address ON customer_default_addresses (address_id);

CREATE INDEX customer_sessions_customer ON customer_sessions (customer_id, created_at);

CREATE INDEX customer_sessions_due ON customer_sessions (expires_at);

CREATE INDEX customer_tokens_customer ON customer_tokens (customer_id, purpose);

CREATE INDEX customer_tokens_due ON customer_tokens (expires_at);

CREATE INDEX customers_newest ON customers (created_at, id);

CREATE INDEX disputes_of_payment ON disputes (payment_id);

CREATE INDEX disputes_order ON disputes (order_id, created_at, id);

CREATE INDEX fulfilment_lines_line ON fulfilment_lines (order_line_id);

CREATE INDEX fulfilments_order ON fulfilments (order_id, shipped_at, id);

CREATE INDEX idempotency_keys_due ON idempotency_keys (expires_at);

CREATE INDEX idempotency_keys_open ON idempotency_keys (locked_until) WHERE state = 'in_progress';

CREATE INDEX order_addresses_address ON order_addresses (address_id);

CREATE INDEX order_lines_sku ON order_lines (sku);

CREATE INDEX order_refund_lines_line ON order_refund_lines (order_line_id);

CREATE INDEX order_refunds_order ON order_refunds (order_id, created_at, id);

CREATE INDEX orders_additions ON orders (adds_to_order_id) WHERE adds_to_order_id IS NOT NULL;

CREATE INDEX orders_customer ON orders (customer_id, placed_at, id) WHERE customer_id IS NOT NULL;

CREATE INDEX orders_due ON orders (expires_at) WHERE status = 'pending';

CREATE INDEX orders_guest ON orders (guest_token_hash, placed_at, id) WHERE guest_token_hash IS NOT NULL;

CREATE INDEX orders_guest_email ON orders (lower(email)) WHERE customer_id IS NULL;

CREATE INDEX orders_newest ON orders (placed_at, id);

CREATE UNIQUE INDEX orders_one_live_per_cart ON orders (cart_id) WHERE status NOT IN ('cancelled', 'expired');

CREATE INDEX payments_due ON payments (next_check_at) WHERE next_check_at IS NOT NULL;

CREATE UNIQUE INDEX payments_one_open_per_order ON payments (order_id) WHERE status IN ('created', 'requires_action', 'processing');

CREATE INDEX payments_order ON payments (order_id, created_at, id);

CREATE INDEX price_list_prices_sku ON price_list_prices (sku);

CREATE INDEX product_attributes_value ON product_attributes (name, value, product_id);

CREATE INDEX product_categories_category ON product_categories (category_id, product_id);

CREATE INDEX product_prices_cheapest ON product_prices (currency, min_minor, product_id, max_minor);

CREATE INDEX products_best ON products (status, rating_average, id);

CREATE INDEX products_newest ON products (status, created_at, id);

CREATE INDEX products_title ON products (status, title, id);

CREATE INDEX products_unlisted ON products (id) WHERE listed_version <> version;

CREATE INDEX promotion_customers_customer ON promotion_customers (customer_key);

CREATE INDEX promotion_redemptions_code ON promotion_redemptions (code_key) WHERE code_key IS NOT NULL;

CREATE INDEX promotion_redemptions_customer ON promotion_redemptions (customer_key) WHERE customer_key IS NOT NULL;

CREATE INDEX promotion_redemptions_promotion ON promotion_redemptions (promotion_id);

CREATE INDEX promotions_status ON promotions (status, id);

CREATE INDEX provider_events_by_state ON provider_events (state, received_at, provider, event_id);

CREATE INDEX provider_events_done ON provider_events (finished_at) WHERE state IN ('processed', 'ignored');

CREATE INDEX provider_events_newest ON provider_events (received_at, provider, event_id);

CREATE INDEX provider_events_next ON provider_events (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

CREATE INDEX provider_events_payment ON provider_events (provider, provider_payment_id) WHERE provider_payment_id IS NOT NULL;

CREATE INDEX quotes_cart ON quotes (cart_id, created_at, id);

CREATE INDEX quotes_due ON quotes (expires_at);

CREATE INDEX refunds_due ON refunds (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

CREATE INDEX refunds_order ON refunds (order_id, created_at, id);

CREATE INDEX reservation_lines_backordered_by_sku ON reservation_lines (sku, backordered) WHERE backordered > 0;

CREATE INDEX reservation_lines_level ON reservation_lines (sku, location_id);

CREATE INDEX reservations_due ON reservations (expires_at) WHERE status = 'held';

CREATE INDEX reservations_holder_id ON reservations (holder_id);

CREATE INDEX return_lines_line ON return_lines (order_line_id);

CREATE INDEX returns_newest ON returns (status, id);

CREATE INDEX returns_order ON returns (order_id, id);

CREATE INDEX review_votes_customer ON review_votes (customer_id);

CREATE INDEX reviews_customer ON reviews (customer_id, created_at, id) WHERE customer_id IS NOT NULL;

CREATE INDEX reviews_newest ON reviews (created_at, id);

CREATE UNIQUE INDEX reviews_one_per_customer ON reviews (customer_id, product_id);

CREATE INDEX reviews_order_line ON reviews (order_line_id) WHERE order_line_id IS NOT NULL;

CREATE INDEX reviews_queue ON reviews (queued_at, id) WHERE queued_at IS NOT NULL;

CREATE INDEX reviews_shown_helpful ON reviews (product_id, helpful_count, id) WHERE status = 'approved';

CREATE INDEX reviews_shown_newest ON reviews (product_id, created_at, id) WHERE status = 'approved';

CREATE INDEX reviews_shown_rating ON reviews (product_id, rating, id) WHERE status = 'approved';

CREATE INDEX stock_ledger_level ON stock_ledger (sku, location_id, created_at);

CREATE INDEX variants_product ON variants (product_id, position);

CREATE INDEX vouchers_promotion ON vouchers (promotion_id, code_key);

CREATE INDEX wish_list_items_sku ON wish_list_items (sku);

CREATE INDEX work_failures_age ON work_failures (first_failed_at, job, row_id);
