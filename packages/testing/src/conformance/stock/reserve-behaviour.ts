import { describe, expect, it } from 'vitest'
import { at, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import type { ReserveWay } from './reserve-ways.ts'
import { aClaim, stocked, units } from './stocked-shop.ts'

export function reserveBehaviour(options: StorageSuiteOptions, way: ReserveWay): void {
  describe(`reserve, ${way.name}`, () => {
    const { reserve } = way
    const storage = testStorage(options)

    it('holds the units and leaves them on hand', async () => {
      const location = await stocked(storage(), { 'MUG-1': 5 })
      const params = aClaim({ claims: [{ sku: 'MUG-1', quantity: 3 }] })
      const result = await reserve(storage(), params)
      expect(result).toEqual({
        outcome: 'held',
        allocations: [{ sku: 'MUG-1', locationId: location.id, quantity: 3, backordered: 0 }],
        changes: [{ sku: 'MUG-1', locationId: location.id, availableBefore: 5, availableAfter: 2 }],
        expired: [],
      })
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 3 })
      const reservation = await storage().snapshot(at(0), (snapshot) => snapshot.stock.findReservation({ reservationId: params.reservationId }))
      expect(reservation).toEqual({
        id: params.reservationId,
        holder: params.holder,
        status: 'held',
        expiresAt: moment(15 * minute),
        extensions: 0,
        lines: [{ sku: 'MUG-1', locationId: location.id, quantity: 3, held: 3, backordered: 0, consumed: 0, released: 0 }],
      })
    })

    it('gives the last unit', async () => {
      await stocked(storage(), { 'MUG-1': 1 })
      expect((await reserve(storage(), aClaim())).outcome).toBe('held')
      expect((await reserve(storage(), aClaim())).outcome).toBe('insufficient')
    })

    it('holds all claims or none, and names the first that is short', async () => {
      await stocked(storage(), { 'MUG-1': 5, 'POT-1': 2 })
      const result = await reserve(
        storage(),
        aClaim({
          claims: [
            { sku: 'MUG-1', quantity: 1 },
            { sku: 'POT-1', quantity: 3 },
          ],
        }),
      )
      expect(result).toEqual({ outcome: 'insufficient', sku: 'POT-1', requested: 3, available: 2 })
      expect(await units(storage(), 'MUG-1')).toEqual({ onHand: 5, reserved: 0 })
      expect(await units(storage(), 'POT-1')).toEqual({ onHand: 2, reserved: 0 })
    })

    it('is short of a SKU that has never been stocked', async () => {
      await stocked(storage(), {})
      expect(await reserve(storage(), aClaim())).toEqual({ outcome: 'insufficient', sku: 'MUG-1', requested: 1, available: 0 })
    })

    it('lets the transaction go on after being short', async () => {
      await stocked(storage(), { 'MUG-1': 1, 'POT-1': 1 })
      await storage().transaction(at(0), async (tx) => {
        expect((await tx.stock.reserve(aClaim({ claims: [{ sku: 'MUG-1', quantity: 2 }] }))).outcome).toBe('insufficient')
        expect((await tx.stock.reserve(aClaim({ claims: [{ sku: 'POT-1', quantity: 1 }] }))).outcome).toBe('held')
      })
      expect(await units(storage(), 'POT-1')).toEqual({ onHand: 1, reserved: 1 })
    })

    it('holds nothing more when a held reservation is repeated', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const params = aClaim({ claims: [{ sku: 'MUG-1', quantity: 2 }] })
      const first = await reserve(storage(), params)
      const second = await reserve(storage(), params)
      expect(second.outcome === 'held' && first.outcome === 'held' && second.allocations).toEqual(first.outcome === 'held' && first.allocations)
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 2 })
    })

    it('reports a committed reservation when it is repeated, and refuses one that has ended', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const params = aClaim({ claims: [{ sku: 'MUG-1', quantity: 2 }] })
      const { reservationId } = params
      const first = await reserve(storage(), params)
      await storage().transaction(at(0), (tx) => tx.stock.commit({ reservationId }))
      expect(await reserve(storage(), params)).toMatchObject({ outcome: 'held', allocations: first.outcome === 'held' ? first.allocations : [] })
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 2 })
      await storage().transaction(at(0), (tx) => tx.stock.release({ reservationId }))
      await expect(reserve(storage(), params)).rejects.toMatchObject({ code: 'RESERVATION_GONE' })
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 0 })
    })

    it('leaves no reservation behind when it is short', async () => {
      await stocked(storage(), { 'MUG-1': 1 })
      const params = aClaim({ claims: [{ sku: 'MUG-1', quantity: 2 }] })
      expect(await reserve(storage(), params)).toMatchObject({ outcome: 'insufficient' })
      expect(await storage().snapshot(at(0), ({ stock }) => stock.findReservation({ reservationId: params.reservationId }), { fresh: true })).toBeUndefined()
    })

    it('holds nothing when its transaction rolls back', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const attempt = storage().transaction(at(0), async (tx) => {
        await tx.stock.reserve(aClaim())
        throw new Error('give up')
      })
      await expect(attempt).rejects.toThrow('give up')
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 0 })
    })

    it('gives exactly 5 of 5 units to 20 concurrent claims of one, from two handles', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const other = await storage.another()
      const results = await Promise.all(Array.from({ length: 20 }, (_, index) => reserve(index % 2 === 0 ? storage() : other, aClaim())))
      expect(results.filter(({ outcome }) => outcome === 'held')).toHaveLength(5)
      expect(await units(storage())).toEqual({ onHand: 5, reserved: 5 })
    })

    it('neither oversells nor deadlocks when concurrent claims name two SKUs', async () => {
      await stocked(storage(), { 'MUG-1': 7, 'POT-1': 4 })
      const other = await storage.another()
      const both = [
        { sku: 'MUG-1', quantity: 1 },
        { sku: 'POT-1', quantity: 1 },
      ]
      const results = await Promise.all(Array.from({ length: 12 }, (_, index) => reserve(index % 2 === 0 ? storage() : other, aClaim({ claims: both }))))
      expect(results.filter(({ outcome }) => outcome === 'held')).toHaveLength(4)
      expect(await units(storage(), 'MUG-1')).toEqual({ onHand: 7, reserved: 4 })
      expect(await units(storage(), 'POT-1')).toEqual({ onHand: 4, reserved: 4 })
    })
  })
}
