import type { Cart, CustomerId, OwnerFilter } from '@cartwright/core/ports'
import { expect, it } from 'vitest'
import { aCart, ids } from '../fixtures.ts'
import { minute, moment } from '../moments.ts'
import type { OpenedCarts } from './opened-carts.ts'

const anyone: OwnerFilter = { type: 'any' }

const lines = [
  { sku: 'POT-1', quantity: 1, seenUnitMinor: 900 },
  { sku: 'MUG-1', quantity: 3, seenUnitMinor: null },
]

/** What holds of carts wherever they are kept. */
export function cartBehaviour(carts: OpenedCarts): void {
  const inserted = async (overrides: Partial<Cart> = {}) => {
    const cart = aCart(overrides)
    await carts().insert(cart)
    return cart
  }

  it('gives back what was put in, lines and codes of vouchers in their order', async () => {
    const cart = await inserted({ lines, vouchers: ['Spring', 'ADA-1'] })
    expect(await carts().find(cart, anyone)).toEqual(cart)
  })

  it('shows a cart to its owner, and to nobody else', async () => {
    const cart = await inserted({ customerId: null, guestTokenHash: 'a'.repeat(64) })
    expect(await carts().find(cart, { type: 'guest', tokenHash: 'a'.repeat(64) })).toEqual(cart)
    expect(await carts().find(cart, { type: 'guest', tokenHash: 'b'.repeat(64) })).toBeUndefined()
    expect(await carts().find(cart, { type: 'customer', customerId: 'customer-1' as CustomerId })).toBeUndefined()
    const customers = await inserted()
    expect(await carts().find(customers, { type: 'customer', customerId: 'customer-1' as CustomerId })).toEqual(customers)
    expect(await carts().find(customers, { type: 'customer', customerId: 'customer-2' as CustomerId })).toBeUndefined()
  })

  it('finds nothing under an unknown id', async () => {
    expect(await carts().find(aCart({ id: ids.next() }), anyone)).toBeUndefined()
  })

  it('replaces the lines, and lets the cart live on, when the version is the expected one', async () => {
    const cart = await inserted({ lines })
    const changed: Cart = { ...cart, version: 2, lines: [{ sku: 'CUP-1', quantity: 2, seenUnitMinor: 100 }], updatedAt: moment(1), expiresAt: moment(minute) }
    expect(await carts().save(changed, 1)).toBe('saved')
    expect(await carts().find(cart, anyone)).toEqual(changed)
  })

  it('writes nothing when the version is another one, or the cart is gone', async () => {
    const cart = await inserted({ lines })
    expect(await carts().save({ ...cart, version: 3, lines: [] }, 2)).toBe('stale')
    expect(await carts().save(aCart({ version: 2 }), 1)).toBe('stale')
    expect(await carts().find(cart, anyone)).toEqual(cart)
  })

  it('lets one of ten concurrent saves of one version through', async () => {
    const cart = await inserted()
    const other = await carts.another()
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) => {
        const changed: Cart = { ...cart, version: 2, lines: [{ sku: `MUG-${index}`, quantity: 1, seenUnitMinor: null }] }
        return (index % 2 === 0 ? carts() : other).save(changed, 1)
      }),
    )
    expect(results.filter((result) => result === 'saved')).toHaveLength(1)
    const stored = await carts().find(cart, anyone)
    expect(stored?.lines.map(({ sku }) => sku)).toEqual([`MUG-${results.indexOf('saved')}`])
  })

  it('freezes the version that is there, again too, and no other', async () => {
    const cart = await inserted()
    expect(await carts().freeze(cart, 2)).not.toBe('frozen')
    expect(await carts().freeze(cart, 1)).toBe('frozen')
    expect(await carts().freeze(cart, 1)).toBe('frozen')
    expect(await carts().save({ ...cart, version: 2 }, 1)).toBe('saved')
    expect(await carts().freeze(cart, 1)).toBe('stale')
    expect(await carts().freeze(cart, 2)).toBe('frozen')
  })
}
