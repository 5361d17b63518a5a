import type { Cart, CartCopy, CartCustody, CustomerId, OwnerFilter } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { aCart } from '../fixtures.ts'
import { at } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { insertedCart } from './stored-carts.ts'

const anyone: OwnerFilter = { type: 'any' }
const first: CartCustody = { term: 0, loan: 1 }

/** The cart some versions later, with a line that tells them apart. */
const later = (cart: Cart, version: number): Cart => ({ ...cart, version, lines: [{ sku: `V-${version}`, quantity: version, seenUnitMinor: null }] })

export function custodyBehaviour(options: StorageSuiteOptions): void {
  describe('copies of carts that live elsewhere', () => {
    const storage = testStorage(options)
    const keep = (...copies: readonly CartCopy[]) => storage().transaction(at(1), (tx) => tx.carts.keep({ copies }))
    const lend = (cart: Cart, owner = anyone) => storage().transaction(at(1), (tx) => tx.carts.lend({ cartId: cart.id, owner }))
    const copyOf = (cart: Cart, owner = anyone) => storage().snapshot(at(0), (snapshot) => snapshot.carts.findCopy({ cartId: cart.id, owner }), { fresh: true })

    it('keeps many at once, new ones and newer ones, each with its lines', async () => {
      const known = await insertedCart(storage(), { lines: [{ sku: 'OLD', quantity: 1, seenUnitMinor: null }] })
      const copies = [...Array.from({ length: 20 }, (_, index) => later(aCart(), index + 1)), later(known, 2)].map((cart) => ({ cart, custody: first }))
      expect(await keep(...copies)).toEqual(new Set(copies.map(({ cart }) => cart.id)))
      expect(await Promise.all(copies.map(({ cart }) => copyOf(cart)))).toEqual(copies)
    })

    it('lets only a newer version win, whichever comes first', async () => {
      const cart = aCart()
      const copies = [3, 1, 2, 3].map((version) => ({ cart: later(cart, version), custody: first }))
      for (const copy of copies) await keep(copy)
      expect(await copyOf(cart)).toEqual({ cart: later(cart, 3), custody: first })
      expect(await keep({ cart: { ...later(cart, 3), lines: [] }, custody: first })).toEqual(new Set())
      expect(await copyOf(cart)).toEqual({ cart: later(cart, 3), custody: first })
    })

    it('lets the newest of many copies win that are written at once', async () => {
      const raced = aCart()
      const other = await storage.another()
      const written = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          (index % 2 === 0 ? storage() : other).transaction(at(1), (tx) => tx.carts.keep({ copies: [{ cart: later(raced, 12 - index), custody: first }] })),
        ),
      )
      expect(written.some((ids) => ids.has(raced.id))).toBe(true)
      expect(await copyOf(raced)).toEqual({ cart: later(raced, 12), custody: first })
    })

    it('brings no closed cart back', async () => {
      const ordered = await insertedCart(storage())
      await storage().transaction(at(0), (tx) => tx.carts.complete({ cartId: ordered.id }))
      expect(await keep({ cart: later(ordered, 9), custody: first })).toEqual(new Set())
      expect((await copyOf(ordered))?.cart.status).toBe('ordered')
    })

    it('lends an active cart to its owner, under another loan each time', async () => {
      const mine = await insertedCart(storage(), { lines: [{ sku: 'MUG-1', quantity: 1, seenUnitMinor: 5 }] })
      expect(await lend(mine, { type: 'customer', customerId: 'customer-2' as CustomerId })).toBeUndefined()
      expect(await lend(mine, { type: 'customer', customerId: 'customer-1' as CustomerId })).toEqual({ cart: mine, custody: { term: 0, loan: 1 } })
      expect(await lend(mine)).toEqual({ cart: mine, custody: { term: 0, loan: 2 } })
      expect(await lend(aCart())).toBeUndefined()
      const ordered = await insertedCart(storage(), { status: 'ordered' })
      expect(await lend(ordered)).toBeUndefined()
    })

    it('keeps no copy of an earlier loan', async () => {
      const lent = await insertedCart(storage())
      await lend(lent)
      await lend(lent)
      expect(await keep({ cart: later(lent, 5), custody: first })).toEqual(new Set())
      expect(await keep({ cart: later(lent, 2), custody: { term: 0, loan: 2 } })).toEqual(new Set([lent.id]))
    })

    it('takes a lent cart back when it is saved, and keeps no copy of before', async () => {
      const lent = await insertedCart(storage())
      await lend(lent)
      const changed = later(lent, 2)
      expect(await storage().transaction(at(1), (tx) => tx.carts.save({ cart: changed, expectedVersion: 1 }))).toBe('saved')
      expect(await copyOf(lent)).toEqual({ cart: changed, custody: { term: 1, loan: 0 } })
      expect(await keep({ cart: later(lent, 9), custody: first })).toEqual(new Set())
      expect(await lend(lent)).toEqual({ cart: changed, custody: { term: 1, loan: 1 } })
    })

    it('takes a lent cart back as it is, unless it went on meanwhile', async () => {
      const lent = await insertedCart(storage(), { lines: [{ sku: 'MUG-1', quantity: 1, seenUnitMinor: 5 }] })
      const copy = (await lend(lent)) as CartCopy
      const recall = (seen: CartCopy) => storage().transaction(at(1), (tx) => tx.carts.recall(seen))
      expect(await recall({ ...copy, cart: later(lent, 2) })).toBe(false)
      expect(await recall({ ...copy, custody: { term: 0, loan: 2 } })).toBe(false)
      expect([await recall(copy), await recall(copy)]).toEqual([true, false])
      expect(await copyOf(lent)).toEqual({ cart: lent, custody: { term: 1, loan: 0 } })
      expect(await keep({ cart: later(lent, 9), custody: first })).toEqual(new Set())
    })

    it('locks those that there are of several carts, and gives each as it is', async () => {
      const free = await insertedCart(storage(), { lines: [{ sku: 'MUG-1', quantity: 1, seenUnitMinor: 5 }] })
      const lent = await insertedCart(storage())
      await lend(lent)
      const copies = await storage().transaction(at(1), (tx) => tx.carts.lock({ cartIds: [lent.id, aCart().id, free.id] }))
      const byId = new Map(copies.map((copy) => [copy.cart.id, copy]))
      expect(byId.size).toBe(2)
      expect(byId.get(free.id)).toEqual({ cart: free, custody: { term: 0, loan: 0 } })
      expect(byId.get(lent.id)).toEqual({ cart: lent, custody: first })
    })

    it('lets those who lock the same carts, in whatever order, through one after the other', async () => {
      const [one, two] = [await insertedCart(storage()), await insertedCart(storage())]
      const other = await storage.another()
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) => {
          const cartIds = index % 2 === 0 ? [one.id, two.id] : [two.id, one.id]
          return (index % 3 === 0 ? other : storage()).transaction(at(1), async (tx) => {
            const locked = await tx.carts.lock({ cartIds })
            const saved: string[] = []
            for (const { cart } of locked) saved.push(await tx.carts.save({ cart: later(cart, cart.version + 1), expectedVersion: cart.version }))
            return saved.join()
          })
        }),
      )
      expect(answers).toEqual(Array(10).fill('saved,saved'))
      expect([(await copyOf(one))?.cart.version, (await copyOf(two))?.cart.version]).toEqual([11, 11])
    })

    it('leaves the custody of a cart alone that was never lent', async () => {
      const own = await insertedCart(storage())
      await storage().transaction(at(1), (tx) => tx.carts.save({ cart: later(own, 2), expectedVersion: 1 }))
      expect(await copyOf(own)).toEqual({ cart: later(own, 2), custody: { term: 0, loan: 0 } })
    })
  })
}
