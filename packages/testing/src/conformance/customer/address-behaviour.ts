import { type AddressId, type CustomerId, maxAddresses } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { address, ids } from '../fixtures.ts'
import { at, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { insertedCustomer } from './stored-customers.ts'

export function addressBehaviour(options: StorageSuiteOptions): void {
  describe('address books', () => {
    const storage = testStorage(options)
    const book = (customerId: CustomerId) =>
      storage().snapshot(at(0), (snapshot) => snapshot.customers.addresses({ customerId }), { reader: { type: 'customer', customerId } })
    const put = (customerId: CustomerId, addressId: AddressId, name: string, ms = 0) =>
      storage().transaction(at(ms), (tx) => tx.customers.putAddress({ customerId, addressId, address: { ...address, name } }))

    it('hold what was put in, oldest first, and what replaces it', async () => {
      const { id } = await insertedCustomer(storage())
      const [first, second] = [ids.next<AddressId>(), ids.next<AddressId>()]
      expect([await put(id, first, 'At home', 1), await put(id, second, 'At work', 2), await put(id, first, 'Elsewhere', 3)]).toEqual([
        'added',
        'added',
        'replaced',
      ])
      const common = { customerId: id, defaultShipping: false, defaultBilling: false }
      expect(await book(id)).toEqual([
        { id: first, address: { ...address, name: 'Elsewhere' }, ...common, createdAt: moment(1), updatedAt: moment(3) },
        { id: second, address: { ...address, name: 'At work' }, ...common, createdAt: moment(2), updatedAt: moment(2) },
      ])
    })

    it('belong to one customer: another neither replaces, removes nor uses what is in them', async () => {
      const [mine, theirs] = [await insertedCustomer(storage()), await insertedCustomer(storage())]
      const addressId = ids.next<AddressId>()
      await put(mine.id, addressId, 'Mine')
      const before = await book(mine.id)
      expect(await put(theirs.id, addressId, 'Stolen')).toBe('missing')
      expect(await put('nobody' as CustomerId, ids.next<AddressId>(), 'Nowhere')).toBe('missing')
      await storage().transaction(at(1), async (tx) => {
        expect(await tx.customers.removeAddress({ customerId: theirs.id, addressId })).toBe(false)
        expect(await tx.customers.setDefault({ customerId: theirs.id, purpose: 'shipping', addressId })).toBe(false)
      })
      expect(await book(mine.id)).toEqual(before)
      expect(await book(theirs.id)).toEqual([])
    })

    it('have one default a purpose, which may be none', async () => {
      const { id } = await insertedCustomer(storage())
      const [first, second] = [ids.next<AddressId>(), ids.next<AddressId>()]
      await put(id, first, 'First', 1)
      await put(id, second, 'Second', 2)
      const set = (purpose: 'shipping' | 'billing', addressId: AddressId | null) =>
        storage().transaction(at(3), (tx) => tx.customers.setDefault({ customerId: id, purpose, addressId }))
      const defaults = async () => (await book(id)).map(({ defaultShipping, defaultBilling }) => [defaultShipping, defaultBilling])
      expect([await set('shipping', first), await set('billing', first), await set('shipping', second)]).toEqual([true, true, true])
      expect(await defaults()).toEqual([
        [false, true],
        [true, false],
      ])
      expect(await set('billing', null)).toBe(true)
      expect(await defaults()).toEqual([
        [false, false],
        [true, false],
      ])
    })

    it('lose an address with its being a default', async () => {
      const { id } = await insertedCustomer(storage())
      const addressId = ids.next<AddressId>()
      await put(id, addressId, 'Gone')
      await storage().transaction(at(1), async (tx) => {
        await tx.customers.setDefault({ customerId: id, purpose: 'billing', addressId })
        expect(await tx.customers.removeAddress({ customerId: id, addressId })).toBe(true)
        expect(await tx.customers.removeAddress({ customerId: id, addressId })).toBe(false)
      })
      expect(await book(id)).toEqual([])
    })

    it(`take ${maxAddresses} addresses, also of many that come at once, and another once there is room`, async () => {
      const { id } = await insertedCustomer(storage())
      await storage().transaction(at(0), async (tx) => {
        for (let index = 0; index < maxAddresses - 3; index += 1) await tx.customers.putAddress({ customerId: id, addressId: ids.next<AddressId>(), address })
      })
      const other = await storage.another()
      const racing = Array.from({ length: 8 }, (_, index) =>
        (index % 2 === 0 ? storage() : other).transaction(at(1), (tx) =>
          tx.customers.putAddress({ customerId: id, addressId: ids.next<AddressId>(), address }),
        ),
      )
      const answers = await Promise.all(racing)
      expect([answers.filter((answer) => answer === 'added').length, answers.filter((answer) => answer === 'full').length]).toEqual([3, 5])
      const all = await book(id)
      expect(all).toHaveLength(maxAddresses)
      await storage().transaction(at(2), (tx) => tx.customers.removeAddress({ customerId: id, addressId: all[7]?.id as AddressId }))
      expect(await put(id, ids.next<AddressId>(), 'Room')).toBe('added')
    })
  })
}
