import { type BackorderPolicy, type BundleComponent, type SellableComponent, saleDays } from '@cartwright/core/ports'
import { type RawBuilder, sql } from 'kysely'
import type { SqlCodecs, SqlDialect, SqlJson } from '../engine/sql-dialect.ts'
import { componentOnSale } from './catalog-stock-condition.ts'

/** What is read of one component: SKU, title, whether stock is kept, what is done when it is short, whether it is on sale, its days; truth as 1 and 0. */
type ComponentNow = readonly [
  sku: string,
  title: string,
  stockTracked: 0 | 1,
  backorder: BackorderPolicy,
  onSale: 0 | 1,
  availableFrom?: string | null,
  restockDate?: string | null,
]

/** Of a row of `variants` that is a bundle, its components as they are now. Null, and nothing looked up, for others. */
export function componentsNow(dialect: SqlDialect): RawBuilder<SqlJson | null> {
  const values = [
    sql`c.sku`,
    sql`o.title`,
    sql`CASE WHEN c.stock_tracked = ${dialect.codecs.bool.encode(true)} THEN 1 ELSE 0 END`,
    sql`c.backorder`,
    sql`CASE WHEN ${componentOnSale('c', 'o')} THEN 1 ELSE 0 END`,
    sql`c.available_from`,
    sql`c.restock_date`,
  ]
  return sql<SqlJson | null>`(CASE WHEN variants.components IS NULL THEN NULL ELSE (
    SELECT ${dialect.jsonLists(values, sql`c.sku`)} FROM bundle_components AS k JOIN variants AS c ON c.sku = k.component JOIN products AS o ON o.id = c.product_id
    WHERE k.sku = variants.sku) END)`
}

/** The components of a bundle, in the order in which they were given. */
export function sellableComponents({ json }: SqlCodecs, components: SqlJson, now: SqlJson | null): readonly SellableComponent[] {
  const read = new Map((now === null ? [] : json.decode<ComponentNow[]>(now)).map((row) => [row[0], row]))
  return json.decode<BundleComponent[]>(components).map(({ sku, quantity }) => {
    const [, title, stockTracked, backorder, onSale, availableFrom, restockDate] = read.get(sku) ?? [sku, sku, 1, 'deny', 0]
    return { sku, title, quantity, stockTracked: stockTracked === 1, backorder, onSale: onSale === 1, ...saleDays({ availableFrom, restockDate }) }
  })
}
