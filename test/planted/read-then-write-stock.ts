import { setTimeout as sleep } from 'node:timers/promises'
import type { Storage } from '@cartwright/core/ports'
import { overlay } from './overlay.ts'

/** How long the fault thinks between its read and its write: others read the same meanwhile, however fast the machine. */
const thinkMs = 100

/** Sells by what was read before the transaction began, as most shops did in the study that CORRECTNESS builds on. */
export function readThenWriteStock(storage: Storage, sku: string): Storage {
  return overlay(storage, {
    transaction: async (now, work) => {
      const levels = await storage.snapshot(now, (snapshot) => snapshot.stock.levels({ skus: [sku] }), { fresh: true })
      const seen = levels.reduce((sum, { onHand, reserved }) => sum + onHand - reserved, 0)
      await sleep(thinkMs)
      return storage.transaction(now, (tx) => {
        const stock = overlay(tx.stock, {
          reserve: (params) => {
            const wanted = params.claims.reduce((sum, { quantity }) => sum + quantity, 0)
            const enough = wanted <= seen
            return tx.stock.reserve({ ...params, claims: params.claims.map((claim) => ({ ...claim, backorder: enough })) })
          },
        })
        return work(overlay(tx, { stock }))
      })
    },
  })
}
