import type { ReservationId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { held, statusOf, stocked, units } from './stocked-shop.ts'

export function releaseBehaviour(options: StorageSuiteOptions): void {
  describe('commit and release', () => {
    const storage = testStorage(options)
    const two = [{ sku: 'MUG-1', quantity: 2 }]
    const commit = (reservationId: ReservationId) => storage().transaction(at(0), (tx) => tx.stock.commit({ reservationId }))
    const release = (reservationId: ReservationId) => storage().transaction(at(0), (tx) => tx.stock.release({ reservationId }))

    it('commits a hold: the units stay reserved and no expiry is left', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const reservationId = await held(storage(), two)
      expect((await commit(reservationId)).outcome).toBe('changed')
      const reservation = await storage().snapshot(at(0), (snapshot) => snapshot.stock.findReservation({ reservationId }))
      expect(reservation).toMatchObject({ status: 'committed', expiresAt: null })
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 2 })
      expect(await commit(reservationId)).toEqual({ outcome: 'unchanged', status: 'committed' })
    })

    it('gives the units back on release, from held and from committed', async () => {
      const location = await stocked(storage(), { 'MUG-1': 5 })
      const first = await held(storage(), two)
      const second = await held(storage(), two)
      await commit(second)
      expect(await release(first)).toEqual({ outcome: 'changed', changes: [{ sku: 'MUG-1', locationId: location.id, availableBefore: 1, availableAfter: 3 }] })
      expect((await release(second)).outcome).toBe('changed')
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 0 })
      expect(await statusOf(storage(), first)).toBe('released')
    })

    it('does nothing the second time', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const reservationId = await held(storage(), two)
      const bystander = await held(storage(), two)
      await release(reservationId)
      expect(await release(reservationId)).toEqual({ outcome: 'unchanged', status: 'released' })
      expect(await commit(reservationId)).toEqual({ outcome: 'unchanged', status: 'released' })
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 2 })
      expect(await statusOf(storage(), bystander)).toBe('held')
    })

    it('counts one release of 32 that meet', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const other = await storage.another()
      const reservationId = await held(storage(), two)
      await held(storage(), two)
      const results = await Promise.all(
        Array.from({ length: 32 }, (_, index) => (index % 2 === 0 ? storage() : other).transaction(at(0), (tx) => tx.stock.release({ reservationId }))),
      )
      expect(results.filter(({ outcome }) => outcome === 'changed')).toHaveLength(1)
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 2 })
    })

    it('says when there is no such reservation', async () => {
      const reservationId = ids.next<ReservationId>()
      const missing = { outcome: 'unchanged', status: 'missing' }
      expect(await commit(reservationId)).toEqual(missing)
      expect(await release(reservationId)).toEqual(missing)
      const extended = await storage().transaction(at(0), (tx) => tx.stock.extend({ reservationId, expiresAt: moment(1), maxExtensions: 1 }))
      expect(extended).toEqual(missing)
      expect(await storage().snapshot(at(0), (snapshot) => snapshot.stock.findReservation({ reservationId }))).toBeUndefined()
    })
  })
}
