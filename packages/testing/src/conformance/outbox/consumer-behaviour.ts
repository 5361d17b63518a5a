import type { ConsumerClaim, OutboxCursor } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { anEvent } from '../fixtures.ts'
import { at, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { append, readOutbox, skusOf } from './read-behaviour.ts'

export function consumerBehaviour(options: StorageSuiteOptions): void {
  describe('consumers', () => {
    const storage = testStorage(options)

    const claim = (name: string, ms = 0, from?: 'tail' | 'head'): Promise<ConsumerClaim> =>
      storage().transaction(at(ms), (tx) => tx.outbox.claimConsumer({ name, leaseUntil: moment(ms + minute), ...(from === undefined ? {} : { from }) }))
    const claimed = async (name: string, ms = 0, from?: 'tail' | 'head') => {
      const result = await claim(name, ms, from)
      if (result.outcome !== 'claimed') throw new Error(`${name} is busy`)
      return result
    }
    const advance = (name: string, fence: number, cursor: OutboxCursor, release: boolean) =>
      storage().transaction(at(0), (tx) => tx.outbox.advanceConsumer({ name, fence, cursor, release }))
    const prune = () => storage().transaction(at(60 * minute), (tx) => tx.outbox.prune({ before: moment(30 * minute), limit: 100 }))

    it('begins at the tail, or at the head when asked', async () => {
      await append(storage(), anEvent('A'))
      expect(skusOf(await readOutbox(storage(), { after: (await claimed('all')).cursor }))).toEqual(['A'])
      expect(skusOf(await readOutbox(storage(), { after: (await claimed('new', 0, 'head')).cursor }))).toEqual([])
    })

    it('is busy while a lease runs; afterwards a new claim has a higher fence, and the old holder has lost', async () => {
      await append(storage(), anEvent('A'))
      const first = await claimed('mailer')
      expect(await claim('mailer', minute - 1)).toEqual({ outcome: 'busy' })
      const second = await claimed('mailer', minute + 1)
      expect(second.fence).toBeGreaterThan(first.fence)
      const { cursor } = await readOutbox(storage(), { after: first.cursor })
      expect(await advance('mailer', first.fence, cursor, true)).toBe('lost')
      expect(second.cursor).toBe(first.cursor)
      expect(await advance('mailer', second.fence, cursor, false)).toBe('advanced')
    })

    it('goes on after the last advance once the lease is released', async () => {
      await append(storage(), anEvent('A'), anEvent('B'))
      const first = await claimed('mailer')
      const { cursor } = await readOutbox(storage(), { after: first.cursor, limit: 1 })
      expect(await advance('mailer', first.fence, cursor, true)).toBe('advanced')
      const second = await claimed('mailer')
      expect(skusOf(await readOutbox(storage(), { after: second.cursor }))).toEqual(['B'])
    })

    it('gives one of eight concurrent claims the lease', async () => {
      const other = await storage.another()
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          (index % 2 === 0 ? storage() : other).transaction(at(0), (tx) => tx.outbox.claimConsumer({ name: 'mailer', leaseUntil: moment(minute) })),
        ),
      )
      expect(results.filter(({ outcome }) => outcome === 'claimed')).toHaveLength(1)
    })

    it('says how far behind each consumer is, and since when', async () => {
      await append(storage(), anEvent('A', { occurredAt: moment(1) }), anEvent('B', { occurredAt: moment(2) }), anEvent('C', { occurredAt: moment(3) }))
      await claimed('new', 0, 'head')
      const { fence, cursor } = await claimed('half')
      await claimed('old')
      await advance('half', fence, (await readOutbox(storage(), { after: cursor, limit: 1 })).cursor, true)
      const consumers = await storage().snapshot(at(0), (snapshot) => snapshot.outbox.consumers(), { fresh: true })
      expect(consumers.map(({ name, behind, oldestAt }) => [name, behind, oldestAt])).toEqual([
        ['half', 2, moment(2)],
        ['new', 0, null],
        ['old', 3, moment(1)],
      ])
    })

    it('prunes old events that every consumer has passed, and no others', async () => {
      await append(storage(), anEvent('A'), anEvent('B'))
      const quick = await claimed('quick')
      const slow = await claimed('slow')
      const all = await readOutbox(storage())
      const one = await readOutbox(storage(), { limit: 1 })
      await advance('quick', quick.fence, all.cursor, false)
      expect(await prune()).toBe(0)
      await advance('slow', slow.fence, one.cursor, false)
      expect(await prune()).toBe(1)
      expect(skusOf(await readOutbox(storage()))).toEqual(['B'])
    })

    it('keeps the lease when it moves on without giving it up', async () => {
      await append(storage(), anEvent('A'))
      const { fence, cursor } = await claimed('mailer')
      expect(await advance('mailer', fence, cursor, false)).toBe('advanced')
      expect(await claim('mailer', minute - 1)).toEqual({ outcome: 'busy' })
    })

    it('prunes up to the limit, oldest first, and tells a reader from before the tail that it has missed some', async () => {
      await append(storage(), anEvent('A'), anEvent('B'), anEvent('C'))
      const beginning = await storage().snapshot(at(0), ({ outbox }) => outbox.tail())
      expect(await readOutbox(storage(), { after: beginning })).toMatchObject({ pruned: false })
      const { fence } = await claimed('mailer')
      await advance('mailer', fence, (await readOutbox(storage())).cursor, true)
      expect(await storage().transaction(at(60 * minute), (tx) => tx.outbox.prune({ before: moment(30 * minute), limit: 2 }))).toBe(2)
      expect(skusOf(await readOutbox(storage()))).toEqual(['C'])
      expect(await readOutbox(storage())).toMatchObject({ pruned: false })
      expect(await readOutbox(storage(), { after: beginning })).toMatchObject({ pruned: true })
    })

    it('does not prune what is young', async () => {
      await storage().transaction(at(45 * minute), (tx) => tx.outbox.append([anEvent('A', { occurredAt: moment(45 * minute) })]))
      const consumer = await claimed('mailer')
      await advance('mailer', consumer.fence, (await readOutbox(storage())).cursor, true)
      expect(await prune()).toBe(0)
    })
  })
}
