import type { Random } from '../ids.ts'
import type { Timers } from '../runtime/timers.ts'
import type { Storage, StorageTransaction } from '../storage/storage.ts'
import type { Clock } from '../time.ts'
import { BatchQueue } from './batch-queue.ts'
import { OptimisticTransactions } from './optimistic-transactions.ts'
import type { ParsedInventoryOptions, StrategyName } from './reservation-strategy.ts'
import { SlidingCounts } from './sliding-counts.ts'
import type { ReserveMethod } from './stock-store.ts'

export interface StockTransactionParts {
  readonly storage: Storage
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
}

/** What a transaction is about. */
export interface StockSubject {
  /** The cart or reservation it changes, and whatever else it counts under a lock: transactions that have one in common never share a batch, in which no lock parts them. */
  readonly subjects: readonly string[]
  readonly skus: readonly string[]
}

/** What a transaction does; `method` goes to `reserve`. May run more than once, and only the last run counts. */
export type StockWork<T> = (tx: StorageTransaction, method: ReserveMethod) => Promise<T>

const guarded: ReserveMethod = { type: 'guarded' }
const locked: ReserveMethod = { type: 'locked' }

/** Runs the transactions that reserve stock, or settle what was reserved, each in the way that the strategy of its SKUs asks for. */
export class StockTransactions {
  readonly #parts: StockTransactionParts
  readonly #options: ParsedInventoryOptions
  readonly #named: ReadonlySet<string>
  readonly #claims: SlidingCounts
  readonly #optimistic: OptimisticTransactions
  readonly #batches: BatchQueue

  constructor(parts: StockTransactionParts, options: ParsedInventoryOptions) {
    this.#parts = parts
    this.#options = options
    this.#named = new Set(options.hot?.skus)
    this.#claims = new SlidingCounts(() => parts.timers.nowMs())
    this.#optimistic = new OptimisticTransactions(parts)
    this.#batches = new BatchQueue({ ...parts, limits: options.batch })
  }

  /**
   * The same in a transaction of the host, on the storage that stands for it. Nothing can be read before that transaction and nobody shares it, so SKUs that
   * are `optimistic` or `batched` elsewhere are `conditional` in it.
   */
  within(storage: Storage): StockTransactions {
    const { strategy, hot, ...rest } = this.#options
    const inside = (name: StrategyName): StrategyName => (name === 'pessimistic' ? name : 'conditional')
    const joined = { ...rest, strategy: inside(strategy), ...(hot === undefined ? {} : { hot: { ...hot, strategy: inside(hot.strategy) } }) }
    return new StockTransactions({ ...this.#parts, storage }, joined)
  }

  /** A transaction that reserves units of these SKUs. @throws what `work` throws; STORAGE_BUSY when a batch has not begun by the deadline */
  async reserving<T>(about: StockSubject, work: StockWork<T>): Promise<T> {
    for (const sku of about.skus) this.#claims.add(sku)
    const strategy = this.#strategyFor(about.skus)
    if (strategy === 'optimistic') return this.#optimistic.run(about.skus, work)
    if (strategy === 'batched') return this.#batches.run(about.subjects, (tx) => work(tx, guarded))
    return this.#parts.storage.transaction(this.#parts.clock.now(), (tx) => work(tx, strategy === 'pessimistic' ? locked : guarded))
  }

  /** A transaction that commits or gives back what was reserved of these SKUs. */
  async settling<T>(about: StockSubject, work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    if (this.#strategyFor(about.skus) === 'batched') return this.#batches.run(about.subjects, work)
    return this.#parts.storage.transaction(this.#parts.clock.now(), work)
  }

  #strategyFor(skus: readonly string[]): StrategyName {
    const { strategy, hot } = this.#options
    if (skus.length === 0) return 'conditional'
    return hot !== undefined && skus.some((sku) => this.#named.has(sku) || this.#claims.of(sku) >= hot.threshold) ? hot.strategy : strategy
  }
}
