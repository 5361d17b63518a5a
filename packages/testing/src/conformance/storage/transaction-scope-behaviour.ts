import type { StorageTransaction } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { aLocation } from '../fixtures.ts'
import { at } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'

export function transactionScopeBehaviour(options: StorageSuiteOptions): void {
  describe('the scope of a transaction', () => {
    const storage = testStorage(options)

    it('refuses a transaction inside a transaction, and rolls the outer one back when the refusal is not caught', async () => {
      const attempt = storage().transaction(at(0), async (tx) => {
        await tx.stock.ensureLocation(aLocation())
        await storage().transaction(at(0), async () => undefined)
      })
      await expect(attempt).rejects.toMatchObject({ code: 'NESTED_TRANSACTION' })
      expect(await storage().snapshot(at(0), (snapshot) => snapshot.stock.listLocations(), { fresh: true })).toEqual([])
    })

    it('refuses a snapshot inside a transaction', async () => {
      const attempt = storage().transaction(at(0), () => storage().snapshot(at(0), async () => undefined))
      await expect(attempt).rejects.toMatchObject({ code: 'NESTED_TRANSACTION' })
    })

    it('refuses both inside a snapshot, and says so before it is asked to do anything', async () => {
      await storage().snapshot(at(0), async () => {
        await expect(storage().transaction(at(0), async () => undefined)).rejects.toMatchObject({ code: 'NESTED_TRANSACTION' })
        await expect(storage().snapshot(at(0), async () => undefined)).rejects.toMatchObject({ code: 'NESTED_TRANSACTION' })
        expect(() => storage().refuseNested()).toThrow(expect.objectContaining({ code: 'NESTED_TRANSACTION' }))
      })
      expect(() => storage().refuseNested()).not.toThrow()
    })

    it('does not take two transactions that run side by side for nested ones', async () => {
      const codes = await Promise.all(
        ['a', 'b', 'c'].map((code) => storage().transaction(at(0), async (tx) => (await tx.stock.ensureLocation(aLocation({ code }))).code)),
      )
      expect(codes).toEqual(['a', 'b', 'c'])
    })

    it('allows a transaction after another in one chain of calls', async () => {
      await storage().transaction(at(0), (tx) => tx.stock.ensureLocation(aLocation({ code: 'a' })))
      await storage().transaction(at(0), (tx) => tx.stock.ensureLocation(aLocation({ code: 'b' })))
      expect(await storage().snapshot(at(0), (snapshot) => snapshot.stock.listLocations(), { fresh: true })).toHaveLength(2)
    })

    it('refuses the use of a transaction after its end', async () => {
      let kept: StorageTransaction | undefined
      await storage().transaction(at(0), async (tx) => {
        kept = tx
      })
      await expect(Promise.resolve().then(() => kept?.stock.listLocations())).rejects.toMatchObject({ code: 'TRANSACTION_CLOSED' })
    })

    it('refuses a write after the end through a store taken out before it', async () => {
      let kept: StorageTransaction['stock'] | undefined
      await storage().transaction(at(0), async (tx) => {
        kept = tx.stock
        await tx.stock.listLocations()
      })
      await expect(Promise.resolve().then(() => kept?.ensureLocation(aLocation()))).rejects.toMatchObject({ code: 'TRANSACTION_CLOSED' })
      expect(await storage().snapshot(at(0), (snapshot) => snapshot.stock.listLocations(), { fresh: true })).toEqual([])
    })
  })
}
