import { isCommerceError } from '@cartwright/core'
import type { ReserveResult } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { aDraft, aVariant, upsert } from '../catalog/stored-products.ts'
import { hour, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import type { ReserveWay } from './reserve-ways.ts'
import { aClaim, adjust, stocked, units } from './stocked-shop.ts'

export function backorderBehaviour(options: StorageSuiteOptions, way: ReserveWay): void {
  describe(`a limit to backorders, ${way.name}`, () => {
    const { reserve } = way
    const storage = testStorage(options)

    const limited = (backorderLimit: number) => upsert(storage(), [aDraft('mug', { variants: [aVariant('MUG-1', { backorder: 'allow', backorderLimit })] })])
    const wanted = (quantity: number, expiresAt = moment(15 * minute)) => aClaim({ expiresAt, claims: [{ sku: 'MUG-1', quantity, backorder: true }] })

    it('promises so many units beyond the stock and no more, and says what could have been had', async () => {
      await limited(3)
      await stocked(storage(), { 'MUG-1': 2 })
      expect(await reserve(storage(), wanted(4))).toMatchObject({ outcome: 'held', allocations: [{ quantity: 2, backordered: 2 }] })
      expect(await reserve(storage(), wanted(2))).toEqual({ outcome: 'insufficient', sku: 'MUG-1', requested: 2, available: 1 })
      expect((await reserve(storage(), wanted(1))).outcome).toBe('held')
      expect((await reserve(storage(), wanted(1))).outcome).toBe('insufficient')
      expect(await units(storage())).toEqual({ onHand: 2, reserved: 2 })
    })

    it('counts what is promised, not what was: units of a hold past its time are free again, and units that came are sold beside it', async () => {
      await limited(2)
      const location = await stocked(storage(), { 'MUG-1': 0 })
      await reserve(storage(), wanted(2))
      expect((await reserve(storage(), wanted(1))).outcome).toBe('insufficient')
      expect((await reserve(storage(), wanted(2, moment(3 * hour)), hour)).outcome).toBe('held')
      await adjust(storage(), location, { change: { by: 1 }, reason: 'received' })
      expect((await reserve(storage(), wanted(2), hour)).outcome).toBe('insufficient')
      expect((await reserve(storage(), wanted(1), hour)).outcome).toBe('held')
    })

    it('promises a SKU that has never been stocked, up to its limit', async () => {
      await limited(1)
      await stocked(storage(), {})
      expect((await reserve(storage(), wanted(2))).outcome).toBe('insufficient')
      expect((await reserve(storage(), wanted(1))).outcome).toBe('held')
    })

    it('gives exactly 2 on hand and 2 promised units to 8 concurrent claims of one, from two handles', async () => {
      await limited(2)
      await stocked(storage(), { 'MUG-1': 1 })
      await stocked(storage(), { 'MUG-1': 1 })
      const other = await storage.another()
      const claims = Array.from({ length: 8 }, (_, index) => untilServed(() => reserve(index % 2 === 0 ? storage() : other, wanted(1))))
      const results = await Promise.all(claims)
      expect(results.filter(({ outcome }) => outcome === 'held')).toHaveLength(4)
      const owed = results.flatMap((result) => (result.outcome === 'held' ? result.allocations : [])).reduce((sum, { backordered }) => sum + backordered, 0)
      expect(owed).toBe(2)
      expect(await units(storage())).toEqual({ onHand: 2, reserved: 2 })
    })
  })
}

/** They stand in line, each for as long as all before it take together: on a busy machine that may be longer than a storage waits for a lock. */
async function untilServed(claim: () => Promise<ReserveResult>): Promise<ReserveResult> {
  for (;;) {
    try {
      return await claim()
    } catch (error) {
      if (!isCommerceError(error, 'STORAGE_BUSY')) throw error
    }
  }
}
