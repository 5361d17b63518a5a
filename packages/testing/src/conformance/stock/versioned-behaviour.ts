import type { ReserveParams, StockSupply, Storage } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { at, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { aClaim, adjust, held, reserve, stocked, units } from './stocked-shop.ts'

export function versionedBehaviour(options: StorageSuiteOptions): void {
  describe('reserve by version', () => {
    const storage = testStorage(options)
    const supplyOf = (...skus: string[]): Promise<StockSupply> => storage().snapshot(at(0), (snapshot) => snapshot.stock.supply({ skus }), { fresh: true })
    const byVersion = (supply: StockSupply, params: ReserveParams = aClaim(), from: Storage = storage()) =>
      reserve(from, { ...params, method: { type: 'versioned', supply } })

    it('reads levels with their versions, and active locations by priority', async () => {
      const south = await stocked(storage(), { 'MUG-1': 2 }, { priority: 1 })
      const north = await stocked(storage(), { 'MUG-1': 5, 'POT-1': 1 }, { priority: 0 })
      await stocked(storage(), {}, { active: false })
      await reserve(storage(), aClaim({ claims: [{ sku: 'MUG-1', quantity: 3 }] }))
      const { levels, priority } = await supplyOf('MUG-1')
      expect(priority).toEqual([north.id, south.id])
      expect(levels).toHaveLength(2)
      expect(levels).toContainEqual({ sku: 'MUG-1', locationId: north.id, onHand: 5, reserved: 3, version: expect.any(Number) })
      expect(levels).toContainEqual({ sku: 'MUG-1', locationId: south.id, onHand: 2, reserved: 0, version: expect.any(Number) })
    })

    it('holds nothing when a level has moved since it was read, though it still has enough', async () => {
      const location = await stocked(storage(), { 'MUG-1': 5 })
      const supply = await supplyOf('MUG-1')
      await adjust(storage(), location, { change: { by: 1 } })
      const params = aClaim()
      expect(await byVersion(supply, params)).toEqual({ outcome: 'moved' })
      expect(await units(storage())).toEqual({ onHand: 6, reserved: 0 })
      expect(await byVersion(await supplyOf('MUG-1'), params)).toMatchObject({ outcome: 'held' })
    })

    it('leaves nothing of a claim whose second level has moved', async () => {
      await stocked(storage(), { 'MUG-1': 5, 'POT-1': 5 })
      const supply = await supplyOf('MUG-1', 'POT-1')
      await held(storage(), [{ sku: 'POT-1', quantity: 1 }])
      const both = [
        { sku: 'MUG-1', quantity: 1 },
        { sku: 'POT-1', quantity: 1 },
      ]
      expect(await byVersion(supply, aClaim({ claims: both }))).toEqual({ outcome: 'moved' })
      expect(await units(storage(), 'MUG-1')).toEqual({ onHand: 5, reserved: 0 })
      expect(await units(storage(), 'POT-1')).toEqual({ onHand: 5, reserved: 1 })
    })

    it('gives one of two claims that have read the same', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const other = await storage.another()
      const supply = await supplyOf('MUG-1')
      const results = await Promise.all([byVersion(supply), byVersion(supply, aClaim(), other)])
      expect(results.map(({ outcome }) => outcome).sort()).toEqual(['held', 'moved'])
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 1 })
    })

    it('looks again before it refuses: what was read as sold out may be there by now', async () => {
      const location = await stocked(storage(), { 'MUG-1': 0 })
      const supply = await supplyOf('MUG-1')
      await adjust(storage(), location, { change: { by: 1 } })
      expect(await byVersion(supply)).toMatchObject({ outcome: 'held' })
      expect(await byVersion(supply)).toMatchObject({ outcome: 'insufficient', available: 0 })
    })

    it('repeats a held reservation without holding more, also by a supply that is out of date', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const supply = await supplyOf('MUG-1')
      const params = aClaim({ expiresAt: moment(5 * minute) })
      expect(await byVersion(supply, params)).toMatchObject({ outcome: 'held' })
      expect(await byVersion(supply, params)).toMatchObject({ outcome: 'held', allocations: [{ quantity: 1 }] })
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 1 })
    })
  })
}
