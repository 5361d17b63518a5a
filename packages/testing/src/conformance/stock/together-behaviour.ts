import type { ReserveParams, ReserveResult } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { at, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { aClaim, held, reserve, statusOf, stocked, units } from './stocked-shop.ts'

export function togetherBehaviour(options: StorageSuiteOptions): void {
  describe('reserve together', () => {
    const storage = testStorage(options)
    const together = (calls: readonly ReserveParams[], atMs = 0): Promise<readonly ReserveResult[]> =>
      storage().transaction(at(atMs), (tx) => tx.stock.reserveMany(calls))
    const outcomes = (results: readonly ReserveResult[]) => results.map(({ outcome }) => outcome)
    const mugs = (quantity: number, backorder = false) => aClaim({ claims: [{ sku: 'MUG-1', quantity, backorder }] })

    it('answers no call with no result', async () => {
      expect(await together([])).toEqual([])
    })

    it('serves calls in their order until the units are gone, and those that fit after one that does not', async () => {
      const location = await stocked(storage(), { 'MUG-1': 5 })
      const results = await together([mugs(2), mugs(4), mugs(2), mugs(1), mugs(1)])
      expect(outcomes(results)).toEqual(['held', 'insufficient', 'held', 'held', 'insufficient'])
      expect(results[1]).toEqual({ outcome: 'insufficient', sku: 'MUG-1', requested: 4, available: 3 })
      expect(results[2]).toMatchObject({ changes: [{ sku: 'MUG-1', locationId: location.id, availableBefore: 3, availableAfter: 1 }] })
      expect(results[3]).toMatchObject({ changes: [{ availableBefore: 1, availableAfter: 0 }] })
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 5 })
    })

    it('writes what single calls would have written', async () => {
      const location = await stocked(storage(), { 'MUG-1': 5, 'POT-1': 5 })
      const calls = [
        mugs(1),
        aClaim({
          claims: [
            { sku: 'MUG-1', quantity: 2 },
            { sku: 'POT-1', quantity: 1 },
          ],
          expiresAt: moment(minute),
        }),
      ]
      await together(calls)
      for (const { reservationId, holder, claims, expiresAt } of calls) {
        const stored = await storage().snapshot(at(0), (snapshot) => snapshot.stock.findReservation({ reservationId }), { fresh: true })
        const lines = claims.map(({ sku, quantity }) => ({ sku, locationId: location.id, quantity, held: quantity, backordered: 0, consumed: 0, released: 0 }))
        expect(stored).toEqual({ id: reservationId, holder, status: 'held', expiresAt, extensions: 0, lines })
      }
      expect(await units(storage(), 'MUG-1')).toEqual({ onHand: 5, reserved: 3 })
      expect(await units(storage(), 'POT-1')).toEqual({ onHand: 5, reserved: 1 })
    })

    it('takes all claims of a call or none, whatever the others take', async () => {
      await stocked(storage(), { 'MUG-1': 3, 'POT-1': 1 })
      const both = () =>
        aClaim({
          claims: [
            { sku: 'MUG-1', quantity: 1 },
            { sku: 'POT-1', quantity: 1 },
          ],
        })
      expect(outcomes(await together([both(), both(), mugs(2)]))).toEqual(['held', 'insufficient', 'held'])
      expect(await units(storage(), 'MUG-1')).toEqual({ onHand: 3, reserved: 3 })
      expect(await units(storage(), 'POT-1')).toEqual({ onHand: 1, reserved: 1 })
    })

    it('repeats what is held, and holds nothing more', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const earlier = mugs(2)
      const first = await reserve(storage(), earlier)
      const [again, fresh] = await together([earlier, mugs(1)])
      expect(again).toMatchObject({ outcome: 'held', allocations: first.outcome === 'held' ? first.allocations : [] })
      expect(fresh).toMatchObject({ outcome: 'held' })
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 3 })
    })

    it('gives the units of holds past their time to those who would be short', async () => {
      await stocked(storage(), { 'MUG-1': 3 })
      const old = await held(storage(), [{ sku: 'MUG-1', quantity: 2 }], moment(minute))
      const results = await together([mugs(1), mugs(1), mugs(1), mugs(1)], 2 * minute)
      expect(outcomes(results)).toEqual(['held', 'held', 'held', 'insufficient'])
      expect(await statusOf(storage(), old)).toBe('expired')
      expect(await units(storage())).toEqual({ onHand: 3, reserved: 3 })
    })

    it('promises beyond the stock where a call allows it, after the calls that the stock is enough for', async () => {
      await stocked(storage(), { 'MUG-1': 3 })
      const [beyond, within] = await together([mugs(5, true), mugs(2)])
      expect(within).toMatchObject({ outcome: 'held', allocations: [{ quantity: 2, backordered: 0 }] })
      expect(beyond).toMatchObject({ outcome: 'held', allocations: [{ quantity: 1, backordered: 4 }] })
      expect(await units(storage())).toEqual({ onHand: 3, reserved: 3 })
    })

    it('splits over locations by what earlier calls have left there', async () => {
      const north = await stocked(storage(), { 'MUG-1': 3 }, { priority: 0 })
      const south = await stocked(storage(), { 'MUG-1': 3 }, { priority: 1 })
      const results = await together([mugs(2), mugs(2), mugs(2)])
      const taken = results.map((result) => (result.outcome === 'held' ? result.allocations.map(({ locationId, quantity }) => [locationId, quantity]) : []))
      expect(taken[0]).toEqual([[north.id, 2]])
      expect(taken[1]).toEqual([[south.id, 2]])
      expect(taken[2]).toHaveLength(2)
      expect(await units(storage())).toEqual({ onHand: 6, reserved: 6 })
    })

    it('gives exactly 10 of 10 units to two batches of 10 that meet', async () => {
      await stocked(storage(), { 'MUG-1': 10 })
      const other = await storage.another()
      const batch = () => Array.from({ length: 10 }, () => mugs(1))
      const reserveFrom = async (from = storage()) => from.transaction(at(0), (tx) => tx.stock.reserveMany(batch()))
      const results = (await Promise.all([reserveFrom(), reserveFrom(other)])).flat()
      expect(results.filter(({ outcome }) => outcome === 'held')).toHaveLength(10)
      expect(await units(storage())).toEqual({ onHand: 10, reserved: 10 })
    })

    it('writes nothing when its transaction rolls back', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const attempt = storage().transaction(at(0), async (tx) => {
        await tx.stock.reserveMany([mugs(1), mugs(1)])
        throw new Error('give up')
      })
      await expect(attempt).rejects.toThrow('give up')
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 0 })
    })
  })
}
