import type { AccountReader, AccountStore } from '../accounts/account-store.ts'
import type { OwnerFilter } from '../actor.ts'
import type { AuditReader } from '../audit/audit-store.ts'
import type { CartReader, CartStore } from '../cart/cart-store.ts'
import type { CatalogLoad, CatalogLoadResult } from '../catalog/catalog-load.ts'
import type { CatalogReader, CatalogStore } from '../catalog/catalog-store.ts'
import type { CreditReader, CreditStore } from '../credit/credit-store.ts'
import type { CustomerReader, CustomerStore } from '../customers/customer-store.ts'
import type { OutboxReader, OutboxStore } from '../events/outbox-store.ts'
import type { IdempotencyReader, IdempotencyStore } from '../idempotency/idempotency-store.ts'
import type { InboxReader, InboxStore } from '../inbox/inbox-store.ts'
import type { StockReader, StockStore } from '../inventory/stock-store.ts'
import type { OrderReader, OrderStore } from '../orders/order-store.ts'
import type { PaymentReader, PaymentStore } from '../payments/payment-store.ts'
import type { PriceListReader, PriceListStore } from '../pricing/price-list-store.ts'
import type { QuoteReader, QuoteStore } from '../pricing/quote-store.ts'
import type { PromotionReader, PromotionStore } from '../promotions/promotion-store.ts'
import type { ReturnReader, ReturnStore } from '../returns/return-store.ts'
import type { ReviewReader, ReviewStore } from '../reviews/review-store.ts'
import type { SearchSettingsReader, SearchSettingsStore } from '../search/search-settings-store.ts'
import type { Now } from '../time.ts'
import type { WishListReader, WishListStore } from '../wish-lists/wish-list-store.ts'
import type { WorkFailureReader, WorkFailureStore } from '../worker/work-failure-store.ts'

/** What can be read in one consistent snapshot. */
export interface StorageSnapshot {
  /** The snapshot's time: one instant for everything in it. */
  readonly now: Date
  readonly catalog: CatalogReader
  readonly stock: StockReader
  readonly carts: CartReader
  readonly quotes: QuoteReader
  readonly orders: OrderReader
  readonly payments: PaymentReader
  readonly returns: ReturnReader
  readonly reviews: ReviewReader
  readonly promotions: PromotionReader
  readonly priceLists: PriceListReader
  readonly inbox: InboxReader
  readonly outbox: OutboxReader
  readonly idempotency: IdempotencyReader
  readonly workFailures: WorkFailureReader
  readonly searchSettings: SearchSettingsReader
  readonly customers: CustomerReader
  readonly wishLists: WishListReader
  readonly accounts: AccountReader
  readonly credit: CreditReader
  readonly audit: AuditReader
}

/** Which moment a snapshot may show. Without either, one that is a little old will do. */
export interface SnapshotOptions {
  /** True to see everything committed before it began: never a replica's. @default false */
  readonly fresh?: boolean
  /** Who looks at carts, orders or customers, and sees at least what was written of them through this storage; `any` stands for staff, who look at everybody's. */
  readonly reader?: OwnerFilter
}

/** What can be done in one transaction. */
export interface StorageTransaction {
  /** The transaction's time: one instant for everything in it. */
  readonly now: Date
  readonly catalog: CatalogStore
  readonly stock: StockStore
  readonly carts: CartStore
  readonly quotes: QuoteStore
  readonly orders: OrderStore
  readonly payments: PaymentStore
  readonly returns: ReturnStore
  readonly reviews: ReviewStore
  readonly promotions: PromotionStore
  readonly priceLists: PriceListStore
  readonly inbox: InboxStore
  readonly outbox: OutboxStore
  readonly idempotency: IdempotencyStore
  readonly workFailures: WorkFailureStore
  readonly searchSettings: SearchSettingsStore
  readonly customers: CustomerStore
  readonly wishLists: WishListStore
  readonly accounts: AccountStore
  readonly credit: CreditStore
  /**
   * Writes many new products with their variants, prices, stock, ledger entries and events by the fastest way that the engine has, such as COPY: for first loads.
   * A storage without it gets the same rows through its other verbs, which is slower.
   *
   * **Contract for implementers**
   * - Row for row, what is there afterwards is what `upsertProducts`, `declareStock`, `adjust` and `append` would have written, one after the other, all that is
   *   derived from it included. Constraints and references are checked as ever.
   * - All or nothing: when a handle, a SKU or a level exists, the answer is `not_new`, nothing was written, and the transaction goes on.
   *
   * @throws CONFLICT when a concurrent transaction made one of them meanwhile
   */
  load?(load: CatalogLoad): Promise<CatalogLoadResult>
}

export interface MigrationState {
  readonly name: string
  /** Null while pending. */
  readonly appliedAt: Date | null
}

/** Brings the schema up to date. Safe to call from many processes at once: one works, the others wait for it. */
export interface Migrations {
  status(): Promise<readonly MigrationState[]>
  /** Applies what is pending: one that fails leaves nothing of itself, and everything before it. @returns the names applied. @throws SCHEMA_MISMATCH */
  up(): Promise<readonly string[]>
  /** Undoes the newest migration. @returns its name, or null when there is none. */
  down(): Promise<string | null>
  /** The SQL that `up` or `down` would run, without running it. */
  plan(direction: 'up' | 'down'): Promise<readonly { readonly name: string; readonly sql: readonly string[] }[]>
}

/** One finding of `doctor`. */
export interface Diagnosis {
  readonly check: string
  readonly status: 'ok' | 'warning' | 'error'
  readonly message: string
  /** What to do about it; null when all is well. */
  readonly remedy: string | null
}

/**
 * The shop's database.
 *
 * **Contract for implementers**
 * - `transaction` commits when `work` resolves and rolls back when it rejects; the rejection reaches the caller unchanged.
 * - Transactions behave as if they ran one after the other as far as the verbs' contracts go: what a verb checks still holds when it writes.
 * - Verbs take effect in the order of their calls, also when one is called before another has answered: what is read right after `orders.lock` or
 *   `carts.freeze` was called is what holds once the lock has been had.
 * - Using the storage itself inside `work` rejects with `NESTED_TRANSACTION` at once, never a deadlock; using `tx` afterwards, with `TRANSACTION_CLOSED`.
 * - A lock held by someone else is waited for without blocking the event loop, until the storage's deadline; then `STORAGE_BUSY`.
 * - A connection that dies at COMMIT is `OUTCOME_UNKNOWN`; one that dies before is `STORAGE_UNAVAILABLE`, and nothing was written.
 * - `work` may run more than once (serialization failures); only the last run's writes count, so it must have no effect outside `tx`. A snapshot's too.
 * - A snapshot for a `reader` sees every change of this reader's carts and orders that a transaction of this very storage, or of one it handed out by
 *   `together`, had committed before; for `any`, every change of anybody's. What other processes have committed it may see later, unless it is `fresh`.
 *
 * @typeParam HostTransaction - what `within` takes.
 */
export interface Storage<HostTransaction = never> {
  /** The engine, e.g. `sqlite`. */
  readonly name: string
  /** True when starting a shop may apply pending migrations by itself, as an embedded database wants. */
  readonly migratesOnStart: boolean
  transaction<T>(now: Now, work: (tx: StorageTransaction) => Promise<T>): Promise<T>
  /** Reads that belong together, in one snapshot. May be answered by a replica unless `fresh`. */
  snapshot<T>(now: Now, work: (snapshot: StorageSnapshot) => Promise<T>, options?: SnapshotOptions): Promise<T>
  /**
   * Runs several transactions as one: all of them are there when it resolves, and none if `work` rejects or the process dies. For bulk work that goes through
   * the ordinary services: a thousand transactions cost one commit. A storage without it has no cheaper way than one commit each.
   *
   * **Contract for implementers**
   * - `work` uses the storage it is handed in place of this one, which refuses to be used meanwhile with `NESTED_TRANSACTION`.
   * - Each transaction on it has its own `now`, sees what the earlier ones wrote, and rolls back alone when its callback rejects. They run one after the other,
   *   in the order of the calls.
   * - Afterwards it refuses with `TRANSACTION_CLOSED`. Its `close` does nothing.
   * - Other writers may have to wait until the end.
   */
  together?<T>(work: (storage: Storage) => Promise<T>): Promise<T>
  /**
   * The shop inside a transaction that the host has opened and will end: what is done there is committed, or undone, with what the host does. A storage without
   * it cannot take part in foreign transactions.
   *
   * **Contract for implementers**
   * - Each transaction on the result is a part of the host's: a rejection undoes that part alone and leaves the host's transaction usable. They run one after
   *   the other, in the order of the calls, and `snapshot` reads in the host's transaction too.
   * - Nothing is run again by itself: what only a new transaction can mend (a deadlock, a serialization failure) is a `CONFLICT` with its cause.
   * - Once the host's transaction is over it refuses with `TRANSACTION_CLOSED`. Its `close` does nothing, and its schema cannot be changed.
   * - It never commits, never rolls back more than its own parts, and changes no setting of the host's connection.
   *
   * @throws INVALID_INPUT for what is no open transaction of a kind that the storage knows
   */
  within?(hostTransaction: HostTransaction): Storage
  /**
   * Calls `onChange` soon after events were committed, by whatever process, so that whoever delivers them need not ask all the time. A hint: it may come once
   * for many events, without any, or not at all, so go on asking now and then. A storage without it has no way to tell.
   *
   * @returns what ends it; `close` of the storage does as well.
   */
  watch?(onChange: () => void): { close(): Promise<void> }
  /** @throws NESTED_TRANSACTION when called inside `work`: for code that hands work to a queue, which would otherwise wait for the transaction it is called in. */
  refuseNested(): void
  readonly migrations: Migrations
  /** Checks settings and schema. */
  diagnose(): Promise<readonly Diagnosis[]>
  /** Closes what the storage opened itself. Doing it twice does nothing more. */
  close(): Promise<void>
}
