import type { ReservationChange } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { at, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import type { ReserveWay } from './reserve-ways.ts'
import { aClaim, held, statusOf, stocked, units } from './stocked-shop.ts'

export function expiryBehaviour(options: StorageSuiteOptions, way: ReserveWay): void {
  describe(`expiry, ${way.name}`, () => {
    const { reserve } = way
    const storage = testStorage(options)
    const one = [{ sku: 'MUG-1', quantity: 1 }]

    it('counts holds past their expiry as available, whether or not a sweep has run', async () => {
      await stocked(storage(), { 'MUG-1': 1 })
      const first = await held(storage(), one, moment(minute))
      expect((await reserve(storage(), aClaim(), minute - 1)).outcome).toBe('insufficient')
      const result = await reserve(storage(), aClaim(), minute + 1)
      expect(result).toMatchObject({ outcome: 'held', expired: [first] })
      expect(await statusOf(storage(), first)).toBe('expired')
      expect(await units(storage())).toEqual({ onHand: 1, reserved: 1 })
    })

    it('sweeps what is due, oldest first, up to the limit, and gives the units back', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const late = await held(storage(), one, moment(3 * minute))
      const early = await held(storage(), one, moment(minute))
      const middle = await held(storage(), one, moment(2 * minute))
      const sweep = (ms: number, limit: number) => storage().transaction(at(ms), async (tx) => (await tx.stock.expireDue({ limit })).expired)
      expect(await sweep(minute - 1, 10)).toEqual([])
      expect(await sweep(10 * minute, 2)).toEqual([early, middle])
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 1 })
      expect(await sweep(10 * minute, 2)).toEqual([late])
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 0 })
    })

    it('gives the units of 5 holds past their expiry to exactly 5 of 8 concurrent claims, from two handles', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const other = await storage.another()
      for (const _unit of Array.from({ length: 5 })) await held(storage(), one, moment(minute))
      const claims = Array.from({ length: 8 }, (_, index) => reserve(index % 2 === 0 ? storage() : other, aClaim(), 2 * minute))
      const results = await Promise.all(claims)
      expect(results.filter(({ outcome }) => outcome === 'held')).toHaveLength(5)
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 5 })
    })

    it('does not expire what is committed', async () => {
      await stocked(storage(), { 'MUG-1': 1 })
      const reservationId = await held(storage(), one, moment(minute))
      await storage().transaction(at(0), (tx) => tx.stock.commit({ reservationId }))
      const swept = await storage().transaction(at(60 * minute), (tx) => tx.stock.expireDue({ limit: 10 }))
      expect(swept.expired).toEqual([])
      expect((await reserve(storage(), aClaim(), 60 * minute)).outcome).toBe('insufficient')
    })

    it('extends a held reservation as often as allowed, and no other', async () => {
      await stocked(storage(), { 'MUG-1': 2 })
      const reservationId = await held(storage(), one, moment(minute))
      const extend = (toMs: number): Promise<ReservationChange> =>
        storage().transaction(at(0), (tx) => tx.stock.extend({ reservationId, expiresAt: moment(toMs), maxExtensions: 1 }))
      expect((await extend(5 * minute)).outcome).toBe('changed')
      expect(await extend(9 * minute)).toEqual({ outcome: 'unchanged', status: 'held' })
      const reservation = await storage().snapshot(at(0), (snapshot) => snapshot.stock.findReservation({ reservationId }))
      expect(reservation).toMatchObject({ expiresAt: moment(5 * minute), extensions: 1 })
      await storage().transaction(at(0), (tx) => tx.stock.commit({ reservationId }))
      expect(await extend(9 * minute)).toEqual({ outcome: 'unchanged', status: 'committed' })
    })

    it('never moves an expiry to an earlier or the same time', async () => {
      await stocked(storage(), { 'MUG-1': 2 })
      const reservationId = await held(storage(), one, moment(5 * minute))
      for (const toMs of [minute, 5 * minute]) {
        const change = await storage().transaction(at(0), (tx) => tx.stock.extend({ reservationId, expiresAt: moment(toMs), maxExtensions: 9 }))
        expect(change).toEqual({ outcome: 'unchanged', status: 'held' })
      }
      expect(await storage().snapshot(at(0), ({ stock }) => stock.findReservation({ reservationId }))).toMatchObject({
        expiresAt: moment(5 * minute),
        extensions: 0,
      })
    })

    it('reports which units a sweep gave back', async () => {
      const location = await stocked(storage(), { 'MUG-1': 1 })
      const reservationId = await held(storage(), one, moment(minute))
      const swept = await storage().transaction(at(2 * minute), (tx) => tx.stock.expireDue({ limit: 10 }))
      expect(swept).toEqual({
        expired: [reservationId],
        changes: [{ sku: 'MUG-1', locationId: location.id, availableBefore: 0, availableAfter: 1 }],
      })
    })

    it('ends a hold once when two sweeps and a commit meet', async () => {
      await stocked(storage(), { 'MUG-1': 1 })
      const other = await storage.another()
      const reservationId = await held(storage(), one, moment(minute))
      const [first, second, commit] = await Promise.all([
        storage().transaction(at(2 * minute), (tx) => tx.stock.expireDue({ limit: 10 })),
        other.transaction(at(2 * minute), (tx) => tx.stock.expireDue({ limit: 10 })),
        storage().transaction(at(0), (tx) => tx.stock.commit({ reservationId })),
      ])
      const endings = first.expired.length + second.expired.length + (commit.outcome === 'changed' ? 1 : 0)
      expect(endings).toBe(1)
      expect(await units(storage())).toEqual({ onHand: 1, reserved: commit.outcome === 'changed' ? 1 : 0 })
    })
  })
}
