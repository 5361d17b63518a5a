import type { Customer, CustomerId, CustomerListQuery } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { at, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { aCustomer, insertedCustomer } from './stored-customers.ts'

export function customerBehaviour(options: StorageSuiteOptions): void {
  describe('profiles', () => {
    const storage = testStorage(options)
    const save = (customer: Customer, expectedVersion: number) => storage().transaction(at(1), (tx) => tx.customers.save({ customer, expectedVersion }))
    const find = ({ id }: Pick<Customer, 'id'>) =>
      storage().snapshot(at(0), (snapshot) => snapshot.customers.find({ customerId: id }), { reader: { type: 'customer', customerId: id } })
    const list = (query: CustomerListQuery) => storage().snapshot(at(0), (snapshot) => snapshot.customers.list(query), { fresh: true })

    it('gives back what was put in, under an id of ours or any name that the host has', async () => {
      const mine = await insertedCustomer(storage(), {
        email: 'Ada@Example.com',
        emailVerifiedAt: moment(5),
        phone: '+44 1',
        groups: ['staff', 'wholesale “Größe”'],
      })
      const hosts = await insertedCustomer(storage(), { id: 'user “Größe” 7 ☕' as CustomerId, name: null })
      expect(await find(mine)).toEqual(mine)
      expect(await find(hosts)).toEqual(hosts)
      expect(await find(aCustomer())).toBeUndefined()
    })

    it('tells the groups of a customer, and none of one it does not know', async () => {
      const { id } = await insertedCustomer(storage(), { groups: ['staff', 'wholesale'] })
      const groups = (customerId: CustomerId) => storage().snapshot(at(0), (snapshot) => snapshot.customers.groups({ customerId }), { fresh: true })
      expect(await groups(id)).toEqual(['staff', 'wholesale'])
      expect(await groups((await insertedCustomer(storage())).id)).toEqual([])
      expect(await groups(aCustomer().id)).toEqual([])
    })

    it('keeps one customer of an id, and one of an address of mail, whatever its capitals', async () => {
      const first = await insertedCustomer(storage(), { email: 'ada@example.com' })
      const answers = await storage().transaction(at(0), async (tx) => [
        await tx.customers.insert({ ...aCustomer({ name: 'Another' }), id: first.id }),
        await tx.customers.insert(aCustomer({ email: 'ADA@example.com' })),
        await tx.customers.insert(aCustomer()),
      ])
      expect(answers).toEqual(['there', 'email_taken', 'inserted'])
      expect(await find(first)).toEqual(first)
    })

    it('lets one of twelve have an address of mail that they take at once', async () => {
      const other = await storage.another()
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) => {
          const customer = aCustomer({ email: index % 3 === 0 ? 'Bob@example.com' : 'bob@example.com' })
          return (index % 2 === 0 ? storage() : other).transaction(at(0), (tx) => tx.customers.insert(customer))
        }),
      )
      expect(answers.filter((answer) => answer === 'inserted')).toHaveLength(1)
      expect(answers.filter((answer) => answer === 'email_taken')).toHaveLength(11)
      expect((await list({ emailKey: 'bob@example.com', limit: 10 })).items).toHaveLength(1)
    })

    it('saves the version that is expected, and no other', async () => {
      const customer = await insertedCustomer(storage(), { email: 'ada@example.com' })
      const changed = {
        ...customer,
        name: null,
        phone: '1',
        groups: ['b2b'],
        email: 'new@example.com',
        emailVerifiedAt: moment(3),
        version: 2,
        updatedAt: moment(3),
      }
      expect(await save({ ...changed, version: 3 }, 2)).toBe('stale')
      expect(await find(customer)).toEqual(customer)
      expect(await save(changed, 1)).toBe('saved')
      expect(await find(customer)).toEqual(changed)
    })

    it('saves no address of mail that is another customer’s, and goes on', async () => {
      await insertedCustomer(storage(), { email: 'taken@example.com' })
      const customer = await insertedCustomer(storage(), { email: 'ada@example.com' })
      const answers = await storage().transaction(at(1), async (tx) => [
        await tx.customers.save({ customer: { ...customer, email: 'Taken@example.com', version: 2 }, expectedVersion: 1 }),
        await tx.customers.save({ customer: { ...customer, email: 'ADA@example.com', version: 2 }, expectedVersion: 1 }),
      ])
      expect(answers).toEqual(['email_taken', 'saved'])
    })

    it('lists the newest first, by page, and by address of mail', async () => {
      const customers: Customer[] = []
      for (let index = 0; index < 5; index += 1) {
        customers.unshift(await insertedCustomer(storage(), { email: `c${index}@example.com`, createdAt: moment(index < 2 ? 0 : index) }))
      }
      const first = await list({ limit: 3 })
      const second = await list({ limit: 3, after: first.next ?? '' })
      expect([...first.items, ...second.items].map(({ email }) => email)).toEqual(customers.map(({ email }) => email))
      expect(second.next).toBeNull()
      expect((await list({ limit: 3, emailKey: 'c3@example.com' })).items).toEqual([customers[1]])
      await expect(list({ limit: 3, after: 'nonsense' })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    })

    it('lets those who lock one customer through one after the other', async () => {
      const customer = await insertedCustomer(storage())
      const other = await storage.another()
      const count = async (index: number) =>
        (index % 2 === 0 ? storage() : other).transaction(at(1), async (tx) => {
          const before = await tx.customers.lock({ customerId: customer.id })
          if (before === undefined) return 'missing'
          const changed = { ...before, name: `${before.name}|${index}`, version: before.version + 1 }
          return tx.customers.save({ customer: changed, expectedVersion: before.version })
        })
      expect(await Promise.all([0, 1, 2, 3, 4, 5].map(count))).toEqual(['saved', 'saved', 'saved', 'saved', 'saved', 'saved'])
      expect((await find(customer))?.name?.split('|')).toHaveLength(7)
    })
  })
}
