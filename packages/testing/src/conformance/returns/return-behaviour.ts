import type { CustomerId, Order, OwnerFilter, Return, ReturnHistoryEntry, ReturnId, ReturnListQuery, Storage } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at, moment, start } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { insertedOrder } from '../order/stored-orders.ts'

const anybody: OwnerFilter = { type: 'any' }

export function returnBehaviour(options: StorageSuiteOptions): void {
  describe('a return', () => {
    const storage = testStorage(options)
    const find = ({ id: returnId }: Return, owner = anybody) => storage().snapshot(at(0), ({ returns }) => returns.find({ returnId, owner }), { fresh: true })
    const history = ({ id: returnId }: Return) => storage().snapshot(at(0), ({ returns }) => returns.history({ returnId }), { fresh: true })
    const save = (returned: Return, expectedVersion: number, handle: Storage = storage()) =>
      handle.transaction(at(0), ({ returns }) => returns.save({ returned, expectedVersion, history: stepOf(returned) }))

    it('is given back as it was put in, with its first step', async () => {
      const returned = await inserted(storage())
      expect(await find(returned)).toEqual(returned)
      expect(await history(returned)).toEqual([{ ...stepOf(returned), eventId: expect.any(String) }])
      expect(await find({ ...returned, id: ids.next<ReturnId>() })).toBeUndefined()
    })

    it('is shown to the owner of its order, and to nobody else', async () => {
      const returned = await inserted(storage(), await insertedOrder(storage(), { customerId: 'ada' as CustomerId }))
      const owner = (customerId: string): OwnerFilter => ({ type: 'customer', customerId: customerId as CustomerId })
      expect(await find(returned, owner('ada'))).toEqual(returned)
      expect(await find(returned, owner('eve'))).toBeUndefined()
      expect(await find(returned, { type: 'guest', tokenHash: 'none' })).toBeUndefined()
      const listed = (of: OwnerFilter) => storage().snapshot(at(0), ({ returns }) => returns.list({ owner: of, limit: 10 }), { fresh: true })
      expect([(await listed(owner('ada'))).items, (await listed(owner('eve'))).items]).toEqual([[returned], []])
    })

    it('is saved with what came, and its next step, when the version is the expected one, and only then', async () => {
      const returned = await inserted(storage())
      const lines = returned.lines.map((line) => ({ ...line, receivedQuantity: 2, restockedQuantity: 1 }))
      const received: Return = { ...returned, status: 'received', lines, updatedAt: moment(5), version: 2 }
      expect(await save({ ...received, version: 3 }, 2)).toBe('stale')
      expect([await save(received, 1), await save(received, 1)]).toEqual(['saved', 'stale'])
      expect(await find(returned)).toEqual(received)
      expect((await history(returned)).map(({ version, status }) => [version, status])).toEqual([
        [1, 'requested'],
        [2, 'received'],
      ])
    })

    it('keeps why it was rejected', async () => {
      const returned = await inserted(storage())
      const rejected: Return = { ...returned, status: 'rejected', rejection: 'worn', updatedAt: moment(5), version: 2 }
      await save(rejected, 1)
      expect(await find(returned)).toEqual(rejected)
    })

    it('lets one of eight concurrent saves of one version through, with one step', async () => {
      const returned = await inserted(storage())
      const other = await storage.another()
      const approved: Return = { ...returned, status: 'approved', updatedAt: moment(5), version: 2 }
      const results = await Promise.all(Array.from({ length: 8 }, (_, index) => save(approved, 1, index % 2 === 0 ? storage() : other)))
      expect(results.filter((result) => result === 'saved')).toHaveLength(1)
      expect(await history(returned)).toHaveLength(2)
    })

    it('is listed newest first, page by page, of one order or in one state', async () => {
      const order = await insertedOrder(storage())
      const made = [await inserted(storage(), order), await inserted(storage()), await inserted(storage(), order)]
      const newest = [...made].sort((a, b) => (a.id < b.id ? 1 : -1))
      const list = (query: Partial<ReturnListQuery>) =>
        storage().snapshot(at(0), ({ returns }) => returns.list({ owner: anybody, limit: 10, ...query }), { fresh: true })
      expect(await list({})).toEqual({ items: newest, next: null })
      const first = await list({ limit: 2 })
      expect(first).toEqual({ items: newest.slice(0, 2), next: newest[1]?.id })
      expect(await list({ limit: 2, after: first.next as ReturnId })).toEqual({ items: newest.slice(2), next: null })
      expect((await list({ orderId: order.id })).items).toEqual(newest.filter(({ orderId }) => orderId === order.id))
      expect((await list({ status: 'approved' })).items).toEqual([])
      expect((await list({ status: 'requested' })).items).toEqual(newest)
    })
  })
}

function stepOf({ id: returnId, version, status, updatedAt }: Return): ReturnHistoryEntry {
  return { returnId, version, status, eventId: ids.next(), actor: { type: 'customer', id: 'ada' }, at: updatedAt }
}

/** A return of two units of each line of an order, which is a new one unless it is given. */
async function inserted(storage: Storage, given?: Order): Promise<Return> {
  const order = given ?? (await insertedOrder(storage))
  const units = { quantity: 2, reason: 'damaged', note: 'in pieces', receivedQuantity: 0, restockedQuantity: 0 } as const
  const returned: Return = {
    id: ids.next<ReturnId>(),
    orderId: order.id,
    status: 'requested',
    lines: order.lines.map(({ id }) => ({ orderLineId: id, ...units })),
    rejection: null,
    createdAt: start,
    updatedAt: start,
    version: 1,
  }
  await storage.transaction(at(0), ({ returns }) => returns.insert({ returned, history: stepOf(returned) }))
  return returned
}
