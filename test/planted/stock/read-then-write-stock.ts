import { setTimeout as sleep } from 'node:timers/promises'
import type { Storage } from '@cartwright/core/ports'
import { decidedBy, overlay, withClaims } from '../overlay.ts'

/** Carries a claim out of a transaction that has not looked at the stock yet. */
class NotSeenYet extends Error {}

/** How long one that has read waits for another to read too, should none come. */
const lonelyMs = 10_000

/**
 * Reads the stock before its transaction and writes in it, as most shops do. Nobody writes before a second buyer of
 * the process has read as well, so that the last unit goes to two for certain, however fast or busy the machine.
 */
export function readThenWriteStock(storage: Storage, sku: string): Storage {
  const together = meetInPairs()
  return overlay(storage, {
    transaction: async (now, work) => {
      const run = (seen: number | undefined) =>
        storage.transaction(now, (tx) => {
          const altered = withClaims(tx, (params) => {
            if (seen === undefined) throw new NotSeenYet()
            return decidedBy(seen, params)
          })
          return work(altered)
        })
      try {
        return await run(undefined)
      } catch (error) {
        if (!(error instanceof NotSeenYet)) throw error
      }
      const levels = await storage.snapshot(now, (snapshot) => snapshot.stock.levels({ skus: [sku] }), { fresh: true })
      await together()
      return run(levels.reduce((sum, { onHand, reserved }) => sum + onHand - reserved, 0))
    },
  })
}

/** Resolves for two callers at a time. */
function meetInPairs(): () => Promise<void> {
  let waiting: PromiseWithResolvers<void> | undefined
  return async () => {
    if (waiting !== undefined) {
      waiting.resolve()
      waiting = undefined
      return
    }
    const mine = Promise.withResolvers<void>()
    waiting = mine
    const alone = new AbortController()
    await Promise.race([mine.promise, sleep(lonelyMs, undefined, { signal: alone.signal }).catch(() => {})])
    alone.abort()
    if (waiting === mine) waiting = undefined
  }
}
