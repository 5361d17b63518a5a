import { type RawBuilder, sql } from 'kysely'
import type { SqlCodecs } from '../engine/sql-dialect.ts'

/**
 * True for a row `v` of variants that can be bought now: active, and with available stock at an active location, untracked, or backordered; a bundle, when that holds of
 * each component, and there is enough of it for one.
 */
export function buyableNow(codecs: SqlCodecs): RawBuilder<boolean> {
  const [no, yes] = [codecs.bool.encode(false), codecs.bool.encode(true)]
  return sql<boolean>`v.status = 'active' AND CASE WHEN v.components IS NULL THEN v.stock_tracked = ${no} OR v.backorder = 'allow' OR EXISTS (
      SELECT 1 FROM stock_levels l JOIN locations w ON w.id = l.location_id
      WHERE l.sku = v.sku AND l.on_hand > l.reserved AND w.active = ${yes})
    ELSE NOT EXISTS (
      SELECT 1 FROM bundle_components k JOIN variants c ON c.sku = k.component JOIN products o ON o.id = c.product_id
      WHERE k.sku = v.sku AND NOT (${componentOnSale('c', 'o')} AND (c.stock_tracked = ${no} OR c.backorder = 'allow' OR k.quantity <= (
        SELECT coalesce(sum(l.on_hand - l.reserved), 0) FROM stock_levels l JOIN locations w ON w.id = l.location_id
        WHERE l.sku = c.sku AND w.active = ${yes})))) END`
}

/** True for a component of a bundle that is on sale: a variant and its product, by their names in the query. */
export function componentOnSale(variant: string, product: string): RawBuilder<boolean> {
  const [v, p] = [(column: string) => sql.ref(`${variant}.${column}`), (column: string) => sql.ref(`${product}.${column}`)]
  return sql<boolean>`(${v('status')} = 'active' AND ${p('status')} = 'published' AND ${v('components')} IS NULL)`
}
