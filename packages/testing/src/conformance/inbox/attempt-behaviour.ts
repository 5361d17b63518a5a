import type { EventId, InboxEnd, InboxEvent } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { findEvent, recorded, take } from './stored-events.ts'

export function attemptBehaviour(options: StorageSuiteOptions): void {
  describe('an attempt', () => {
    const storage = testStorage(options)
    const finish = ({ provider, eventId }: InboxEvent, fence: number, end: InboxEnd, ms = 0) =>
      storage().transaction(at(ms), (tx) => tx.inbox.finish({ provider, eventId, fence, end }))
    const nothingNew = { state: 'processed', outcome: 'nothing_new', domainEventId: null } as const

    it('is one worker’s of eight, and another’s once the lease is over; each is counted', async () => {
      const event = await recorded(storage(), { nextAttemptAt: moment(minute) })
      const other = await storage.another()
      expect(await take(storage(), minute - 1)).toEqual([])
      const claims = await Promise.all(Array.from({ length: 8 }, (_, index) => take(index % 2 === 0 ? storage() : other, minute)))
      const taken = { ...event, attempts: 1, fence: 1, nextAttemptAt: moment(2 * minute) }
      expect(claims.flat()).toEqual([taken])
      expect(await findEvent(storage(), event)).toEqual(taken)
      expect(await take(storage(), 2 * minute)).toMatchObject([{ eventId: event.eventId, attempts: 2, fence: 2 }])
    })

    it('takes the oldest first, up to the limit, of several providers', async () => {
      const late = await recorded(storage(), { nextAttemptAt: moment(2000) })
      const early = await recorded(storage(), { nextAttemptAt: moment(1000), eventId: late.eventId, provider: 'other' })
      const taken = [await take(storage(), 5000, 1), await take(storage(), 5000, 1), await take(storage(), 5000, 1)]
      expect(taken.map((events) => events.map(({ provider }) => provider))).toEqual([[early.provider], [late.provider], []])
    })

    it('ends with what came of it, for good', async () => {
      const [applied, idle] = [await recorded(storage()), await recorded(storage())]
      await take(storage(), 0)
      const domainEventId = ids.next<EventId>()
      expect(await finish(applied, 1, { state: 'processed', outcome: 'applied', domainEventId }, 7)).toBe('finished')
      expect(await finish(idle, 1, { state: 'ignored', outcome: 'not_ours', domainEventId: null }, 8)).toBe('finished')
      const ended = { attempts: 1, fence: 1, nextAttemptAt: null }
      expect(await findEvent(storage(), applied)).toEqual({
        ...applied,
        ...ended,
        state: 'processed',
        outcome: 'applied',
        domainEventId,
        finishedAt: moment(7),
      })
      expect(await findEvent(storage(), idle)).toEqual({ ...idle, ...ended, state: 'ignored', outcome: 'not_ours', finishedAt: moment(8) })
      expect(await finish(applied, 1, nothingNew)).toBe('lost')
      expect(await take(storage(), 60 * minute)).toEqual([])
    })

    it('cannot be ended by a worker whose lease has passed to another one', async () => {
      const event = await recorded(storage())
      await take(storage(), 0)
      await take(storage(), minute)
      expect(await finish(event, 1, nothingNew)).toBe('lost')
      expect(await findEvent(storage(), event)).toMatchObject({ state: 'received', fence: 2 })
      expect(await finish(event, 2, nothingNew)).toBe('finished')
    })

    it('that failed is made again at the time it names, or parked until it is replayed', async () => {
      const event = await recorded(storage())
      await take(storage(), 0)
      await finish(event, 1, { state: 'received', nextAttemptAt: moment(5000), problem: 'NOT_FOUND' })
      expect(await findEvent(storage(), event)).toMatchObject({ state: 'received', problem: 'NOT_FOUND', finishedAt: null, nextAttemptAt: moment(5000) })
      expect(await take(storage(), 4999)).toEqual([])
      expect(await take(storage(), 5000)).toHaveLength(1)
      await finish(event, 2, { state: 'parked', problem: 'NOT_FOUND' }, 5000)
      expect(await findEvent(storage(), event)).toMatchObject({ state: 'parked', problem: 'NOT_FOUND', nextAttemptAt: null, finishedAt: moment(5000) })
      expect(await take(storage(), 60 * minute)).toEqual([])

      const replay = (eventId: string) => storage().transaction(at(60 * minute), (tx) => tx.inbox.replay({ provider: event.provider, eventId }))
      expect([await replay(event.eventId), await replay('none')]).toEqual(['replayed', 'missing'])
      expect(await take(storage(), 60 * minute)).toEqual([{ ...event, attempts: 1, fence: 3, nextAttemptAt: moment(61 * minute) }])
    })

    it('goes with the transaction that made it', async () => {
      const event = await recorded(storage())
      const attempt = storage().transaction(at(0), async (tx) => {
        await tx.inbox.claimDue({ limit: 10, leaseUntil: moment(minute) })
        throw new Error('give up')
      })
      await expect(attempt).rejects.toThrow('give up')
      expect(await findEvent(storage(), event)).toEqual(event)
    })

    it('leaves what is done with to be deleted some day, the oldest first, and keeps what is parked or due', async () => {
      const [first, second, parked] = [await recorded(storage()), await recorded(storage()), await recorded(storage())]
      await take(storage(), 0)
      await finish(second, 1, nothingNew, 2000)
      await finish(first, 1, nothingNew, 1000)
      await finish(parked, 1, { state: 'parked', problem: 'NOT_FOUND' }, 1000)
      const due = await recorded(storage())
      const prune = (ms: number, limit = 10) => storage().transaction(at(0), (tx) => tx.inbox.prune({ before: moment(ms), limit }))
      expect(await prune(1000)).toBe(0)
      expect(await prune(9000, 1)).toBe(1)
      expect(await findEvent(storage(), first)).toBeUndefined()
      expect(await prune(9000)).toBe(1)
      for (const kept of [parked, due]) expect(await findEvent(storage(), kept)).toBeDefined()
    })
  })
}
