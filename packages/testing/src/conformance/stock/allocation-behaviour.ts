import { describe, expect, it } from 'vitest'
import { at } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import type { ReserveWay } from './reserve-ways.ts'
import { aClaim, stocked, units } from './stocked-shop.ts'

export function allocationBehaviour(options: StorageSuiteOptions, way: ReserveWay): void {
  describe(`several locations, ${way.name}`, () => {
    const { reserve } = way
    const storage = testStorage(options)

    it('returns the stored location for a code that exists', async () => {
      const first = await stocked(storage(), {}, { code: 'north', name: 'North' })
      const second = await stocked(storage(), {}, { code: 'north', name: 'Another name' })
      expect(second).toEqual(first)
      expect(await storage().snapshot(at(0), (snapshot) => snapshot.stock.listLocations())).toHaveLength(1)
    })

    it('takes all from one location that has enough, though another is preferred', async () => {
      await stocked(storage(), { 'MUG-1': 1 }, { priority: 0 })
      const south = await stocked(storage(), { 'MUG-1': 5 }, { priority: 1 })
      const result = await reserve(storage(), aClaim({ claims: [{ sku: 'MUG-1', quantity: 2 }] }))
      expect(result).toMatchObject({ outcome: 'held', allocations: [{ locationId: south.id, quantity: 2 }] })
    })

    it('splits over locations when none has enough, never more than asked', async () => {
      await stocked(storage(), { 'MUG-1': 2 }, { priority: 0 })
      await stocked(storage(), { 'MUG-1': 2 }, { priority: 1 })
      const result = await reserve(storage(), aClaim({ claims: [{ sku: 'MUG-1', quantity: 3 }] }))
      expect(result.outcome === 'held' && result.allocations.map(({ quantity }) => quantity).sort()).toEqual([1, 2])
      expect(await units(storage())).toEqual({ onHand: 4, reserved: 3 })
    })

    it('refuses rather than split when the claim forbids it', async () => {
      await stocked(storage(), { 'MUG-1': 2 }, { priority: 0 })
      await stocked(storage(), { 'MUG-1': 2 }, { priority: 1 })
      const result = await reserve(storage(), aClaim({ claims: [{ sku: 'MUG-1', quantity: 3, split: false }] }))
      expect(result).toEqual({ outcome: 'insufficient', sku: 'MUG-1', requested: 3, available: 2 })
      expect(await units(storage())).toEqual({ onHand: 4, reserved: 0 })
    })

    it('uses the named locations only, in their order', async () => {
      const north = await stocked(storage(), { 'MUG-1': 5 }, { priority: 0 })
      const south = await stocked(storage(), { 'MUG-1': 2 }, { priority: 1 })
      const one = await reserve(storage(), aClaim({ claims: [{ sku: 'MUG-1', quantity: 1, locations: [south.id, north.id] }] }))
      expect(one).toMatchObject({ outcome: 'held', allocations: [{ locationId: south.id, quantity: 1 }] })
      const two = await reserve(storage(), aClaim({ claims: [{ sku: 'MUG-1', quantity: 2, locations: [south.id] }] }))
      expect(two).toMatchObject({ outcome: 'insufficient', available: 1 })
    })

    it('does not sell from a location that is closed', async () => {
      await stocked(storage(), { 'MUG-1': 5 }, { active: false })
      expect((await reserve(storage(), aClaim())).outcome).toBe('insufficient')
    })

    it('promises what is not there when the claim allows backorders, and reserves only what is', async () => {
      const location = await stocked(storage(), { 'MUG-1': 2 })
      const result = await reserve(storage(), aClaim({ claims: [{ sku: 'MUG-1', quantity: 5, backorder: true }] }))
      expect(result).toMatchObject({ outcome: 'held', allocations: [{ locationId: location.id, quantity: 2, backordered: 3 }] })
      expect(await units(storage())).toEqual({ onHand: 2, reserved: 2 })
    })

    it('gives exactly 9 units lying in three locations to 24 concurrent claims of one', async () => {
      for (const priority of [0, 1, 2]) await stocked(storage(), { 'MUG-1': 3 }, { priority })
      const other = await storage.another()
      const results = await Promise.all(Array.from({ length: 24 }, (_, index) => reserve(index % 2 === 0 ? storage() : other, aClaim())))
      expect(results.filter(({ outcome }) => outcome === 'held')).toHaveLength(9)
      expect(await units(storage())).toEqual({ onHand: 9, reserved: 9 })
    })
  })
}
