import type { DomainEvent } from '../events/domain-event.ts'
import type { StockLevel } from '../inventory/stock.ts'
import type { ProductDraft } from './catalog-store.ts'

/** Products that are all new, with everything else that an import writes of them. */
export interface CatalogLoad {
  /** Their categories exist; no handle and no SKU comes twice. */
  readonly products: readonly ProductDraft[]
  /** What each import record said of a variant's stock; see `CatalogStore.declareStock`. One entry a SKU, each a SKU of these products. */
  readonly declared: readonly { readonly sku: string; readonly declared: string }[]
  /** Levels of their SKUs, none twice, at locations that exist. The ledger gets an entry for each one that is not empty, so that its sums are the levels. */
  readonly levels: readonly LoadedLevel[]
  /** Appended in this order. */
  readonly events: readonly DomainEvent[]
}

/** A first stock level. */
export interface LoadedLevel {
  /** Of the ledger's entry, with the reason `import`. */
  readonly entryId: string
  readonly level: StockLevel
}

/** `not_new`: a handle, a SKU or a level of these exists, and nothing was written. */
export type CatalogLoadResult = 'loaded' | 'not_new'
