import { available, type StockBand, type StockLevel, stockBand } from '../inventory/stock.ts'
import type { StockSupply } from '../inventory/stock-store.ts'
import type { StorageSnapshot } from '../storage/storage.ts'
import type { Product, Sellable, SellableComponent, Variant } from './product.ts'
import { latestDay, type SaleDays, saleDays } from './sale-days.ts'

/** Whether a variant can be bought, in the words that buyers are shown. For show: carts and checkout look at the stock itself. */
export interface VariantAvailability extends SaleDays {
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
export function productAvailability({ handle, variants }: Product, goods: AvailableGoods, lowStockUnits: number): AvailabilityView {
  return { handle, variants: variants.map((variant) => variantAvailability(variant, goods, lowStockUnits)) }
}

/** What the availability of a product's variants is told from. */
export interface AvailableGoods extends StockSupply {
  /** The product's bundles, by their SKUs, as they are now. */
  readonly bundles: ReadonlyMap<string, Sellable>
}

/** Reads it. What is out of stock in one currency is so in all. */
export async function availableGoods(
  { catalog, stock }: Pick<StorageSnapshot, 'catalog' | 'stock'>,
  { variants }: Product,
  currency: string,
): Promise<AvailableGoods> {
  const skus = variants.flatMap(({ sku, components }) => (components === undefined ? [sku] : components.map((component) => component.sku)))
  const bundles = variants.filter(({ components }) => components !== undefined).map(({ sku }) => sku)
  const [supply, rows] = await Promise.all([
    stock.supply({ skus: [...new Set(skus)] }),
    bundles.length === 0 ? [] : catalog.sellables({ skus: bundles, currency }),
  ])
  return { ...supply, bundles: new Map(rows.map((row) => [row.sku, row])) }
}

function variantAvailability(variant: Variant, goods: AvailableGoods, lowStockUnits: number): VariantAvailability {
  if (variant.components !== undefined) return bundleAvailability(variant, goods, lowStockUnits)
  return partAvailability({ ...variant, quantity: 1 }, goods, lowStockUnits)
}

/** As scarce as the scarcest of its components, and there when the last of them is; not to be had while one of them is not on sale. */
function bundleAvailability({ sku, availableFrom }: Variant, goods: AvailableGoods, lowStockUnits: number): VariantAvailability {
  const components = goods.bundles.get(sku)?.components ?? []
  const parts = components.map((component) => partAvailability(component, goods, lowStockUnits))
  if (parts.length === 0 || components.some(({ onSale }) => !onSale)) return { sku, band: 'out', buyable: false }
  const bands = parts.map(({ band }) => band)
  const band = bands.includes('out') ? 'out' : bands.includes('low') ? 'low' : 'in_stock'
  const days = {
    availableFrom: latestDay([availableFrom, ...parts.map((part) => part.availableFrom)]),
    restockDate: latestDay(parts.map(({ restockDate }) => restockDate)),
  }
  return { sku, band, buyable: parts.every(({ buyable }) => buyable), ...saleDays(days) }
}

type Part = Pick<SellableComponent, 'sku' | 'quantity' | 'stockTracked' | 'backorder' | keyof SaleDays>

/** Single units are counted at the location that has most of them, several together over all locations, since a checkout may split them. */
function partAvailability(part: Part, { levels, priority }: StockSupply, lowStockUnits: number): VariantAvailability {
  const { sku, quantity, stockTracked, backorder, availableFrom, restockDate } = part
  if (!stockTracked) return { sku, band: 'in_stock', buyable: true, ...saleDays({ availableFrom }) }
  const units = levels.filter((level) => isActive(level, sku, priority)).map(available)
  const times = quantity === 1 ? Math.max(0, ...units) : Math.floor(units.reduce((sum, count) => sum + count, 0) / quantity)
  const band = stockBand(times, lowStockUnits)
  return { sku, band, buyable: band !== 'out' || backorder === 'allow', ...saleDays({ availableFrom, restockDate: band === 'out' ? restockDate : undefined }) }
}

function isActive(level: StockLevel, sku: string, priority: StockSupply['priority']): boolean {
  return level.sku === sku && priority.includes(level.locationId)
}
