import type { Storage } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { itUnless } from '../capability.ts'
import { aCart, aLocation, ids } from '../fixtures.ts'
import { at } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { signal } from '../signal.ts'

export function transactionBehaviour(options: StorageSuiteOptions): void {
  describe('transactions', () => {
    const storage = testStorage(options)

    it('keeps what the work wrote when it resolves, and hands its result on', async () => {
      const location = aLocation({ code: 'kept' })
      const result = await storage().transaction(at(0), async (tx) => (await tx.stock.ensureLocation(location)).code)
      expect(result).toBe('kept')
      expect(await storage().snapshot(at(0), (snapshot) => snapshot.stock.listLocations(), { fresh: true })).toEqual([location])
    })

    it('keeps nothing when the work rejects, and passes the rejection on unchanged', async () => {
      const failure = new Error('no, thank you')
      const attempt = storage().transaction(at(0), async (tx) => {
        await tx.stock.ensureLocation(aLocation())
        await tx.carts.insert(aCart())
        throw failure
      })
      await expect(attempt).rejects.toBe(failure)
      expect(await storage().snapshot(at(0), (snapshot) => snapshot.stock.listLocations(), { fresh: true })).toEqual([])
    })

    it('keeps nothing when the work throws before its first await', async () => {
      const attempt = storage().transaction(at(0), () => {
        throw new RangeError('at once')
      })
      await expect(attempt).rejects.toThrow(RangeError)
      await storage().transaction(at(0), (tx) => tx.stock.ensureLocation(aLocation()))
      expect(await storage().snapshot(at(0), (snapshot) => snapshot.stock.listLocations(), { fresh: true })).toHaveLength(1)
    })

    it('reads its own writes', async () => {
      const seen = await storage().transaction(at(0), async (tx) => {
        await tx.stock.ensureLocation(aLocation({ code: 'mine' }))
        return tx.stock.listLocations()
      })
      expect(seen.map(({ code }) => code)).toEqual(['mine'])
    })

    it('lets verbs take effect in the order of their calls, also when none waits for another', async () => {
      const cart = aCart()
      const find = { cartId: cart.id, owner: { type: 'any' } } as const
      const seen = await storage().transaction(at(0), (tx) => Promise.all([tx.carts.find(find), tx.carts.insert(cart), tx.carts.find(find)]))
      expect([seen[0], seen[2]?.id]).toEqual([undefined, cart.id])
    })

    it('runs verbs that read before they write as if one after the other: 20 additions from two handles lose none', async () => {
      const other = await storage.another()
      const location = await storage().transaction(at(0), (tx) => tx.stock.ensureLocation(aLocation()))
      const countUp = (handle: typeof other, entryId: string) =>
        handle.transaction(at(0), async (tx) => {
          await tx.stock.adjust({ entryId, sku: 'COUNTER', locationId: location.id, change: { by: 1 }, reason: 'counted', note: null, shortfall: 'refuse' })
        })
      await Promise.all(
        Array.from({ length: 20 }, (_, index) => countUp(index % 2 === 0 ? storage() : other, `00000000-0000-7000-8000-0000000000${10 + index}`)),
      )
      const levels = await storage().snapshot(at(0), (snapshot) => snapshot.stock.levels({ skus: ['COUNTER'] }), { fresh: true })
      expect(levels.map(({ onHand }) => onHand)).toEqual([20])
    })

    it('lets timers run while a transaction of another handle waits for a lock', async () => {
      const other = await storage.another()
      const began = signal()
      const end = signal()
      const first = storage().transaction(at(0), async (tx) => {
        await tx.stock.ensureLocation(aLocation({ code: 'first' }))
        began.give()
        await end.given
      })
      await began.given
      const second = other.transaction(at(0), (tx) => tx.stock.ensureLocation(aLocation({ code: 'second' })))
      setTimeout(() => end.give(), 20)
      await Promise.all([first, second])
      const codes = (await storage().snapshot(at(0), (snapshot) => snapshot.stock.listLocations(), { fresh: true })).map(({ code }) => code)
      expect(codes.sort()).toEqual(['first', 'second'])
    })

    itUnless(options.lacks?.impatience, 'ends waiting for a lock at the deadline with STORAGE_BUSY, and works once the lock is free', async () => {
      const impatient = await storage.impatient()
      const location = await storage().transaction(at(0), (tx) => tx.stock.ensureLocation(aLocation({ code: 'north' })))
      const count = (handle: Storage, to: number) =>
        handle.transaction(at(0), (tx) =>
          tx.stock.adjust({ entryId: ids.next(), sku: 'MUG-1', locationId: location.id, change: { to }, reason: 'counted', note: null, shortfall: 'refuse' }),
        )
      await count(storage(), 1)
      await storage().transaction(at(0), async (tx) => {
        await tx.stock.adjust({
          entryId: ids.next(),
          sku: 'MUG-1',
          locationId: location.id,
          change: { to: 2 },
          reason: 'counted',
          note: null,
          shortfall: 'refuse',
        })
        await expect(count(impatient, 3)).rejects.toMatchObject({ code: 'STORAGE_BUSY', retryable: true })
      })
      expect(await count(impatient, 4)).toMatchObject({ outcome: 'adjusted', level: { onHand: 4 } })
    })
  })
}
