import { describe, expect, it } from 'vitest'
import { at, minute } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { claimedFence, claimKey, keyId } from './claim-behaviour.ts'

export function takeoverBehaviour(options: StorageSuiteOptions): void {
  describe('abandoned runs', () => {
    const storage = testStorage(options)
    const find = () => storage().snapshot(at(0), (snapshot) => snapshot.idempotency.find(keyId), { fresh: true })
    const progress = (fence: number) =>
      storage().transaction(at(0), (tx) => tx.idempotency.progress({ ...keyId, fence, step: 'prepared', result: { orderId: 'o-1' } }))

    it('hands over a key whose lock has passed, with what the abandoned run left, under a higher fence', async () => {
      const fence = await claimedFence(storage())
      expect(await progress(fence)).toBe('saved')
      const claim = await claimKey(storage(), minute + 1)
      expect(claim).toMatchObject({ outcome: 'claimed', takenOver: { step: 'prepared', result: { orderId: 'o-1' } } })
      expect(claim.outcome === 'claimed' && claim.fence > fence).toBe(true)
    })

    it('refuses what the old holder writes after a takeover', async () => {
      const old = await claimedFence(storage())
      const fence = await claimedFence(storage(), minute + 1)
      expect(await progress(old)).toBe('lost')
      expect(await storage().transaction(at(0), (tx) => tx.idempotency.finish({ ...keyId, fence: old, result: 'old' }))).toBe('lost')
      expect(await find()).toMatchObject({ state: 'in_progress', step: null, result: null })
      expect(await storage().transaction(at(0), (tx) => tx.idempotency.finish({ ...keyId, fence, result: 'new' }))).toBe('saved')
      expect(await find()).toMatchObject({ state: 'finished', result: 'new' })
    })

    it('gives an abandoned key to one of eight that meet', async () => {
      await claimedFence(storage())
      const other = await storage.another()
      const claims = await Promise.all(Array.from({ length: 8 }, (_, index) => claimKey(index % 2 === 0 ? storage() : other, minute + 1)))
      expect(claims.filter(({ outcome }) => outcome === 'claimed')).toHaveLength(1)
    })

    it('finishes abandoned keys that hold a result, and no others', async () => {
      const finishAbandoned = (ms: number) => storage().transaction(at(ms), (tx) => tx.idempotency.finishAbandoned({ limit: 10 }))
      await progress(await claimedFence(storage()))
      await claimKey(storage(), 0, { key: 'without a result' })
      expect(await finishAbandoned(minute - 1)).toBe(0)
      expect(await finishAbandoned(minute + 1)).toBe(1)
      expect(await claimKey(storage(), 2 * minute)).toMatchObject({ outcome: 'finished', record: { result: { orderId: 'o-1' } } })
    })

    it('prunes finished keys past their time', async () => {
      const prune = (ms: number) => storage().transaction(at(ms), (tx) => tx.idempotency.prune({ limit: 10 }))
      const fence = await claimedFence(storage())
      await storage().transaction(at(0), (tx) => tx.idempotency.finish({ ...keyId, fence, result: 1 }))
      expect(await prune(59 * minute)).toBe(0)
      expect(await prune(61 * minute)).toBe(1)
      expect(await find()).toBeUndefined()
    })

    it('prunes abandoned keys without a result past their time, and keeps those that hold one', async () => {
      await claimKey(storage(), 0, { key: 'without a result' })
      await progress(await claimedFence(storage()))
      const prune = (ms: number) => storage().transaction(at(ms), (tx) => tx.idempotency.prune({ limit: 10 }))
      expect(await prune(59 * minute)).toBe(0)
      expect(await prune(61 * minute)).toBe(1)
      expect(await find()).toMatchObject({ state: 'in_progress', step: 'prepared' })
    })

    it('finishes abandoned keys up to the limit, and never a second time', async () => {
      await progress(await claimedFence(storage()))
      const finishAbandoned = () => storage().transaction(at(2 * minute), (tx) => tx.idempotency.finishAbandoned({ limit: 1 }))
      expect([await finishAbandoned(), await finishAbandoned()]).toEqual([1, 0])
    })
  })
}
