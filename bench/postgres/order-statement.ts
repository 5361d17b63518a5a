/**
 * An order as one hand-written statement, the shortest there is: it takes the units with one guarded UPDATE and writes, from what the catalogue says, every row that a whole
 * purchase through the library leaves behind. It asks nobody for money and answers no question twice.
 *
 * @param skus - expressions of the SKUs, which differ.
 */
export function orderStatement(skus: readonly string[]): string {
  const keys = ['cart', 'quote', 'buyer', 'hold', 'payment'].map((name) => `gen_random_uuid() AS ${name}`).join(', ')
  return `WITH ids AS MATERIALIZED (SELECT ${keys}, gen_random_uuid() AS id, date_trunc('milliseconds', now()) AS at),
goods AS MATERIALIZED (
  SELECT v.sku, v.id AS variant_id, v.product_id, p.title, c.amount_minor, row_number() OVER () - 1 AS position
  FROM variants v JOIN products p ON p.id = v.product_id JOIN prices c ON c.variant_id = v.id AND c.currency = 'USD' WHERE v.sku IN (${skus.join(', ')})),
due AS MATERIALIZED (SELECT sum(amount_minor)::bigint AS total FROM goods),
taken AS (
  UPDATE stock_levels SET reserved = reserved + 1, version = version + 1, updated_at = (SELECT at FROM ids)
  WHERE sku IN (SELECT sku FROM goods) AND on_hand - reserved >= 1 RETURNING sku, location_id),
made_cart AS (
  INSERT INTO carts (id, guest_token_hash, currency, status, checkout_order_id, version, expires_at, created_at, updated_at)
  SELECT cart, buyer::text, 'USD', 'ordered', id, 5, at + interval '7 days', at, at FROM ids),
cart_goods AS (INSERT INTO cart_lines (cart_id, sku, position, quantity, seen_unit_minor) SELECT cart, sku, position, 1, amount_minor FROM ids, goods),
priced AS (
  INSERT INTO quotes (id, cart_id, cart_version, body, expires_at, created_at)
  SELECT quote, cart, 4, jsonb_build_object('total', total), at + interval '15 minutes', at FROM ids, due),
held AS (
  INSERT INTO reservations (id, holder_type, holder_id, status, created_at, updated_at) SELECT hold, 'order', id::text, 'committed', at, at FROM ids),
held_lines AS (
  INSERT INTO reservation_lines (reservation_id, sku, location_id, quantity, held, backordered, consumed, released)
  SELECT hold, sku, location_id, 1, 1, 0, 0, 0 FROM ids, taken),
placed AS (
  INSERT INTO orders (id, number, cart_id, guest_token_hash, currency, status, payment_status, fulfilment_status, disputed, subtotal_minor, discount_minor, shipping_minor,
    tax_minor, total_minor, shipping_method, shipping_label, shipping_address, billing_address, reservation_id, placed_at, updated_at, version)
  SELECT id, id::text, cart, buyer::text, 'USD', 'confirmed', 'paid', 'none', false, total, 0, 0, 0, total, 'standard', 'Standard', '{}', '{}', hold, at, at, 2 FROM ids, due),
sold AS (
  INSERT INTO order_lines (id, order_id, position, sku, variant_id, product_id, title, options, quantity, unit_minor, total_minor, discount_minor, tax_minor, stock_tracked,
    fulfilled_quantity)
  SELECT gen_random_uuid(), id, position, sku, variant_id, product_id, title, '{}', 1, amount_minor, amount_minor, 0, 0, true, 0 FROM ids, goods),
steps AS (
  INSERT INTO order_history (order_id, version, change, status, payment_status, fulfilment_status, disputed, event_id, actor_type, at)
  SELECT id, step, change, state, paid, 'none', false, gen_random_uuid(), 'guest', at
  FROM ids, (VALUES (1, 'placed', 'pending', 'pending'), (2, 'confirmed', 'confirmed', 'paid')) AS s (step, change, state, paid)),
paid AS (
  INSERT INTO payments (id, order_id, provider, provider_payment_id, method, capture, status, amount_minor, currency, authorised_minor, captured_minor, checks, created_at,
    updated_at, version)
  SELECT payment, id, 'fake', payment::text, 'card_ok', 'automatic', 'captured', total, 'USD', 0, total, 0, at, at, 2 FROM ids, due),
payment_steps AS (
  INSERT INTO payment_history (payment_id, version, status, event_id, actor_type, at)
  SELECT payment, step, state, gen_random_uuid(), 'guest', at FROM ids, (VALUES (1, 'created'), (2, 'captured')) AS s (step, state)),
told AS (
  INSERT INTO outbox (tx, event_id, topic, aggregate_type, aggregate_id, aggregate_version, payload, created_at)
  SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint), gen_random_uuid(), topic, subject, CASE subject WHEN 'order' THEN id ELSE payment END, step, '{}', at
  FROM ids, (VALUES ('order.placed', 'order', 1), ('payment.changed', 'payment', 1), ('order.confirmed', 'order', 2), ('payment.changed', 'payment', 2)) AS s (topic, subject, step)),
remembered AS (
  INSERT INTO idempotency_keys (scope, operation, key, fingerprint, state, step, fence, locked_until, result, expires_at)
  SELECT 'bench', 'checkout.place', id::text, '', 'finished', 'prepared', 1, at, '{}', at + interval '7 days' FROM ids)
SELECT count(*) FROM taken`
}
