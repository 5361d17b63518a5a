import { describe, expect, it } from 'vitest'
import { at, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'

export function timeBehaviour(options: StorageSuiteOptions): void {
  describe('time', () => {
    const storage = testStorage(options)

    it('takes place when the caller says', async () => {
      expect(await storage().transaction(at(1234), async (tx) => tx.now)).toEqual(moment(1234))
      expect(await storage().snapshot(at(5678), async (snapshot) => snapshot.now)).toEqual(moment(5678))
    })

    it('takes place at one moment of the database clock when the caller leaves it to the database', async () => {
      const first = await storage().transaction({ source: 'database' }, async (tx) => ({ at: tx.now, again: tx.now }))
      const second = await storage().snapshot({ source: 'database' }, async (snapshot) => snapshot.now)
      expect(first.again).toEqual(first.at)
      expect(second.getTime()).toBeGreaterThanOrEqual(first.at.getTime())
      expect(Math.abs(Date.now() - second.getTime())).toBeLessThan(10 * 60_000)
    })
  })
}
