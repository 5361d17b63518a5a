import type { InboxListQuery } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { at, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { anEvent, findEvent, recorded } from './stored-events.ts'

export function recordBehaviour(options: StorageSuiteOptions): void {
  describe('recording', () => {
    const storage = testStorage(options)
    const list = (query: Partial<InboxListQuery>) => storage().snapshot(at(0), (snapshot) => snapshot.inbox.list({ limit: 100, ...query }), { fresh: true })

    it('keeps an event as it was given, whatever it is about', async () => {
      const idle = { state: 'ignored', outcome: 'no_subject', nextAttemptAt: null, finishedAt: moment(0) } as const
      const events = [
        await recorded(storage(), { payloadHash: 'ab12' }),
        await recorded(storage(), { subject: { type: 'dispute', id: 'd-1' }, providerPaymentId: null, live: true }),
        await recorded(storage(), { ...idle, subject: null, providerPaymentId: null }),
      ]
      for (const event of events) expect(await findEvent(storage(), event)).toEqual(event)
      expect(await findEvent(storage(), anEvent())).toBeUndefined()
    })

    it('is done once for an id of one provider, and the transaction goes on', async () => {
      const event = await recorded(storage())
      const again = { ...event, type: 'another', receivedAt: moment(5000) }
      await storage().transaction(at(5000), async (tx) => {
        expect(await tx.inbox.record(again)).toBe('duplicate')
        expect(await tx.inbox.record({ ...again, provider: 'other' })).toBe('recorded')
      })
      expect(await findEvent(storage(), event)).toEqual(event)
    })

    it('of a page keeps what is new of it, each once, also within the page', async () => {
      const known = await recorded(storage())
      const fresh = Array.from({ length: 70 }, () => anEvent())
      const page = [known, ...fresh, fresh[0] ?? known].map((event) => ({ ...event, type: 'listed' }))
      expect(await storage().transaction(at(0), (tx) => tx.inbox.recordAll(page))).toBe(70)
      expect(await storage().transaction(at(0), (tx) => tx.inbox.recordAll([]))).toBe(0)
      expect(await findEvent(storage(), known)).toEqual(known)
      for (const event of [fresh[0], fresh[69]]) expect(event && (await findEvent(storage(), event))).toEqual({ ...event, type: 'listed' })
    })

    it('is done by one of eight that meet', async () => {
      const event = anEvent()
      const other = await storage.another()
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? storage() : other).transaction(at(0), (tx) => tx.inbox.record(event))),
      )
      expect(results.filter((result) => result === 'recorded')).toHaveLength(1)
    })

    it('lists the newest first in pages, each once, with equal times too; of one state if asked for', async () => {
      const events = []
      for (const ms of [0, 0, 1000, 2000, 2000]) events.push(await recorded(storage(), { receivedAt: moment(ms) }))
      const done = await recorded(storage(), { receivedAt: moment(500), state: 'ignored', outcome: 'not_ours', nextAttemptAt: null, finishedAt: moment(500) })
      const first = await list({ limit: 2, state: 'received' })
      await recorded(storage(), { receivedAt: moment(9000) })
      const second = await list({ limit: 2, state: 'received', after: first.next ?? '' })
      const third = await list({ limit: 2, state: 'received', after: second.next ?? '' })
      const seen = [...first.items, ...second.items, ...third.items]
      expect(seen.map(({ receivedAt }) => receivedAt.getTime() - moment(0).getTime())).toEqual([2000, 2000, 1000, 0, 0])
      expect(new Set(seen.map(({ eventId }) => eventId))).toEqual(new Set(events.map(({ eventId }) => eventId)))
      expect(third.next).toBeNull()
      expect((await list({})).items).toHaveLength(7)
      expect(await list({ state: 'ignored' })).toEqual({ items: [done], next: null })
      await expect(list({ after: 'nonsense' })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    })

    it('finds the newest events that name a payment, in the order in which they came', async () => {
      const names = { provider: 'fake', providerPaymentId: 'p-9' }
      const events = []
      for (const ms of [3000, 1000, 2000]) events.push(await recorded(storage(), { ...names, receivedAt: moment(ms) }))
      await recorded(storage())
      await recorded(storage(), { ...names, provider: 'other' })
      const found = await storage().snapshot(at(0), (snapshot) => snapshot.inbox.ofPayment({ ...names, limit: 2 }), { fresh: true })
      expect(found).toEqual([events[2], events[0]])
    })
  })
}
