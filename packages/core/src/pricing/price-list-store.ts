import type { Page } from '../catalog/catalog-store.ts'
import type { PriceListId } from '../ids.ts'
import type { PriceList, PriceStep } from './price-list.ts'

export interface PriceListReader {
  find(params: { readonly code: string }): Promise<PriceList | undefined>
  /** By code. */
  list(params: { readonly limit: number; readonly after?: string }): Promise<Page<PriceList>>
  /** By SKU, then quantity. */
  prices(params: { readonly priceListId: PriceListId; readonly limit: number; readonly after?: string }): Promise<Page<PriceStep>>
}

/** Price lists and their prices. What they make of a SKU is read with `CatalogReader.sellables`. */
export interface PriceListStore extends PriceListReader {
  /**
   * Writes a list as it should be, its groups included: a new one when `expectedVersion` is null.
   *
   * @returns `stale` when another version is stored than expected, `code_taken` when another list has the code; nothing is written then.
   */
  save(params: { readonly list: PriceList; readonly expectedVersion: number | null }): Promise<'saved' | 'stale' | 'code_taken'>
  /** Writes prices over those of the same SKU and quantity, whoever else writes to the list. Every SKU exists, and none comes twice with one quantity. */
  putPrices(params: { readonly priceListId: PriceListId; readonly prices: readonly PriceStep[] }): Promise<void>
  /** Takes away all prices of these SKUs. @returns how many there were. */
  removePrices(params: { readonly priceListId: PriceListId; readonly skus: readonly string[] }): Promise<number>
  /** Deletes a list with its prices and groups. @returns `stale` when another version is stored; nothing is written then. */
  delete(params: { readonly priceListId: PriceListId; readonly expectedVersion: number }): Promise<'deleted' | 'stale'>
}
