import type { Rejection } from './rejection.ts'
import type { RowGroup } from './row-groups.ts'

/** A product in the shape that `catalog.upsertMany` takes; it checks all of it again. */
export interface ProductRecord {
  readonly handle: string
  readonly title: string
  readonly description?: string
  readonly vendor?: string
  readonly status?: string
  readonly taxCategory?: string
  readonly categories?: readonly (readonly string[])[]
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
  readonly images?: readonly { readonly url: string; readonly alt?: string }[]
  readonly options?: readonly string[]
  readonly variants: readonly (VariantRecord | KnownSku)[]
}

/** Stands for a rejected variant whose SKU could be read: the catalogue then leaves what it has stored of it alone, instead of archiving it. */
export interface KnownSku {
  readonly sku: string
}

export interface VariantRecord {
  readonly sku: string
  readonly barcode?: string
  readonly options?: Readonly<Record<string, string>>
  readonly prices: readonly PriceRecord[]
  readonly stock?: readonly { readonly location?: string; readonly quantity: number }[]
  readonly weightGrams?: number
  readonly stockTracked?: boolean
  readonly backorder?: 'deny' | 'allow'
  readonly backorderLimit?: number
  readonly availableFrom?: string
  readonly restockDate?: string
}

export interface PriceRecord {
  readonly currency: string
  readonly amountMinor: number
  readonly compareAtMinor?: number
}

/** A product read from the file, ready for the catalogue. */
export interface Candidate {
  /** Where its first row is. */
  readonly line: number
  /** Where the row of each variant is, in the order of the record's variants; null for one that has been rejected already. Empty when all share one line. */
  readonly variantLines: readonly (number | null)[]
  /** A `ProductRecord` when we made it; whatever the line held when the file is in our own format. */
  readonly record: unknown
}

/** What became of one group of rows: the rejections may leave a product all the same. */
export interface Conversion {
  readonly candidate: Candidate | null
  readonly rejected: readonly Rejection[]
}

/** How one kind of file is understood. */
export interface RowReading {
  readonly convert: (group: RowGroup) => Conversion
  /** The column or field behind a path of the record, for messages: `variants.prices.amountMinor` → `Variant Price`. Null when there is none. */
  readonly sourceColumn: (path: string) => string | null
}
