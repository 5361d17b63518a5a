import type { AddressId, CustomerId, Order, OrderId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { findCart, insertedCart } from '../cart/stored-carts.ts'
import { address, anOrder, historyOf, ids } from '../fixtures.ts'
import { at, hour, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { findOrder, insertedOrder } from '../order/stored-orders.ts'
import { insertedCustomer } from './stored-customers.ts'

const token = 'f'.repeat(64)

export function belongingsBehaviour(options: StorageSuiteOptions): void {
  describe('what belongs to a customer', () => {
    const storage = testStorage(options)
    const claim = (customerId: CustomerId, emailKey: string, by = storage()) =>
      by.transaction(at(1), (tx) => tx.customers.claimOrders({ customerId, emailKey }))
    const erase = (customerId: CustomerId, pseudonym: string) =>
      storage().transaction(at(1), (tx) => tx.customers.erase({ customerId, pseudonym: pseudonym as CustomerId }))
    const ownerOf = async ({ id }: Pick<Order, 'id'>) => (await findOrder(storage(), { id }))?.customerId

    it('is every order of a guest under their address of mail, and nobody else’s', async () => {
      const { id } = await insertedCustomer(storage())
      const guests = { customerId: null, guestTokenHash: token }
      const mine = [
        await insertedOrder(storage(), { ...guests, email: 'Ada@Example.com' }),
        await insertedOrder(storage(), { ...guests, email: 'ada@example.com' }),
      ]
      const others = [
        await insertedOrder(storage(), { ...guests, email: 'bob@example.com' }),
        await insertedOrder(storage(), { ...guests, email: null }),
        await insertedOrder(storage(), { customerId: 'somebody' as CustomerId, email: 'ada@example.com' }),
      ]
      expect([...(await claim(id, 'ada@example.com'))].sort()).toEqual(mine.map((order) => order.id).sort())
      expect(await claim(id, 'ada@example.com')).toEqual([])
      expect(await Promise.all(mine.map(ownerOf))).toEqual([id, id])
      expect(await Promise.all(others.map(ownerOf))).toEqual([null, null, 'somebody'])
      const seen = await findOrder(storage(), { id: mine[0]?.id as OrderId }, { type: 'guest', tokenHash: token })
      expect(seen).toMatchObject({ version: 1, email: 'Ada@Example.com' })
    })

    it('is what was added to those orders, whatever its address of mail', async () => {
      const { id } = await insertedCustomer(storage())
      const guests = { customerId: null, guestTokenHash: token }
      const order = await insertedOrder(storage(), { ...guests, email: 'ada@example.com' })
      const added = await insertedOrder(storage(), { ...guests, email: 'bob@example.com', addsTo: order.id })
      const theirs = await insertedOrder(storage(), { customerId: 'somebody' as CustomerId, addsTo: order.id })
      expect([...(await claim(id, 'ada@example.com'))].sort()).toEqual([order.id, added.id].sort())
      expect(await Promise.all([order, added, theirs].map(ownerOf))).toEqual([id, id, 'somebody'])
    })

    it('goes to one of those who claim it at once', async () => {
      const customers = await Promise.all(Array.from({ length: 8 }, () => insertedCustomer(storage())))
      const orders: Order[] = []
      for (let index = 0; index < 4; index += 1) {
        orders.push(await insertedOrder(storage(), { customerId: null, guestTokenHash: token, email: 'ada@example.com' }))
      }
      const other = await storage.another()
      const claimed = await Promise.all(customers.map(({ id }, index) => claim(id, 'ada@example.com', index % 2 === 0 ? storage() : other)))
      expect(claimed.flat().sort()).toEqual(orders.map(({ id }) => id).sort())
      for (const [index, theirs] of claimed.entries()) for (const id of theirs) expect(await ownerOf({ id })).toBe(customers[index]?.id)
    })

    it('is their carts, oldest first', async () => {
      const customerId = (await insertedCustomer(storage())).id
      const newer = await insertedCart(storage(), { customerId, createdAt: moment(2), lines: [{ sku: 'MUG-1', quantity: 1, seenUnitMinor: 5 }] })
      const older = await insertedCart(storage(), { customerId, status: 'ordered', createdAt: moment(1) })
      await insertedCart(storage())
      expect(await storage().snapshot(at(3), ({ customers }) => customers.carts({ customerId }), { fresh: true })).toEqual([older, newer])
    })

    it('is gone once they are erased: orders stay, with amounts and countries, under a name that leads to nobody', async () => {
      const { id: customerId } = await insertedCustomer(storage(), { email: 'ada@example.com' })
      const addressId = ids.next<AddressId>()
      const cart = await insertedCart(storage(), { customerId, lines: [{ sku: 'MUG-1', quantity: 1, seenUnitMinor: 5 }] })
      const order = anOrder({ customerId, cartId: cart.id, email: 'ada@example.com', status: 'confirmed', expiresAt: null })
      const actor = { type: 'customer', id: customerId } as const
      await storage().transaction(at(0), async (tx) => {
        await tx.customers.putAddress({ customerId, addressId, address })
        await tx.customers.setDefault({ customerId, purpose: 'shipping', addressId })
        await tx.orders.insert({ order, history: { ...historyOf(order), actor, note: 'for Ada' } })
        await tx.customers.noteUse({ orderId: order.id, customerId, used: [{ purpose: 'shipping', addressId }] })
        await tx.accounts.putPassword({ customerId, passwordHash: 'hash' })
        const session = { id: ids.next(), customerId, createdAt: moment(0), seenAt: moment(0), expiresAt: moment(hour), endsAt: moment(hour) } as never
        await tx.accounts.openSession({ session, tokenHash: token })
        await tx.accounts.putToken({ tokenHash: token, customerId, purpose: 'reset_password', expiresAt: moment(hour), createdAt: moment(0) })
      })
      const other = await insertedOrder(storage(), { customerId: 'somebody' as CustomerId })
      expect(await erase(customerId, 'erased-1')).toEqual({ orders: 1, carts: [cart.id] })

      const left = await storage().snapshot(
        at(2),
        async ({ customers, accounts, orders }) => ({
          profile: await customers.find({ customerId }),
          addresses: await customers.addresses({ customerId }),
          password: await accounts.credentials({ customerId }),
          sessions: await accounts.sessions({ customerId }),
          token: await accounts.tokenOwner({ tokenHash: token, purpose: 'reset_password' }),
          history: (await orders.history({ orderId: order.id })).map((entry) => [entry.actor.id, entry.note]),
        }),
        { fresh: true },
      )
      expect(left).toEqual({ profile: undefined, addresses: [], password: undefined, sessions: [], token: undefined, history: [['erased-1', null]] })
      const erased = { name: 'erased', line1: 'erased', city: 'erased', region: 'NY', postalCode: '', country: address.country }
      expect(await findOrder(storage(), { id: order.id })).toEqual({
        ...order,
        customerId: 'erased-1',
        email: null,
        taxId: null,
        shippingAddress: erased,
        billingAddress: erased,
      })
      expect(await findCart(storage(), cart)).toMatchObject({ customerId: 'erased-1', status: 'expired', lines: [] })
      expect(await findOrder(storage(), { id: other.id })).toEqual(other)
      expect(await erase(customerId, 'erased-2')).toEqual({ orders: 0, carts: [] })
    })

    it('is not noted of an order that used another customer’s address', async () => {
      const [mine, theirs] = [await insertedCustomer(storage()), await insertedCustomer(storage())]
      const addressId = ids.next<AddressId>()
      const order = await insertedOrder(storage(), { customerId: mine.id })
      await storage().transaction(at(0), async (tx) => {
        await tx.customers.putAddress({ customerId: theirs.id, addressId, address })
        await tx.customers.noteUse({ orderId: order.id, customerId: mine.id, used: [{ purpose: 'billing', addressId }] })
        await tx.customers.noteUse({ orderId: order.id, customerId: theirs.id, used: [{ purpose: 'billing', addressId }] })
      })
      const strange = await storage().snapshot(at(1), ({ audit }) => audit.run({ graceMs: 0, sampleLimit: 9 }))
      expect(strange.find(({ id }) => id === 'I19')?.samples).not.toContainEqual(expect.objectContaining({ problem: 'order with another customer’s address' }))
    })
  })
}
