import { beforeEach, describe, expect, it } from 'vitest'
import { testContext } from '../../test/test-context.ts'
import type { Actor } from '../actor.ts'
import type { CustomerDirectory } from './customer-directory.ts'
import { CustomerService } from './customer-service.ts'

const staff: Actor = { type: 'admin', id: 'ops' }
const ada: Actor = { type: 'customer', customerId: 'ada' }
const eve: Actor = { type: 'customer', customerId: 'eve' }
const guest: Actor = { type: 'guest', token: 'a-token-of-some-guest-or-other' }
const home = { name: 'Ada', line1: '1 Quay Street', city: 'Bristol', postalCode: 'BS1 4DJ', country: 'GB' }

let context: Awaited<ReturnType<typeof testContext>>
let customers: CustomerService

beforeEach(async () => {
  context = await testContext()
  customers = new CustomerService(context)
})

const topics = async () => {
  const page = await context.storage.snapshot(context.clock.now(), async ({ outbox }) => outbox.read({ after: await outbox.tail(), limit: 100 }))
  return page.events.map((event) => [event.topic, 'change' in event.payload ? event.payload.change : null])
}

describe('profiles', () => {
  it('begin when something is said of a customer, and keep what is not mentioned', async () => {
    await expect(customers.get({ actor: ada })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await customers.update({ actor: ada, name: 'Ada', phone: '1' })
    expect(await customers.update({ actor: ada, phone: null })).toMatchObject({ id: 'ada', name: 'Ada', phone: null, email: null, version: 3 })
    expect(await customers.get({ actor: staff, customerId: 'ada' })).toMatchObject({ name: 'Ada' })
    expect(await topics()).toEqual([
      ['customer.changed', 'created'],
      ['customer.changed', 'updated'],
      ['customer.changed', 'updated'],
    ])
  })

  it('have an address of mail that staff vouch for, until it becomes another one', async () => {
    const verified = await customers.update({ actor: staff, customerId: 'ada', email: 'Ada@example.com', emailVerified: true })
    expect(verified).toMatchObject({ email: 'Ada@example.com', emailVerifiedAt: new Date('2026-01-01T00:00:00Z') })
    expect(await customers.update({ actor: staff, customerId: 'ada', name: 'A' })).toMatchObject({ emailVerifiedAt: verified.emailVerifiedAt })
    expect(await customers.update({ actor: staff, customerId: 'ada', email: 'new@example.com' })).toMatchObject({ emailVerifiedAt: null })
    await expect(customers.update({ actor: staff, customerId: 'eve', email: 'NEW@example.com' })).rejects.toMatchObject({ code: 'EMAIL_TAKEN' })
    expect((await customers.list({ actor: staff, email: 'NEW@EXAMPLE.com' })).items.map(({ id }) => id)).toEqual(['ada'])
  })

  it('do not let buyers say which address of mail is theirs', async () => {
    await expect(customers.update({ actor: ada, email: 'victim@example.com' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(customers.update({ actor: ada, emailVerified: true })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('groups', () => {
  it('are set by staff, each once, whatever was there before', async () => {
    expect(await customers.setGroups({ actor: staff, customerId: 'ada', groups: ['wholesale', 'b2b', 'wholesale'] })).toMatchObject({
      groups: ['b2b', 'wholesale'],
      version: 2,
    })
    expect(await customers.setGroups({ actor: staff, customerId: 'ada', groups: ['wholesale', 'b2b'] })).toMatchObject({ version: 2 })
    expect(await customers.update({ actor: ada, name: 'Ada' })).toMatchObject({ groups: ['b2b', 'wholesale'] })
    expect(await customers.setGroups({ actor: staff, customerId: 'ada', groups: [] })).toMatchObject({ groups: [], version: 4 })
    expect(await topics()).toContainEqual(['customer.changed', 'groups'])
  })

  it('are not for buyers to choose', async () => {
    await expect(customers.setGroups({ actor: ada, groups: ['wholesale'] })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(customers.setGroups({ actor: guest, customerId: 'ada', groups: ['wholesale'] })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('are the shop’s own where customers are in a directory of the host', async () => {
    const listed = { email: 'ada@example.com', emailVerified: true, name: 'Ada', phone: null }
    const hosted = new CustomerService(await testContext({ directory: { find: async () => listed } }))
    await hosted.setGroups({ actor: staff, customerId: 'ada', groups: ['wholesale'] })
    expect(await hosted.get({ actor: ada })).toMatchObject({ name: 'Ada', groups: ['wholesale'] })
  })
})

describe('address books', () => {
  it('make the first address the default, and another one when that is asked for', async () => {
    const first = await customers.putAddress({ actor: ada, address: home })
    expect(first).toMatchObject({ address: home, defaultShipping: true, defaultBilling: true })
    const second = await customers.putAddress({ actor: ada, address: { ...home, name: 'Work' }, defaultShipping: true })
    expect(second).toMatchObject({ defaultShipping: true, defaultBilling: false })
    const moved = await customers.putAddress({ actor: ada, addressId: first.id, address: { ...home, line1: '2 Quay Street' }, defaultBilling: false })
    expect(moved).toMatchObject({ id: first.id, address: { line1: '2 Quay Street' }, defaultShipping: false, defaultBilling: false })
    await customers.removeAddress({ actor: ada, addressId: second.id })
    expect(await customers.addresses({ actor: ada })).toEqual([moved])
  })

  it('refuse what the country’s post has no use for, and name it', async () => {
    const wrong = customers.putAddress({ actor: ada, address: { ...home, country: 'US', postalCode: '1' } })
    await expect(wrong).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { issues: [{ path: 'address.region' }, { path: 'address.postalCode' }] } })
    const card = customers.putAddress({ actor: ada, address: { ...home, line1: 'card 4242 4242 4242 4242' } })
    await expect(card).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { issues: [{ path: 'address.line1' }] } })
  })

  it('end at fifty', async () => {
    for (let index = 0; index < 50; index += 1) await customers.putAddress({ actor: ada, address: home })
    await expect(customers.putAddress({ actor: ada, address: home })).rejects.toMatchObject({ code: 'ADDRESS_LIMIT', details: { max: 50 } })
  })
})

describe('who asks', () => {
  it('sees and changes their own only: another’s is not there', async () => {
    const { id: addressId } = await customers.putAddress({ actor: ada, address: home })
    const calls = (actor: Actor) => [
      customers.get({ actor, customerId: 'ada' }),
      customers.update({ actor, customerId: 'ada', name: 'Mallory' }),
      customers.addresses({ actor, customerId: 'ada' }),
      customers.putAddress({ actor, customerId: 'ada', address: home }),
      customers.putAddress({ actor, customerId: 'ada', addressId, address: home }),
      customers.removeAddress({ actor, customerId: 'ada', addressId }),
    ]
    const codes = async (actor: Actor) => (await Promise.allSettled(calls(actor))).map((result) => (result.status === 'rejected' ? result.reason.code : 'done'))
    expect(await codes(eve)).toEqual(Array(6).fill('NOT_FOUND'))
    expect(await codes(guest)).toEqual(Array(6).fill('FORBIDDEN'))
    await expect(customers.putAddress({ actor: eve, addressId, address: home })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(customers.removeAddress({ actor: eve, addressId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    for (const actor of [ada, eve, guest]) await expect(customers.list({ actor })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await customers.addresses({ actor: ada })).toHaveLength(1)
  })

  it('must be named by staff', async () => {
    await expect(customers.get({ actor: staff })).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { issues: [{ path: 'customerId' }] } })
  })
})

describe('a directory of the host', () => {
  const directory: CustomerDirectory = {
    find: async ({ customerId }) =>
      customerId === 'ada' ? { email: 'ada@example.com', emailVerified: true, name: 'Ada of the host', phone: null } : undefined,
  }

  it('has the say about who a customer is; addresses are the shop’s', async () => {
    const shop = new CustomerService({ ...context, directory })
    expect(await shop.get({ actor: ada })).toMatchObject({ id: 'ada', name: 'Ada of the host', email: 'ada@example.com', emailVerifiedAt: expect.any(Date) })
    await expect(shop.get({ actor: eve })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(shop.update({ actor: ada, name: 'Other' })).rejects.toMatchObject({ code: 'CUSTOMERS_ELSEWHERE' })
    await shop.putAddress({ actor: ada, address: home })
    expect(await shop.addresses({ actor: ada })).toHaveLength(1)
  })
})
