import type { ConsumeResult, LocationId, ReservationId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { adjust, held, statusOf, stocked, units } from './stocked-shop.ts'

export function consumeBehaviour(options: StorageSuiteOptions): void {
  describe('consume', () => {
    const storage = testStorage(options)
    const consume = (reservationId: ReservationId, quantity: number, sku = 'MUG-1'): Promise<ConsumeResult> =>
      storage().transaction(at(0), (tx) =>
        tx.stock.consume({ reservationId, lines: [{ sku, quantity }], referenceId: ids.next(), nextEntryId: () => ids.next() }),
      )
    const committed = async (quantity: number): Promise<ReservationId> => {
      const reservationId = await held(storage(), [{ sku: 'MUG-1', quantity }])
      await storage().transaction(at(0), (tx) => tx.stock.commit({ reservationId }))
      return reservationId
    }

    it('takes units out of the building, part by part, and ends with the last', async () => {
      const location = await stocked(storage(), { 'MUG-1': 5 })
      const reservationId = await committed(3)
      const first = await consume(reservationId, 1)
      expect(first).toMatchObject({ outcome: 'consumed', finished: false, taken: [{ sku: 'MUG-1', locationId: location.id, quantity: 1 }] })
      expect(await units(storage())).toEqual({ onHand: 4, reserved: 2 })
      expect(await consume(reservationId, 2)).toMatchObject({ outcome: 'consumed', finished: true })
      expect(await units(storage())).toEqual({ onHand: 2, reserved: 0 })
      expect(await statusOf(storage(), reservationId)).toBe('consumed')
    })

    it('takes from the location that is named, and refuses more than is there', async () => {
      const north = await stocked(storage(), { 'MUG-1': 2 }, { priority: 1 })
      const south = await stocked(storage(), { 'MUG-1': 3 }, { priority: 2 })
      const reservationId = await committed(4)
      const from = (locationId: LocationId, quantity: number) =>
        storage().transaction(at(0), (tx) =>
          tx.stock.consume({ reservationId, lines: [{ sku: 'MUG-1', quantity }], locationId, referenceId: ids.next(), nextEntryId: () => ids.next() }),
        )
      expect(await from(south.id, 3)).toEqual({ outcome: 'short', sku: 'MUG-1', requested: 3, available: 2 })
      expect(await from(south.id, 1)).toMatchObject({ finished: false, taken: [{ locationId: south.id, quantity: 1 }] })
      expect(await from(north.id, 2)).toMatchObject({ finished: false, taken: [{ locationId: north.id, quantity: 2 }] })
      expect(await from(ids.next<LocationId>(), 1)).toMatchObject({ outcome: 'short', available: 0 })
      expect(await from(south.id, 1)).toMatchObject({ finished: true })
      expect(await units(storage())).toEqual({ onHand: 1, reserved: 0 })
    })

    it('leaves what is available to others as it was', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const result = await consume(await committed(3), 3)
      expect(result.outcome === 'consumed' && result.changes.every(({ availableBefore, availableAfter }) => availableBefore === availableAfter)).toBe(true)
    })

    it('refuses more than is left, and another SKU, with nothing taken', async () => {
      await stocked(storage(), { 'MUG-1': 5, 'POT-1': 5 })
      const reservationId = await committed(3)
      expect(await consume(reservationId, 4)).toEqual({ outcome: 'short', sku: 'MUG-1', requested: 4, available: 3 })
      expect(await consume(reservationId, 1, 'POT-1')).toEqual({ outcome: 'short', sku: 'POT-1', requested: 1, available: 0 })
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 3 })
    })

    it('refuses a hold that is not committed, and one that is done', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      expect(await consume(await held(storage(), [{ sku: 'MUG-1', quantity: 1 }]), 1)).toEqual({ outcome: 'unchanged', status: 'held' })
      const done = await committed(1)
      await consume(done, 1)
      expect(await consume(done, 1)).toEqual({ outcome: 'unchanged', status: 'consumed' })
      expect(await units(storage())).toEqual({ onHand: 4, reserved: 1 })
    })

    it('ships promised units once they have come, and not before', async () => {
      const location = await stocked(storage(), { 'MUG-1': 2 })
      const reservationId = await held(storage(), [{ sku: 'MUG-1', quantity: 5, backorder: true }])
      await storage().transaction(at(0), (tx) => tx.stock.commit({ reservationId }))
      expect(await consume(reservationId, 5)).toEqual({ outcome: 'short', sku: 'MUG-1', requested: 5, available: 2 })
      await adjust(storage(), location, { change: { by: 3 }, reason: 'received' })
      expect(await consume(reservationId, 5)).toMatchObject({
        outcome: 'consumed',
        finished: true,
        taken: [{ sku: 'MUG-1', locationId: location.id, quantity: 2, backordered: 3 }],
      })
      expect(await units(storage())).toEqual({ onHand: 0, reserved: 0 })
    })

    it('gives back only what was not shipped when a half-shipped reservation is released', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const reservationId = await committed(3)
      await consume(reservationId, 1)
      await storage().transaction(at(0), (tx) => tx.stock.release({ reservationId }))
      expect(await units(storage())).toEqual({ onHand: 4, reserved: 0 })
    })

    it('ships each unit once when two shipments of the same rest meet', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const reservationId = await committed(2)
      const results = await Promise.all([consume(reservationId, 2), consume(reservationId, 2)])
      expect(results.filter(({ outcome }) => outcome === 'consumed')).toHaveLength(1)
      expect(await units(storage())).toEqual({ onHand: 3, reserved: 0 })
    })
  })
}
