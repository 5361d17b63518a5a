import { type RawBuilder, sql } from 'kysely'
import type { SqlCodecs } from '../engine/sql-dialect.ts'

/** True for a row `v` of variants that can be bought now: active, and with available stock at an active location, untracked, or backordered. */
export function buyableNow(codecs: SqlCodecs): RawBuilder<boolean> {
  return sql<boolean>`v.status = 'active' AND (v.stock_tracked = ${codecs.bool.encode(false)} OR v.backorder = 'allow' OR EXISTS (
    SELECT 1 FROM stock_levels l JOIN locations w ON w.id = l.location_id
    WHERE l.sku = v.sku AND l.on_hand > l.reserved AND w.active = ${codecs.bool.encode(true)}))`
}
