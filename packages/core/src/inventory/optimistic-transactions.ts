import { fraction } from '../ids.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { StockMoved } from './reserve-stock.ts'
import { SlidingCounts } from './sliding-counts.ts'
import type { StockTransactionParts, StockWork } from './stock-transactions.ts'

/** How often the levels are read anew before the guarded way is taken. */
const maxAttempts = 4
/** The pause after the first conflict, in ms; doubled with each further one, and drawn from 0 up to it. */
const firstPauseMs = 2
/** With at least so many conflicts on a SKU within a second … */
const fewConflicts = 8
/** … and so large a share of its attempts lost, comparing versions costs more than it saves. */
const tooOften = 0.3

/**
 * Transactions that compare versions: what is in stock is read before the transaction, which is shorter for it and writes only if no level has moved. SKUs that
 * too many want at once are taken the guarded way until it is calmer.
 */
export class OptimisticTransactions {
  readonly #parts: StockTransactionParts
  readonly #attempts: SlidingCounts
  readonly #conflicts: SlidingCounts

  constructor(parts: StockTransactionParts) {
    this.#parts = parts
    const nowMs = () => parts.timers.nowMs()
    this.#attempts = new SlidingCounts(nowMs)
    this.#conflicts = new SlidingCounts(nowMs)
  }

  async run<T>(skus: readonly string[], work: StockWork<T>): Promise<T> {
    const { storage, clock, timers } = this.#parts
    for (let attempt = 0; attempt < maxAttempts && !skus.some((sku) => this.#isContended(sku)); attempt += 1) {
      if (attempt > 0) await timers.sleep(this.#pauseMs(attempt))
      const supply = await storage.snapshot(clock.now(), (snapshot) => snapshot.stock.supply({ skus }), { fresh: true })
      for (const sku of skus) this.#attempts.add(sku)
      try {
        return await storage.transaction(clock.now(), (tx: StorageTransaction) => work(tx, { type: 'versioned', supply }))
      } catch (error) {
        if (!(error instanceof StockMoved)) throw error
        for (const sku of skus) this.#conflicts.add(sku)
      }
    }
    return storage.transaction(clock.now(), (tx) => work(tx, { type: 'guarded' }))
  }

  #isContended(sku: string): boolean {
    const conflicts = this.#conflicts.of(sku)
    return conflicts >= fewConflicts && conflicts > tooOften * this.#attempts.of(sku)
  }

  #pauseMs(attempt: number): number {
    return firstPauseMs * 2 ** (attempt - 1) * fraction(this.#parts.random)
  }
}
