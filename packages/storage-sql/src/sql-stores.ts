import type {
  AccountStore,
  AuditReader,
  CartStore,
  CatalogLoad,
  CatalogLoadResult,
  CatalogStore,
  CreditStore,
  CustomerStore,
  IdempotencyStore,
  InboxStore,
  OrderStore,
  OutboxStore,
  PaymentStore,
  PriceListStore,
  PromotionStore,
  QuoteStore,
  ReturnStore,
  ReviewStore,
  SearchSettingsStore,
  StockStore,
  StorageSnapshot,
  StorageTransaction,
  WishListStore,
  WorkFailureStore,
} from '@cartwright/core/ports'
import type { SqlSession } from './engine/session.ts'
import { sqlAccountStore } from './stores/account-store.ts'
import { sqlAuditReader } from './stores/audit-store.ts'
import { sqlCartStore } from './stores/cart-store.ts'
import { loadCatalog } from './stores/catalog-load.ts'
import { sqlCatalogStore } from './stores/catalog-store.ts'
import { sqlCreditStore } from './stores/credit-store.ts'
import { sqlCustomerStore } from './stores/customer-store.ts'
import { sqlIdempotencyStore } from './stores/idempotency-store.ts'
import { sqlInboxStore } from './stores/inbox-store.ts'
import { sqlOrderStore } from './stores/order-store.ts'
import { sqlOutboxStore } from './stores/outbox-store.ts'
import { sqlPaymentStore } from './stores/payment-store.ts'
import { sqlPriceListStore } from './stores/price-list-store.ts'
import { sqlPromotionStore } from './stores/promotion-store.ts'
import { sqlQuoteStore } from './stores/quote-store.ts'
import { sqlReturnStore } from './stores/return-store.ts'
import { sqlReviewStore } from './stores/review-store.ts'
import { sqlSearchSettingsStore } from './stores/search-settings-store.ts'
import { sqlStockStore } from './stores/stock-store.ts'
import { sqlWishListStore } from './stores/wish-list-store.ts'
import { sqlWorkFailureStore } from './stores/work-failure-store.ts'

/** The stores of one transaction or snapshot, each made when it is first asked for: a transaction pays for what it uses. */
export class SqlStores implements StorageTransaction, StorageSnapshot {
  readonly now: Date
  readonly #session: SqlSession
  readonly #onAppend: () => void
  #catalog: CatalogStore | undefined
  #stock: StockStore | undefined
  #carts: CartStore | undefined
  #quotes: QuoteStore | undefined
  #orders: OrderStore | undefined
  #payments: PaymentStore | undefined
  #returns: ReturnStore | undefined
  #reviews: ReviewStore | undefined
  #promotions: PromotionStore | undefined
  #priceLists: PriceListStore | undefined
  #inbox: InboxStore | undefined
  #outbox: OutboxStore | undefined
  #idempotency: IdempotencyStore | undefined
  #workFailures: WorkFailureStore | undefined
  #searchSettings: SearchSettingsStore | undefined
  #customers: CustomerStore | undefined
  #wishLists: WishListStore | undefined
  #accounts: AccountStore | undefined
  #credit: CreditStore | undefined

  /** @param onAppend - hears that events were added, which counts once the transaction commits */
  constructor(session: SqlSession, onAppend: () => void = () => undefined) {
    this.#session = session
    this.#onAppend = onAppend
    this.now = session.now
  }

  get catalog(): CatalogStore {
    this.#catalog ??= sqlCatalogStore(this.#session)
    return this.#catalog
  }

  get stock(): StockStore {
    this.#stock ??= sqlStockStore(this.#session)
    return this.#stock
  }

  get carts(): CartStore {
    this.#carts ??= sqlCartStore(this.#session)
    return this.#carts
  }

  get quotes(): QuoteStore {
    this.#quotes ??= sqlQuoteStore(this.#session)
    return this.#quotes
  }

  get orders(): OrderStore {
    this.#orders ??= sqlOrderStore(this.#session)
    return this.#orders
  }

  get payments(): PaymentStore {
    this.#payments ??= sqlPaymentStore(this.#session)
    return this.#payments
  }

  get returns(): ReturnStore {
    this.#returns ??= sqlReturnStore(this.#session)
    return this.#returns
  }

  get reviews(): ReviewStore {
    this.#reviews ??= sqlReviewStore(this.#session)
    return this.#reviews
  }

  get promotions(): PromotionStore {
    this.#promotions ??= sqlPromotionStore(this.#session)
    return this.#promotions
  }

  get priceLists(): PriceListStore {
    this.#priceLists ??= sqlPriceListStore(this.#session)
    return this.#priceLists
  }

  get inbox(): InboxStore {
    this.#inbox ??= sqlInboxStore(this.#session)
    return this.#inbox
  }

  get outbox(): OutboxStore {
    this.#outbox ??= withAppendHeard(sqlOutboxStore(this.#session), this.#onAppend)
    return this.#outbox
  }

  get idempotency(): IdempotencyStore {
    this.#idempotency ??= sqlIdempotencyStore(this.#session)
    return this.#idempotency
  }

  get workFailures(): WorkFailureStore {
    this.#workFailures ??= sqlWorkFailureStore(this.#session)
    return this.#workFailures
  }

  get searchSettings(): SearchSettingsStore {
    this.#searchSettings ??= sqlSearchSettingsStore(this.#session)
    return this.#searchSettings
  }

  get customers(): CustomerStore {
    this.#customers ??= sqlCustomerStore(this.#session)
    return this.#customers
  }

  get wishLists(): WishListStore {
    this.#wishLists ??= sqlWishListStore(this.#session)
    return this.#wishLists
  }

  get accounts(): AccountStore {
    this.#accounts ??= sqlAccountStore(this.#session)
    return this.#accounts
  }

  get credit(): CreditStore {
    this.#credit ??= sqlCreditStore(this.#session)
    return this.#credit
  }

  get audit(): AuditReader {
    return sqlAuditReader(this.#session)
  }

  load(load: CatalogLoad): Promise<CatalogLoadResult> {
    return loadCatalog(this.#session, load)
  }
}

function withAppendHeard(outbox: OutboxStore, onAppend: () => void): OutboxStore {
  return {
    ...outbox,
    append: async (events) => {
      await outbox.append(events)
      onAppend()
    },
  }
}
