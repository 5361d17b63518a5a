import type { ReserveParams, ReserveResult, Storage } from '@cartwright/core/ports'
import { at } from '../moments.ts'

/** One way to hold stock, in a transaction of its own, `atMs` after the start. */
export interface ReserveWay {
  readonly name: string
  reserve(storage: Storage, params: ReserveParams, atMs?: number): Promise<ReserveResult>
}

const guarded: ReserveWay = { name: 'guarded', reserve: (storage, params, atMs = 0) => storage.transaction(at(atMs), (tx) => tx.stock.reserve(params)) }

const locked: ReserveWay = {
  name: 'locked',
  reserve: (storage, params, atMs = 0) => storage.transaction(at(atMs), (tx) => tx.stock.reserve({ ...params, method: { type: 'locked' } })),
}

/** Reads the supply before the transaction, and again for as long as it has moved by then. */
const versioned: ReserveWay = {
  name: 'versioned',
  reserve: async (storage, params, atMs = 0) => {
    const skus = params.claims.map(({ sku }) => sku)
    for (;;) {
      const supply = await storage.snapshot(at(atMs), (snapshot) => snapshot.stock.supply({ skus }), { fresh: true })
      const result = await storage.transaction(at(atMs), (tx) => tx.stock.reserve({ ...params, method: { type: 'versioned', supply } }))
      if (result.outcome !== 'moved') return result
    }
  },
}

const together: ReserveWay = {
  name: 'together',
  reserve: async (storage, params, atMs = 0) => {
    const [result] = await storage.transaction(at(atMs), (tx) => tx.stock.reserveMany([params]))
    if (result === undefined) throw new Error('reserveMany gave no result for its one call')
    return result
  },
}

/** Every way to hold stock that `StockStore` has: all of them keep one contract. */
export const reserveWays: readonly ReserveWay[] = [guarded, locked, versioned, together]
