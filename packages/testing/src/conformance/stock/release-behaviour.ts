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

    it('of several is done under locks that are taken in one order, and by themselves change nothing', async () => {
      await stocked(storage(), { 'MUG-1': 5, 'TEE-1': 5 })
      const other = await storage.another()
      const of = (sku: string) => held(storage(), [{ sku, quantity: 1 }])
      const pairs: ReservationId[][] = []
      for (let made = 0; made < 4; made += 1) pairs.push(made % 2 === 0 ? [await of('MUG-1'), await of('TEE-1')] : [await of('TEE-1'), await of('MUG-1')])
      const ended: string[] = []
      await Promise.all(
        pairs.map((reservationIds, index) =>
          (index % 2 === 0 ? storage() : other).transaction(at(0), async (tx) => {
            await tx.stock.lock({ reservationIds })
            const before = await tx.stock.levels({ skus: ['MUG-1', 'TEE-1'] })
            for (const reservationId of reservationIds) ended.push((await tx.stock.release({ reservationId })).outcome)
            const after = await tx.stock.levels({ skus: ['MUG-1', 'TEE-1'] })
            // Nobody else has given any back in between.
            expect(after.map(({ reserved }) => reserved + 1)).toEqual(before.map(({ reserved }) => reserved))
          }),
        ),
      )
      expect(ended).toEqual(Array.from({ length: 8 }, () => 'changed'))
      for (const sku of ['MUG-1', 'TEE-1']) expect(await units(storage(), sku)).toEqual({ onHand: 5, reserved: 0 })
      await storage().transaction(at(0), (tx) => tx.stock.lock({ reservationIds: [] }))
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
