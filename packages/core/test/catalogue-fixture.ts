import { CatalogService } from '../src/catalog/catalog-service.ts'
import type { Context } from '../src/context.ts'

/** One product with one variant, by its SKU. */
export interface ProductFixture {
  readonly sku: string
  /** In USD; null for a product without any price. @default 500 */
  readonly amountMinor?: number | null
  /** On hand at `main`; none by default. */
  readonly stock?: number
  readonly stockTracked?: boolean
  readonly backorder?: 'deny' | 'allow'
  readonly status?: 'draft' | 'published' | 'archived'
}

/** Imports the products as a shop would. */
export async function importProducts(context: Context, products: readonly ProductFixture[]): Promise<void> {
  const records = products.map(({ sku, amountMinor = 500, stock, stockTracked = true, backorder = 'deny', status = 'published' }) => ({
    handle: sku.toLowerCase(),
    title: `The ${sku}`,
    status,
    variants: [
      {
        sku,
        prices: amountMinor === null ? [] : [{ currency: 'USD', amountMinor }],
        stockTracked,
        backorder,
        ...(stock === undefined ? {} : { stock: [{ location: 'main', quantity: stock }] }),
      },
    ],
  }))
  const { rejected } = await new CatalogService(context).upsertMany({ products: records })
  if (rejected.length > 0) throw new Error(JSON.stringify(rejected))
}
