import type { StorageTransaction } from '../storage/storage.ts'
import type { ReserveParams, ReserveResult } from './stock-store.ts'

/** Carries "a level has moved since it was read" out of a transaction that must leave nothing behind, to be tried again. */
export class StockMoved extends Error {
  constructor() {
    super('a stock level has moved since it was read')
  }
}

/** Reserves in the caller's transaction. @throws StockMoved, which `StockTransactions` answers by running the whole transaction again. */
export async function reserveStock(tx: Pick<StorageTransaction, 'stock'>, params: ReserveParams): Promise<Exclude<ReserveResult, { outcome: 'moved' }>> {
  const result = await tx.stock.reserve(params)
  if (result.outcome === 'moved') throw new StockMoved()
  return result
}
