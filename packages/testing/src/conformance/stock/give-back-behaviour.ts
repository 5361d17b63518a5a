import type { GiveBackParams, ReservationId, StockClaim } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { held, statusOf, stocked, units } from './stocked-shop.ts'

export function giveBackBehaviour(options: StorageSuiteOptions): void {
  describe('give back', () => {
    const storage = testStorage(options)
    const giveBack = (reservationId: ReservationId, quantity: number, params: Partial<GiveBackParams> = {}) =>
      storage().transaction(at(0), (tx) => tx.stock.giveBack({ reservationId, sku: 'MUG-1', quantity, first: 'backordered', ...params }))
    const consume = (reservationId: ReservationId, quantity: number) =>
      storage().transaction(at(0), (tx) =>
        tx.stock.consume({ reservationId, lines: [{ sku: 'MUG-1', quantity }], referenceId: ids.next(), nextEntryId: () => ids.next() }),
      )
    const committed = async (...claims: StockClaim[]): Promise<ReservationId> => {
      const reservationId = await held(storage(), claims)
      await storage().transaction(at(0), (tx) => tx.stock.commit({ reservationId }))
      return reservationId
    }
    const mugs = (quantity: number) => committed({ sku: 'MUG-1', quantity })
    const lineOf = async (reservationId: ReservationId) =>
      (await storage().snapshot(at(0), (snapshot) => snapshot.stock.findReservation({ reservationId }), { fresh: true }))?.lines[0]

    it('lets others have some units, leaves the rest reserved, and takes nothing off the shelf', async () => {
      const location = await stocked(storage(), { 'MUG-1': 5 })
      const reservationId = await mugs(3)
      expect(await giveBack(reservationId, 2)).toEqual({
        outcome: 'given',
        finished: false,
        given: [{ sku: 'MUG-1', locationId: location.id, quantity: 2, backordered: 0 }],
        changes: [{ sku: 'MUG-1', locationId: location.id, availableBefore: 2, availableAfter: 4 }],
      })
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 1 })
      expect(await lineOf(reservationId)).toMatchObject({ quantity: 3, held: 1, released: 2, consumed: 0 })
      expect(await statusOf(storage(), reservationId)).toBe('committed')
    })

    it('ends a reservation with its last unit: released if none was shipped, else consumed', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const untouched = await mugs(2)
      expect(await giveBack(untouched, 2)).toMatchObject({ outcome: 'given', finished: true })
      const shipped = await mugs(2)
      await consume(shipped, 1)
      expect(await giveBack(shipped, 1)).toMatchObject({ outcome: 'given', finished: true })
      expect([await statusOf(storage(), untouched), await statusOf(storage(), shipped)]).toEqual(['released', 'consumed'])
      expect(await units(storage())).toEqual({ onHand: 4, reserved: 0 })
    })

    it('gives up what is owed before what is held, or the other way round', async () => {
      await stocked(storage(), { 'MUG-1': 1 })
      const reservationId = await committed({ sku: 'MUG-1', quantity: 4, backorder: true })
      expect(await giveBack(reservationId, 1)).toMatchObject({ given: [{ quantity: 0, backordered: 1 }], changes: [] })
      expect(await giveBack(reservationId, 2, { first: 'held' })).toMatchObject({ given: [{ quantity: 1, backordered: 1 }] })
      expect(await units(storage())).toEqual({ onHand: 1, reserved: 0 })
      expect(await lineOf(reservationId)).toMatchObject({ held: 0, backordered: 1, released: 3 })
    })

    it('refuses more than is left, another SKU, and what is not committed, with nothing changed', async () => {
      await stocked(storage(), { 'MUG-1': 5, 'POT-1': 5 })
      const reservationId = await mugs(2)
      await consume(reservationId, 1)
      expect(await giveBack(reservationId, 2)).toEqual({ outcome: 'short', sku: 'MUG-1', requested: 2, available: 1 })
      expect(await giveBack(reservationId, 1, { sku: 'POT-1' })).toEqual({ outcome: 'short', sku: 'POT-1', requested: 1, available: 0 })
      const hold = await held(storage(), [{ sku: 'MUG-1', quantity: 1 }])
      expect(await giveBack(hold, 1)).toEqual({ outcome: 'unchanged', status: 'held' })
      expect(await giveBack(ids.next<ReservationId>(), 1)).toEqual({ outcome: 'unchanged', status: 'missing' })
      expect(await units(storage())).toEqual({ onHand: 4, reserved: 2 })
    })

    it('takes a unit that two want, one to ship it and one to give it back, for one of them', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const reservationId = await mugs(1)
      const results = await Promise.all([consume(reservationId, 1), giveBack(reservationId, 1)])
      expect(results.filter(({ outcome }) => outcome === 'consumed' || outcome === 'given')).toHaveLength(1)
      const { onHand, reserved } = await units(storage())
      expect([onHand + Number(results[0].outcome === 'consumed'), reserved]).toEqual([5, 0])
    })
  })
}
