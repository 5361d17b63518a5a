import type { Cart, CartCustody, OwnerFilter, QuoteId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { aCart, ids } from '../fixtures.ts'
import type { OpenedLiveCarts } from './live-cart-suite.ts'

const owner: OwnerFilter = { type: 'any' }
const loan = (number: number, term = 0): CartCustody => ({ term, loan: number })
const later = (cart: Cart, version: number): Cart => ({ ...cart, version, lines: [{ sku: `V-${version}`, quantity: 1, seenUnitMinor: null }] })

export function loanBehaviour(opened: () => OpenedLiveCarts): void {
  describe('loans', () => {
    const find = async (cart: Cart) => opened().store.find({ cartId: cart.id, owner })

    it('takes the first of two that bring one loan, with what was changed since', async () => {
      const { store } = opened()
      const cart = aCart()
      expect(await store.put({ cart, custody: loan(1) })).toBe('put')
      await store.save({ copy: { cart: later(cart, 2), custody: loan(1) }, expectedVersion: 1 })
      expect(await store.put({ cart, custody: loan(1) })).toBe('there')
      expect(await find(cart)).toEqual({ cart: later(cart, 2), custody: loan(1) })
    })

    it('goes on with the changes of an earlier loan under the later one', async () => {
      const { store } = opened()
      const cart = aCart()
      await store.put({ cart, custody: loan(1) })
      await store.save({ copy: { cart: later(cart, 2), custody: loan(1) }, expectedVersion: 1 })
      expect(await store.put({ cart, custody: loan(2) })).toBe('there')
      expect(await find(cart)).toEqual({ cart: later(cart, 2), custody: loan(2) })
      expect(await store.save({ copy: { cart: later(cart, 3), custody: loan(1) }, expectedVersion: 2 })).toBe('stale')
      expect(await store.save({ copy: { cart: later(cart, 3), custody: loan(2) }, expectedVersion: 2 })).toBe('saved')
    })

    it('gives up what is behind a later loan, or of an earlier term', async () => {
      const { store } = opened()
      const cart = aCart()
      await store.put({ cart, custody: loan(1) })
      expect(await store.put({ cart: later(cart, 4), custody: loan(2) })).toBe('put')
      expect(await find(cart)).toEqual({ cart: later(cart, 4), custody: loan(2) })
      expect(await store.put({ cart: later(cart, 2), custody: loan(1, 1) })).toBe('put')
      expect(await find(cart)).toEqual({ cart: later(cart, 2), custody: loan(1, 1) })
      expect(await store.put({ cart: later(cart, 9), custody: loan(7) })).toBe('there')
      expect(await find(cart)).toEqual({ cart: later(cart, 2), custody: loan(1, 1) })
    })

    it('says that a later version is there, and nothing of an earlier one or none', async () => {
      const { store } = opened()
      const cart = aCart({ version: 5 })
      const freeze = (version: number) => store.freeze({ cartId: cart.id, version, checkoutId: ids.next<QuoteId>() })
      expect(await freeze(5)).toBe('absent')
      await store.put({ cart, custody: loan(1) })
      expect([await freeze(4), await freeze(5), await freeze(6)]).toEqual(['stale', 'frozen', 'absent'])
    })

    it('lets go of a cart, if it is still the one that was seen', async () => {
      const { store } = opened()
      const cart = aCart()
      const seen = { cart, custody: loan(1) }
      await store.put(seen)
      await store.save({ copy: { cart: later(cart, 2), custody: loan(1) }, expectedVersion: 1 })
      await store.drop({ cartId: cart.id, seen })
      expect((await find(cart))?.cart.version).toBe(2)
      await store.drop({ cartId: cart.id, seen: { cart: later(cart, 2), custody: loan(1) } })
      expect(await find(cart)).toBeUndefined()
      await store.put(seen)
      await store.drop({ cartId: cart.id })
      expect(await find(cart)).toBeUndefined()
    })
  })
}
