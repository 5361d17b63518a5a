import type { CartId, OrderId, ReservationId, StockClaim } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { aClaim, reserve, statusOf, stocked, units } from '../stock/stocked-shop.ts'
import { insertedCart } from './stored-carts.ts'

export function holdBehaviour(options: StorageSuiteOptions): void {
  describe('holds', () => {
    const storage = testStorage(options)
    const owner = 'customer:ada'
    const two: readonly StockClaim[] = [{ sku: 'MUG-1', quantity: 2 }]

    /** A cart that holds units until 15 minutes after the start. */
    async function heldCart(claims = two) {
      const cart = await insertedCart(storage())
      const params = aClaim({ holder: { type: 'cart', id: cart.id }, claims })
      if ((await reserve(storage(), params)).outcome !== 'held') throw new Error('not held')
      const { reservationId } = params
      await storage().transaction(at(0), (tx) => tx.carts.putHold({ cartId: cart.id, owner, reservationId, since: tx.now }))
      return { cart, cartId: cart.id, reservationId }
    }
    const holdOf = (cartId: CartId, ms = 0) => storage().snapshot(at(ms), ({ carts }) => carts.holdOf({ cartId }), { fresh: true })
    const lockHolds = (ms = 0) => storage().transaction(at(ms), (tx) => tx.carts.lockHolds({ owner }))

    it('are those that have not ended, with what they come to', async () => {
      await stocked(storage(), { 'MUG-1': 5, 'CUP-1': 5 })
      const { cartId, reservationId } = await heldCart([{ sku: 'CUP-1', quantity: 1 }, ...two])
      const hold = { cartId, reservationId, since: moment(0), expiresAt: moment(15 * minute), units: 3 }
      expect(await holdOf(cartId)).toEqual(hold)
      expect(await lockHolds()).toEqual([hold])
      expect(await lockHolds(15 * minute)).toEqual([])
      expect(await holdOf(cartId, 15 * minute)).toBeUndefined()
      await storage().transaction(at(0), (tx) => tx.stock.release({ reservationId }))
      expect(await holdOf(cartId)).toBeUndefined()
    })

    it('are one a cart: the next one takes the place of the one before', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const { cartId } = await heldCart()
      const next = aClaim({ holder: { type: 'cart', id: cartId } })
      await reserve(storage(), next)
      await storage().transaction(at(1), (tx) => tx.carts.putHold({ cartId, owner, reservationId: next.reservationId, since: moment(1) }))
      expect(await holdOf(cartId)).toMatchObject({ reservationId: next.reservationId, since: moment(1), units: 1 })
    })

    it('are forgotten, of a cart or of an owner, and say which reservations are to be ended', async () => {
      await stocked(storage(), { 'MUG-1': 9 })
      const [first, second, third] = [await heldCart(), await heldCart(), await heldCart()]
      const drop = (of: { cartId: typeof first.cartId } | { owner: string }) => storage().transaction(at(0), (tx) => tx.carts.dropHolds(of))
      expect(await drop({ cartId: first.cartId })).toEqual([first.reservationId])
      expect(await drop({ cartId: first.cartId })).toEqual([])
      expect([...(await drop({ owner }))].sort()).toEqual([second.reservationId, third.reservationId].sort())
      expect(await lockHolds()).toEqual([])
    })

    it('are put away once their reservation has ended', async () => {
      await stocked(storage(), { 'MUG-1': 9 })
      const [ended, left] = [await heldCart(), await heldCart()]
      await storage().transaction(at(0), (tx) => tx.stock.release({ reservationId: ended.reservationId }))
      expect(await storage().transaction(at(0), (tx) => tx.carts.pruneHolds())).toBe(1)
      expect(await storage().transaction(at(0), (tx) => tx.carts.dropHolds({ owner }))).toEqual([left.reservationId])
    })

    it('are told by freezing their cart', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      const { cartId, reservationId } = await heldCart()
      const freeze = () => storage().transaction(at(0), (tx) => tx.carts.freeze({ cartId, version: 1, orderId: ids.next<OrderId>() }))
      expect(await freeze()).toEqual({ hold: reservationId })
      await storage().transaction(at(0), (tx) => tx.carts.dropHolds({ cartId }))
      expect(await freeze()).toBe('frozen')
    })

    it('are counted one after the other for one owner: of ten carts at once, one finds no other held', async () => {
      await stocked(storage(), { 'MUG-1': 20 })
      const carts = await Promise.all(Array.from({ length: 10 }, () => insertedCart(storage())))
      const other = await storage.another()
      const taken = await Promise.all(
        carts.map((cart, index) =>
          (index % 2 === 0 ? storage() : other).transaction(at(0), async (tx) => {
            if ((await tx.carts.lockHolds({ owner })).length > 0) return false
            const params = aClaim({ holder: { type: 'cart', id: cart.id } })
            await tx.stock.reserve(params)
            await tx.carts.putHold({ cartId: cart.id, owner, reservationId: params.reservationId, since: tx.now })
            return true
          }),
        ),
      )
      expect(taken.filter(Boolean)).toHaveLength(1)
    })

    it('become an order’s as they are, if they are what it needs', async () => {
      await stocked(storage(), { 'MUG-1': 2 })
      const { reservationId } = await heldCart()
      const holder = { type: 'order', id: ids.next<OrderId>() } as const
      const takeOver = (claims: readonly StockClaim[], id: ReservationId = reservationId) =>
        storage().transaction(at(0), (tx) => tx.stock.takeOver({ reservationId: id, holder, claims, expiresAt: moment(30 * minute) }))
      expect(await takeOver([{ sku: 'MUG-1', quantity: 1 }])).toBe('differs')
      expect(await takeOver([...two, { sku: 'OTHER', quantity: 1 }])).toBe('differs')
      expect(await takeOver(two)).toBe('taken')
      const reservation = await storage().snapshot(at(0), ({ stock }) => stock.findReservation({ reservationId }), { fresh: true })
      expect(reservation).toMatchObject({ holder, status: 'held', expiresAt: moment(30 * minute) })
      expect(await takeOver(two)).toBe('gone')
      expect(await takeOver(two, ids.next<ReservationId>())).toBe('gone')
      expect(await units(storage())).toEqual({ onHand: 2, reserved: 2 })
    })

    it('end with a claim that replaces them, for which their units are free', async () => {
      await stocked(storage(), { 'MUG-1': 3, 'CUP-1': 1 })
      const { reservationId } = await heldCart()
      const claims = [
        { sku: 'CUP-1', quantity: 1 },
        { sku: 'MUG-1', quantity: 3 },
      ]
      expect(await reserve(storage(), aClaim({ claims, replaces: reservationId }))).toMatchObject({ outcome: 'held' })
      expect(await statusOf(storage(), reservationId)).toBe('released')
      expect(await units(storage())).toEqual({ onHand: 3, reserved: 3 })
      expect(await reserve(storage(), aClaim({ replaces: reservationId }))).toMatchObject({ outcome: 'insufficient', available: 0 })
    })

    it('lose no unit to others while they are replaced', async () => {
      await stocked(storage(), { 'MUG-1': 2 })
      const { reservationId } = await heldCart()
      const other = await storage.another()
      const [replaced, ...others] = await Promise.all([
        reserve(storage(), aClaim({ claims: [{ sku: 'MUG-1', quantity: 1 }], replaces: reservationId })),
        ...Array.from({ length: 8 }, () => reserve(other, aClaim({ claims: [{ sku: 'MUG-1', quantity: 1 }] }))),
      ])
      expect(replaced.outcome).toBe('held')
      expect(others.filter(({ outcome }) => outcome === 'held').length).toBeLessThanOrEqual(1)
      expect((await units(storage())).reserved).toBe(1 + others.filter(({ outcome }) => outcome === 'held').length)
    })
  })
}
