import type { IdempotencyClaim, IdempotencyKeyId, Storage } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { at, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'

export const keyId: IdempotencyKeyId = { scope: 'customer:1', operation: 'checkout.place', key: 'key-1' }

/** Claims for one minute from `ms` after the start; the key is remembered for an hour. */
export function claimKey(storage: Storage, ms = 0, overrides: Partial<IdempotencyKeyId> & { readonly fingerprint?: string } = {}): Promise<IdempotencyClaim> {
  return storage.transaction(at(ms), (tx) =>
    tx.idempotency.claim({ ...keyId, fingerprint: 'same', lockedUntil: moment(ms + minute), expiresAt: moment(ms + 60 * minute), ...overrides }),
  )
}

/** Claims and says under which fence. @throws when somebody else has the key. */
export async function claimedFence(storage: Storage, ms = 0): Promise<number> {
  const claim = await claimKey(storage, ms)
  if (claim.outcome !== 'claimed') throw new Error(`the key is ${claim.outcome}`)
  return claim.fence
}

export function claimBehaviour(options: StorageSuiteOptions): void {
  describe('claims', () => {
    const storage = testStorage(options)

    it('gives the key to the first and keeps others out while it runs', async () => {
      expect(await claimKey(storage())).toMatchObject({ outcome: 'claimed', takenOver: null })
      expect(await claimKey(storage(), 1000)).toEqual({ outcome: 'in_flight', lockedUntil: moment(minute) })
    })

    it('tells other parameters under the same key, running and finished', async () => {
      const fence = await claimedFence(storage())
      expect(await claimKey(storage(), 0, { fingerprint: 'other' })).toEqual({ outcome: 'reused' })
      await storage().transaction(at(0), (tx) => tx.idempotency.finish({ ...keyId, fence, result: 1 }))
      expect(await claimKey(storage(), 0, { fingerprint: 'other' })).toEqual({ outcome: 'reused' })
      expect(await claimKey(storage(), 2 * minute, { fingerprint: 'other' })).toEqual({ outcome: 'reused' })
    })

    it('keeps scopes, operations and keys apart', async () => {
      await claimKey(storage())
      for (const other of [{ scope: 'customer:2' }, { operation: 'checkout.resume' }, { key: 'key-2' }]) {
        expect(await claimKey(storage(), 0, other)).toMatchObject({ outcome: 'claimed' })
      }
    })

    it('gives the finished result again, also after the lock has passed', async () => {
      const fence = await claimedFence(storage())
      const result = { orderId: 'o-1', parts: [1, 2] }
      expect(await storage().transaction(at(0), (tx) => tx.idempotency.finish({ ...keyId, fence, result }))).toBe('saved')
      expect(await claimKey(storage(), 0)).toMatchObject({ outcome: 'finished', record: { state: 'finished', result, error: null } })
      expect(await claimKey(storage(), 5 * minute)).toMatchObject({ outcome: 'finished', record: { result } })
    })

    it('gives a definitive refusal again', async () => {
      const fence = await claimedFence(storage())
      const error = { code: 'OUT_OF_STOCK', message: 'none left', details: { sku: 'MUG-1', requested: 1, available: 0 } } as const
      await storage().transaction(at(0), (tx) => tx.idempotency.finish({ ...keyId, fence, error }))
      expect(await claimKey(storage())).toMatchObject({ outcome: 'finished', record: { error, result: null } })
    })

    it('forgets a claim whose transaction rolled back', async () => {
      const attempt = storage().transaction(at(0), async (tx) => {
        await tx.idempotency.claim({ ...keyId, fingerprint: 'same', lockedUntil: moment(minute), expiresAt: moment(60 * minute) })
        throw new Error('give up')
      })
      await expect(attempt).rejects.toThrow('give up')
      expect(await claimKey(storage(), 0, { fingerprint: 'other' })).toMatchObject({ outcome: 'claimed', takenOver: null })
    })

    it('gives the key to one of 32 that meet', async () => {
      const other = await storage.another()
      const claims = await Promise.all(Array.from({ length: 32 }, (_, index) => claimKey(index % 2 === 0 ? storage() : other)))
      expect(claims.filter(({ outcome }) => outcome === 'claimed')).toHaveLength(1)
      expect(claims.filter(({ outcome }) => outcome === 'in_flight')).toHaveLength(31)
    })
  })
}
