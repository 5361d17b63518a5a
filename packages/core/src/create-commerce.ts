import * as z from 'zod'
import { AccountService } from './accounts/account-service.ts'
import type { PasswordHasher } from './accounts/password-hasher.ts'
import { SessionService } from './accounts/session-service.ts'
import { type AuditInput, type AuditReport, audit } from './audit/audit-service.ts'
import { type RepairInput, type RepairReport, repair } from './audit/repair.ts'
import type { CartLimits } from './cart/cart.ts'
import { CartCopier } from './cart/cart-copier.ts'
import { type CartHoldRules, cartHoldRulesInput } from './cart/cart-hold.ts'
import { CartService } from './cart/cart-service.ts'
import type { LiveCartStore } from './cart/live-cart-store.ts'
import { LiveCarts } from './cart/live-carts.ts'
import { CatalogCache } from './catalog/catalog-cache.ts'
import { type CacheOptions, cacheOptionsInput } from './catalog/catalog-cache-options.ts'
import { CatalogService } from './catalog/catalog-service.ts'
import { CheckoutService } from './checkout/checkout-service.ts'
import { type Context, defaultTiming, type Timing } from './context.ts'
import { storeCreditProvider } from './credit/credit.ts'
import { GiftCardService } from './credit/gift-card-service.ts'
import { StoreCreditService } from './credit/store-credit-service.ts'
import type { CustomerDirectory } from './customers/customer-directory.ts'
import { CustomerService } from './customers/customer-service.ts'
import { CommerceError } from './errors.ts'
import type { EventPublisher } from './events/event-publisher.ts'
import { EventService } from './events/event-service.ts'
import { cryptoRandom, type IdSource, type Random, uuidV7Source } from './ids.ts'
import { AdmissionGate } from './inventory/admission-gate.ts'
import { InventoryService } from './inventory/inventory-service.ts'
import { type InventoryOptions, inventoryOptions } from './inventory/reservation-strategy.ts'
import { StockTransactions } from './inventory/stock-transactions.ts'
import type { Currency } from './money/money.ts'
import { OrderService } from './orders/order-service.ts'
import { currencyInput, parseInput } from './parse-input.ts'
import type { PaymentProvider } from './payments/payment-provider.ts'
import { PaymentService } from './payments/payment-service.ts'
import { PriceService } from './pricing/price-service.ts'
import { flatShipping, type ShippingRates } from './pricing/shipping-rates.ts'
import { noTax, type TaxCalculator } from './pricing/tax-calculator.ts'
import { PromotionService } from './promotions/promotion-service.ts'
import { VoucherService } from './promotions/voucher-service.ts'
import { ReturnService } from './returns/return-service.ts'
import type { ReviewRules } from './reviews/review.ts'
import { reviewRulesInput } from './reviews/review-input.ts'
import { ReviewService } from './reviews/review-service.ts'
import { type Logger, silentLogger } from './runtime/logger.ts'
import { giftCardLimits, loginLimits, type RateLimitOptions, RateRules, rateLimitOptions, voucherLimits } from './runtime/rate-rules.ts'
import { noProbe, type StepProbe } from './runtime/step-probe.ts'
import { instrument } from './runtime/telemetry.ts'
import { systemTimers, type Timers } from './runtime/timers.ts'
import { miniSearchIndex } from './search/minisearch-index.ts'
import { SearchFeed } from './search/search-feed.ts'
import type { SearchIndex } from './search/search-index.ts'
import { SearchService } from './search/search-service.ts'
import type { Storage } from './storage/storage.ts'
import { type Clock, databaseClock } from './time.ts'
import { type TransactionalCommerce, transactionalCommerce } from './transactional-commerce.ts'
import { WishListService } from './wish-lists/wish-list-service.ts'
import { WorkerService } from './worker/worker-service.ts'

/** What a shop is made of. Only `storage` and `currency` are required. */
export interface CommerceOptions<HostTransaction = never> {
  /** The database; `commerce.close()` closes it. */
  readonly storage: Storage<HostTransaction>
  /** The shop's usual currency, ISO 4217: the default of new carts and of listings. */
  readonly currency: Currency
  /**
   * Where active carts live, in front of the database, such as `redisCarts` of `@cartwright/adapters-redis`; `commerce.close()` closes it.
   *
   * @default in the database only
   */
  readonly carts?: LiveCartStore
  /** The host's own user base, which then has the say about who a customer is. @default customers are the shop's own */
  readonly customers?: CustomerDirectory
  /** Lets customers register and sign in here, such as `{ passwords: argon2Passwords() }` of `@cartwright/passwords-argon2`. Not with `customers`. @default nobody can */
  readonly accounts?: { readonly passwords: PasswordHasher }
  /** @default none: only orders that cost nothing can be placed */
  readonly payments?: readonly PaymentProvider[]
  /** @default no tax is added */
  readonly tax?: TaxCalculator
  /** @default one method, `standard`, free of charge */
  readonly shipping?: ShippingRates
  /** @default MiniSearch in this process */
  readonly search?: SearchIndex
  /** Keeps what buyers look at: `{}` in this process, `{ shared }` between processes too. @default nothing is cached */
  readonly cache?: CacheOptions
  /** @default the database's clock */
  readonly clock?: Clock
  /** Brokers that get every event; see `events.publishTo` for some. @default none */
  readonly publishers?: readonly EventPublisher[]
  /** How stock is reserved: which strategy, for which SKUs. @default `conditional` for all */
  readonly inventory?: InventoryOptions
  /** How often buyers may search and check out, and who counts. @default as often as they like */
  readonly rateLimits?: RateLimitOptions
  /** Pauses inside the process; for simulators. @default the process's own timers */
  readonly timers?: Timers
  /** @default node:crypto */
  readonly random?: Random
  /** @default UUIDv7 from `random` */
  readonly ids?: IdSource
  /** @default silent */
  readonly logger?: Logger
  /** Called at every step of a purchase; for tests. @default does nothing */
  readonly probe?: StepProbe
  /** Whether to apply pending migrations now. @default what the storage says: an embedded database does, a server does not */
  readonly migrate?: boolean
  /** @default 200 lines, 1,000 units of one SKU */
  readonly limits?: Partial<CartLimits>
  readonly timing?: Partial<Timing>
  /** When staff look at reviews, and who may write one. @default before a review is shown; every customer */
  readonly reviews?: Partial<ReviewRules>
  /** How long customers may hold a cart before they order it, and how much. @default one cart, 20 units, 10 minutes */
  readonly cartHolds?: Partial<CartHoldRules>
}

interface Audit {
  /** Checks every invariant; see `AuditInput`. */
  (params?: AuditInput): Promise<AuditReport>
  /** Mends what has one safe mend, and says what people must do about the rest; see `RepairInput`. */
  repair(params?: RepairInput): Promise<RepairReport>
}

/**
 * A shop, open in this process.
 *
 * @typeParam HostTransaction - what `using` takes; never, when the storage cannot take part in a transaction of the host
 */
export interface Commerce<HostTransaction = never> {
  readonly catalog: CatalogService
  readonly search: SearchService
  readonly inventory: InventoryService
  readonly carts: CartService
  readonly prices: PriceService
  readonly customers: CustomerService
  readonly wishLists: WishListService
  readonly accounts: AccountService
  readonly sessions: SessionService
  readonly checkout: CheckoutService
  readonly orders: OrderService
  readonly returns: ReturnService
  readonly payments: PaymentService
  readonly reviews: ReviewService
  readonly promotions: PromotionService
  readonly vouchers: VoucherService
  readonly giftCards: GiftCardService
  readonly storeCredit: StoreCreditService
  readonly events: EventService
  readonly worker: WorkerService
  /** For what the host limits itself, such as logins. */
  readonly rates: RateRules
  readonly storage: Storage<HostTransaction>
  /**
   * The shop inside a transaction that the host has opened: what is done there is committed, or undone, with the host's own writes. Use it until the host ends
   * the transaction, and not while a statement of the host's is running.
   *
   * @throws INVALID_INPUT for what is no open transaction, or when the storage cannot take part in one
   * @example
   * const prepared = await db.transaction().execute(async (trx) => {
   *   await trx.insertInto('loyalty_points').values({ buyer, points }).execute()
   *   return commerce.using(trx).checkout.prepare({ actor, cartId, expectedTotal, payment, idempotencyKey })
   * })
   * const placed = await commerce.checkout.pay({ actor, idempotencyKey })
   */
  using(transaction: HostTransaction): TransactionalCommerce
  readonly audit: Audit
  /** Stops the workers started here, and closes the search index, the live store of carts, the cache and the storage. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Opens a shop.
 *
 * @throws MIGRATION_PENDING when the schema is behind and `migrate` is off, SCHEMA_MISMATCH when it is ahead, STORAGE_UNAVAILABLE
 * @example
 * const commerce = await createCommerce({ storage: sqliteStorage({ file: 'shop.db' }), currency: 'USD' })
 */
export async function createCommerce<HostTransaction = never>(options: CommerceOptions<HostTransaction>): Promise<Commerce<HostTransaction>> {
  const context = makeContext(options)
  await bringUpToDate(context.storage, options.migrate ?? context.storage.migratesOnStart)

  const cache = options.cache === undefined ? undefined : new CatalogCache(context, parseInput(cacheOptionsInput, options.cache))
  const index = options.search ?? miniSearchIndex()
  const feed = new SearchFeed(context, index)
  const copier = new CartCopier(context, options.carts)
  const carts = new CartService(context)
  const search = new SearchService(context, index, feed)
  const events = new EventService(context)
  for (const publisher of options.publishers ?? []) events.publishTo({ publisher })
  const worker = new WorkerService(context, events, feed, copier)
  const close = async () => {
    await worker.stop()
    await search.close()
    await copier.close()
    await options.carts?.close()
    await cache?.close()
    await context.storage.close()
  }
  copier.start()
  return {
    catalog: instrument('catalog', new CatalogService(context, cache)),
    search: instrument('search', search),
    inventory: instrument('inventory', new InventoryService(context)),
    carts: instrument('carts', carts),
    prices: instrument('prices', new PriceService(context)),
    customers: instrument('customers', new CustomerService(context)),
    wishLists: instrument('wish_lists', new WishListService(context, carts)),
    accounts: instrument('accounts', new AccountService(context)),
    sessions: instrument('sessions', new SessionService(context)),
    checkout: instrument('checkout', new CheckoutService(context)),
    orders: instrument('orders', new OrderService(context)),
    returns: instrument('returns', new ReturnService(context)),
    payments: instrument('payments', new PaymentService(context)),
    reviews: instrument('reviews', new ReviewService(context, cache)),
    promotions: instrument('promotions', new PromotionService(context)),
    vouchers: instrument('vouchers', new VoucherService(context)),
    giftCards: instrument('gift_cards', new GiftCardService(context)),
    storeCredit: instrument('store_credit', new StoreCreditService(context)),
    events: instrument('events', events),
    worker: instrument('worker', worker),
    rates: context.rates,
    storage: options.storage,
    using: (transaction) => transactionalCommerce(context, joinedStorage(options.storage, transaction)),
    audit: Object.assign((params?: AuditInput) => audit(context, params), { repair: (params?: RepairInput) => repair(context, params) }),
    close,
    [Symbol.asyncDispose]: close,
  }
}

const requiredOptions = z
  .looseObject({
    storage: z.custom<Storage>(
      (value) => typeof value === 'object' && value !== null && 'transaction' in value,
      'must be a storage, e.g. sqliteStorage({ file })',
    ),
    currency: currencyInput,
  })
  .refine(({ accounts, customers }) => accounts === undefined || customers === undefined, {
    path: ['accounts'],
    message: 'cannot be had with `customers`: people sign in here, or in the host’s own directory',
  })

function joinedStorage<HostTransaction>(storage: Storage<HostTransaction>, transaction: HostTransaction): Storage {
  if (storage.within !== undefined) return storage.within(transaction)
  const message = `a shop on ${storage.name} cannot take part in a transaction of the host`
  throw new CommerceError('INVALID_INPUT', { details: { issues: [{ path: 'transaction', message }] }, message })
}

function makeContext<HostTransaction>(options: CommerceOptions<HostTransaction>): Context {
  parseInput(requiredOptions, options)
  const random = options.random ?? cryptoRandom
  const providers = new Map<string, PaymentProvider>()
  for (const provider of options.payments ?? []) {
    if (providers.has(provider.name)) throw new CommerceError('INVALID_INPUT', { details: { issues: [{ path: 'payments', message: 'names must differ' }] } })
    if (provider.name === storeCreditProvider) {
      throw new CommerceError('INVALID_INPUT', { details: { issues: [{ path: 'payments', message: `the name ${storeCreditProvider} is the shop’s own` }] } })
    }
    providers.set(provider.name, instrument(`payment_provider.${provider.name}`, provider))
  }
  const storage = instrument('storage', options.storage)
  const clock = options.clock ?? databaseClock
  const timers = options.timers ?? systemTimers
  const logger = options.logger ?? silentLogger
  const inventory = parseInput(inventoryOptions, options.inventory ?? {})
  return {
    storage,
    liveCarts: options.carts && new LiveCarts(instrument('live_carts', options.carts), logger),
    stock: new StockTransactions({ storage, clock, timers, random }, inventory),
    admission: new AdmissionGate({ storage, clock, timers, random, logger }, inventory.admission),
    passwords: options.accounts && instrument('passwords', options.accounts.passwords),
    directory: options.customers && instrument('directory', options.customers),
    currency: options.currency,
    clock,
    ids: options.ids ?? uuidV7Source(random),
    random,
    timers,
    logger,
    probe: options.probe ?? noProbe,
    rates: makeRates(options, timers, logger),
    providers,
    tax: options.tax ?? noTax,
    shipping: options.shipping ?? flatShipping(),
    limits: { maxLines: 200, maxQuantity: 1_000, ...options.limits },
    reviews: parseInput(reviewRulesInput, options.reviews ?? {}),
    cartHolds: parseInput(cartHoldRulesInput, options.cartHolds ?? {}),
    lowStockUnits: inventory.lowStockUnits,
    timing: { ...defaultTiming, ...options.timing },
  }
}

/** Where people sign in, and of the codes of vouchers and gift cards, guessing is limited whether or not the host has said how. */
function makeRates({ rateLimits, accounts }: Pick<CommerceOptions, 'rateLimits' | 'accounts'>, timers: Timers, logger: Logger): RateRules {
  const { limiter, rules } = parseInput(rateLimitOptions, rateLimits ?? { rules: {} })
  const all = { ...voucherLimits, ...giftCardLimits, ...(accounts === undefined ? {} : loginLimits), ...rules } as RateLimitOptions['rules']
  return new RateRules({ ...(limiter === undefined ? {} : { limiter }), rules: all }, { nowMs: () => timers.nowMs(), logger })
}

async function bringUpToDate(storage: Storage, migrate: boolean): Promise<void> {
  if (migrate) {
    await storage.migrations.up()
    return
  }
  const pending = (await storage.migrations.status()).filter(({ appliedAt }) => appliedAt === null).map(({ name }) => name)
  if (pending.length > 0) throw new CommerceError('MIGRATION_PENDING', { details: { pending } })
}
