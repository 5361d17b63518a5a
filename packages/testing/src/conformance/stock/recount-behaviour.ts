import type { LocationId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { aClaim, held, reserve, stocked, units } from './stocked-shop.ts'

export function recountBehaviour(options: StorageSuiteOptions): void {
  describe('recount', () => {
    const storage = testStorage(options)
    const recount = (sku: string, locationId: LocationId) => storage().transaction(at(0), (tx) => tx.stock.recount({ sku, locationId }))

    it('leaves a level alone that its reservations bear out, and knows none that is not there', async () => {
      const location = await stocked(storage(), { 'MUG-1': 5 })
      await held(storage(), [{ sku: 'MUG-1', quantity: 2 }])
      expect(await recount('MUG-1', location.id)).toEqual({ outcome: 'right' })
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 2 })
      expect(await recount('MUG-2', location.id)).toEqual({ outcome: 'missing' })
      expect(await recount('MUG-1', ids.next<LocationId>())).toEqual({ outcome: 'missing' })
    })

    it('counts what runs beside it once, whichever comes first', async () => {
      const location = await stocked(storage(), { 'MUG-1': 5 })
      const other = await storage.another()
      const claims = Array.from({ length: 8 }, () => reserve(other, aClaim()))
      const counts = await Promise.all(Array.from({ length: 8 }, () => recount('MUG-1', location.id)))
      await Promise.all(claims)
      expect(counts).toEqual(Array.from({ length: 8 }, () => ({ outcome: 'right' })))
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 5 })
    })
  })
}
