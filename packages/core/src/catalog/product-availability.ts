import { available, type StockBand, type StockLevel, stockBand } from '../inventory/stock.ts'
import type { StockSupply } from '../inventory/stock-store.ts'
import type { Product, Variant } from './product.ts'

/** Whether a variant can be bought, in the words that buyers are shown. For show: carts and checkout look at the stock itself. */
export interface VariantAvailability {
  readonly sku: string
  /** How much there is of it; `in_stock` where no stock is kept. */
  readonly band: StockBand
  /** True also for what is out of stock and may be backordered. */
  readonly buyable: boolean
}

/** Whether a product's variants can be bought. Kept apart from the product, because it changes so much more often. */
export interface AvailabilityView {
  readonly handle: string
  /** In the product's order. */
  readonly variants: readonly VariantAvailability[]
}

/** What buyers are told of the stock of a product as they see it. */
export function productAvailability({ handle, variants }: Product, supply: StockSupply, lowStockUnits: number): AvailabilityView {
  return { handle, variants: variants.map((variant) => variantAvailability(variant, supply, lowStockUnits)) }
}

function variantAvailability({ sku, stockTracked, backorder }: Variant, { levels, priority }: StockSupply, lowStockUnits: number): VariantAvailability {
  if (!stockTracked) return { sku, band: 'in_stock', buyable: true }
  const most = Math.max(0, ...levels.filter((level) => isActive(level, sku, priority)).map(available))
  const band = stockBand(most, lowStockUnits)
  return { sku, band, buyable: band !== 'out' || backorder === 'allow' }
}

function isActive(level: StockLevel, sku: string, priority: StockSupply['priority']): boolean {
  return level.sku === sku && priority.includes(level.locationId)
}
