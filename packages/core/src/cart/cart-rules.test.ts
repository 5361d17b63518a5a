import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seed } from '../../test/property-seed.ts'
import type { CartId } from '../ids.ts'
import { addMs } from '../time.ts'
import type { Cart, CartLine } from './cart.ts'
import { type CartCommand, decideCart } from './cart-rules.ts'

const now = new Date('2026-01-01T00:00:00Z')
const rules = { limits: { maxLines: 3, maxQuantity: 10 }, cartTtlMs: 60_000 }

function aCart(lines: readonly CartLine[], overrides: Partial<Cart> = {}): Cart {
  return {
    id: 'cart' as CartId,
    customerId: null,
    guestTokenHash: 'hash',
    currency: 'USD',
    status: 'active',
    version: 7,
    lines,
    expiresAt: addMs(now, 1),
    createdAt: addMs(now, -1_000),
    updatedAt: addMs(now, -1_000),
    ...overrides,
  }
}

const mug = { sku: 'MUG', quantity: 2, seenUnitMinor: 500 }
const pot = { sku: 'POT', quantity: 1, seenUnitMinor: 900 }

/** Given these lines, when this command comes: the lines after it. */
const after = (lines: readonly CartLine[], command: CartCommand) => decideCart(aCart(lines), command, now, rules).lines

describe('decideCart', () => {
  it('given an empty cart, when a SKU is added, then it is the only line', () => {
    expect(after([], { type: 'add', ...mug })).toEqual([mug])
  })

  it('given a line, when its SKU is added again, then the units add up in its place, at the price seen now', () => {
    expect(after([mug, pot], { type: 'add', sku: 'MUG', quantity: 3, seenUnitMinor: 550 })).toEqual([{ sku: 'MUG', quantity: 5, seenUnitMinor: 550 }, pot])
  })

  it('given lines, when another SKU is added, then it comes last', () => {
    expect(after([pot], { type: 'add', ...mug })).toEqual([pot, mug])
  })

  it('given a line, when it is updated, then its units are replaced', () => {
    expect(after([mug, pot], { type: 'update', sku: 'MUG', quantity: 9, seenUnitMinor: 550 })).toEqual([{ sku: 'MUG', quantity: 9, seenUnitMinor: 550 }, pot])
  })

  it('given lines, when one is removed, then the others stay', () => {
    expect(after([mug, pot], { type: 'remove', sku: 'MUG' })).toEqual([pot])
  })

  it('given lines, when the cart is cleared, then none is left', () => {
    expect(after([mug, pot], { type: 'clear' })).toEqual([])
  })

  it('given any change, then the version is one on and the cart lives its full time again', () => {
    const cart = aCart([mug])
    expect(decideCart(cart, { type: 'clear' }, now, rules)).toEqual({ ...cart, lines: [], version: 8, updatedAt: now, expiresAt: addMs(now, 60_000) })
  })

  it('given nothing to change, then the cart is the same object', () => {
    const cart = aCart([mug])
    expect(decideCart(cart, { type: 'remove', sku: 'POT' }, now, rules)).toBe(cart)
    const empty = aCart([])
    expect(decideCart(empty, { type: 'clear' }, now, rules)).toBe(empty)
  })

  it('given no such line, when it is updated, then it is not found', () => {
    expect(() => after([mug], { type: 'update', ...pot })).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  })

  it('given 8 of 10 units, then 2 more may be added and 3 may not, however they come', () => {
    const eight = { ...mug, quantity: 8 }
    const limit = expect.objectContaining({ code: 'CART_LIMIT', details: { limit: 'maxQuantity', max: 10 } })
    expect(after([eight], { type: 'add', ...mug })[0]?.quantity).toBe(10)
    expect(() => after([eight], { type: 'add', ...mug, quantity: 3 })).toThrow(limit)
    expect(() => after([], { type: 'add', ...mug, quantity: 11 })).toThrow(limit)
    expect(() => after([mug], { type: 'update', ...mug, quantity: 11 })).toThrow(limit)
  })

  it('given the most lines a cart may have, then another SKU is refused and a present one is not', () => {
    const full = [mug, pot, { sku: 'CUP', quantity: 1, seenUnitMinor: 1 }]
    expect(() => after(full, { type: 'add', sku: 'NEW', quantity: 1, seenUnitMinor: 1 })).toThrow(
      expect.objectContaining({ code: 'CART_LIMIT', details: { limit: 'maxLines', max: 3 } }),
    )
    expect(after(full, { type: 'add', ...pot })[1]?.quantity).toBe(2)
  })

  it.each<CartCommand>([{ type: 'add', ...mug }, { type: 'update', ...mug }, { type: 'remove', sku: 'MUG' }, { type: 'clear' }])(
    'given a cart that is ordered or past its time, when told to $type, then it is closed',
    (command) => {
      const closed = (status: string) => expect.objectContaining({ code: 'CART_CLOSED', details: { cartId: 'cart', status } })
      expect(() => decideCart(aCart([mug], { status: 'ordered' }), command, now, rules)).toThrow(closed('ordered'))
      expect(() => decideCart(aCart([mug], { status: 'expired' }), command, now, rules)).toThrow(closed('expired'))
      expect(() => decideCart(aCart([mug], { expiresAt: now }), command, now, rules)).toThrow(closed('expired'))
    },
  )

  it(`keeps one line a SKU and every limit, whatever is done to it (CARTWRIGHT_SEED=${seed})`, () => {
    const sku = fc.constantFrom('A', 'B', 'C', 'D', 'E')
    const quantity = fc.integer({ min: 1, max: 12 })
    const command = fc.oneof(
      fc.record({ type: fc.constantFrom('add' as const, 'update' as const), sku, quantity, seenUnitMinor: fc.nat() }),
      fc.record({ type: fc.constant('remove' as const), sku }),
      fc.record({ type: fc.constant('clear' as const) }),
    )
    const check = (commands: readonly CartCommand[]) => {
      let cart = aCart([])
      for (const next of commands) {
        const before = cart
        try {
          cart = decideCart(cart, next, now, rules)
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^(CART_LIMIT|NOT_FOUND)$/) })
        }
        expect(cart.version).toBe(before.version + (cart === before ? 0 : 1))
        expect(new Set(cart.lines.map((line) => line.sku)).size).toBe(cart.lines.length)
        expect(cart.lines.length).toBeLessThanOrEqual(3)
        expect(cart.lines.every((line) => line.quantity >= 1 && line.quantity <= 10)).toBe(true)
      }
    }
    fc.assert(fc.property(fc.array(command, { maxLength: 30 }), check), { seed, numRuns: 1_000 })
  })
})
