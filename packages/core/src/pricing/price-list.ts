import type { PriceListId } from '../ids.ts'
import type { Currency } from '../money/money.ts'

/** Prices of their own for some buyers, some quantities or some time. */
export interface PriceList {
  readonly id: PriceListId
  /** Unique, for people and imports, e.g. `wholesale-eur`. */
  readonly code: string
  readonly name: string
  /** Of all its prices; never changes. */
  readonly currency: Currency
  /** The customer groups that it is for; empty for everybody, guests included. */
  readonly groups: readonly string[]
  /** Of several lists that apply, those of the highest priority count. */
  readonly priority: number
  /** False for one that is put aside. */
  readonly active: boolean
  /** From when on it counts; null for always. */
  readonly startsAt: Date | null
  /** From when on it counts no more; null for never. */
  readonly endsAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Grows by one with each change, of its prices too. */
  readonly version: number
}

/** What a list asks for one unit of a SKU, from a quantity on. */
export interface PriceStep {
  readonly sku: string
  /** ≥ 1. */
  readonly minQuantity: number
  readonly amountMinor: number
}
