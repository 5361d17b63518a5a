import { describe, expect, it } from 'vitest'
import { at, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { adjust, held, stocked, units } from './stocked-shop.ts'

export function adjustBehaviour(options: StorageSuiteOptions): void {
  describe('adjust', () => {
    const storage = testStorage(options)

    it('sets and adds, and says what changed', async () => {
      const location = await stocked(storage(), {})
      expect(await adjust(storage(), location, { change: { to: 5 } })).toMatchObject({
        outcome: 'adjusted',
        delta: 5,
        level: { sku: 'MUG-1', locationId: location.id, onHand: 5, reserved: 0 },
        change: { availableBefore: 0, availableAfter: 5 },
        shortfalls: [],
      })
      expect(await adjust(storage(), location, { change: { by: -2 } })).toMatchObject({ outcome: 'adjusted', delta: -2, level: { onHand: 3 } })
    })

    it('refuses to leave less than is reserved, with nothing changed', async () => {
      const location = await stocked(storage(), { 'MUG-1': 5 })
      await held(storage(), [{ sku: 'MUG-1', quantity: 3 }])
      expect(await adjust(storage(), location, { change: { to: 2 } })).toMatchObject({ outcome: 'reserved', level: { onHand: 5, reserved: 3 } })
      expect(await adjust(storage(), location, { change: { to: 3 } })).toMatchObject({ outcome: 'adjusted' })
      expect(await units(storage())).toEqual({ onHand: 3, reserved: 3 })
    })

    it('refuses to go below nothing', async () => {
      const location = await stocked(storage(), { 'MUG-1': 1 })
      expect(await adjust(storage(), location, { change: { by: -2 } })).toMatchObject({ outcome: 'reserved', level: { onHand: 1, reserved: 0 } })
      expect(await units(storage())).toEqual({ onHand: 1, reserved: 0 })
    })

    it('lists levels by SKU, then by location', async () => {
      const locations = [await stocked(storage(), { B: 1, A: 1 }), await stocked(storage(), { A: 2 })]
      const [first, second] = locations.map(({ id }) => id).sort()
      const levels = await storage().snapshot(at(0), ({ stock }) => stock.levels({ skus: ['B', 'A', 'C'] }), { fresh: true })
      expect(levels.map(({ sku, locationId }) => [sku, locationId])).toEqual([
        ['A', first],
        ['A', second],
        ['B', locations[0]?.id],
      ])
    })

    it('turns the newest holds into backorders when told to, and names them', async () => {
      const location = await stocked(storage(), { 'MUG-1': 4 })
      const older = await held(storage(), [{ sku: 'MUG-1', quantity: 2 }], moment(15 * minute))
      const newer = await held(storage(), [{ sku: 'MUG-1', quantity: 2 }], moment(15 * minute))
      const result = await adjust(storage(), location, { change: { to: 1 }, shortfall: 'backorder' })
      expect(result.outcome === 'adjusted' && result.shortfalls.map(({ reservationId, units: lost }) => [reservationId, lost])).toEqual([
        [newer, 2],
        [older, 1],
      ])
      expect(await units(storage())).toEqual({ onHand: 1, reserved: 1 })
    })

    it('loses no unit when additions meet', async () => {
      const location = await stocked(storage(), { 'MUG-1': 0 })
      const other = await storage.another()
      await Promise.all(Array.from({ length: 10 }, (_, index) => adjust(index % 2 === 0 ? storage() : other, location, { change: { by: 3 } })))
      expect(await units(storage())).toEqual({ onHand: 30, reserved: 0 })
    })
  })
}
