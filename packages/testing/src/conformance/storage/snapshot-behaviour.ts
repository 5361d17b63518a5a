import { describe, expect, it } from 'vitest'
import { itUnless } from '../capability.ts'
import { aLocation } from '../fixtures.ts'
import { at } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { signal } from '../signal.ts'

export function snapshotBehaviour(options: StorageSuiteOptions): void {
  describe('snapshots', () => {
    const { lacks } = options
    const storage = testStorage(options)

    it('passes the rejection of its work on unchanged and stays usable', async () => {
      const failure = new Error('no')
      await expect(storage().snapshot(at(0), () => Promise.reject(failure))).rejects.toBe(failure)
      expect(await storage().snapshot(at(0), (snapshot) => snapshot.stock.listLocations(), { fresh: true })).toEqual([])
    })

    it('sees what was committed before it began, from another handle too', async () => {
      const other = await storage.another()
      await storage().transaction(at(0), (tx) => tx.stock.ensureLocation(aLocation()))
      expect(await other.snapshot(at(0), (snapshot) => snapshot.stock.listLocations(), { fresh: true })).toHaveLength(1)
    })

    itUnless(lacks?.readsDuringWrites, 'stays at one moment while others commit', async () => {
      const read = signal()
      const written = signal()
      const both = storage().snapshot(at(0), async (snapshot) => {
        const before = await snapshot.stock.listLocations()
        read.give()
        await written.given
        return { before, after: await snapshot.stock.listLocations() }
      })
      await read.given
      await storage().transaction(at(0), (tx) => tx.stock.ensureLocation(aLocation()))
      written.give()
      expect(await both).toEqual({ before: [], after: [] })
    })

    itUnless(lacks?.readsDuringWrites, 'does not see what is not committed', async () => {
      const written = signal()
      const end = signal()
      const writing = storage().transaction(at(0), async (tx) => {
        await tx.stock.ensureLocation(aLocation())
        written.give()
        await end.given
      })
      await written.given
      const seen = await storage().snapshot(at(0), (snapshot) => snapshot.stock.listLocations(), { fresh: true })
      end.give()
      await writing
      expect(seen).toEqual([])
    })
  })
}
