import type { DomainEvent, OutboxBatch, OutboxCursor, Storage } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { itUnless } from '../capability.ts'
import { anEvent, ids } from '../fixtures.ts'
import { at, start } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { signal } from '../signal.ts'

export function append(storage: Storage, ...events: DomainEvent[]): Promise<void> {
  return storage.transaction(at(0), (tx) => tx.outbox.append(events))
}

export function skusOf(batch: OutboxBatch): readonly string[] {
  return batch.events.map(({ aggregateId }) => aggregateId)
}

/** Reads after `after`, or all that is kept. */
export function readOutbox(
  storage: Storage,
  params: { readonly after?: OutboxCursor; readonly limit?: number; readonly topics?: readonly DomainEvent['topic'][] } = {},
): Promise<OutboxBatch> {
  return storage.snapshot(
    at(0),
    async ({ outbox }) =>
      outbox.read({
        after: params.after ?? (await outbox.tail()),
        limit: params.limit ?? 100,
        ...(params.topics === undefined ? {} : { topics: params.topics }),
      }),
    { fresh: true },
  )
}

export function readBehaviour(options: StorageSuiteOptions): void {
  describe('reading', () => {
    const storage = testStorage(options)

    it('gives back events as they were written, in order', async () => {
      const events = [anEvent('A'), anEvent('B'), anEvent('C')]
      await append(storage(), ...events)
      expect((await readOutbox(storage())).events).toEqual(events)
    })

    it('goes on where the cursor stands', async () => {
      await append(storage(), anEvent('A'), anEvent('B'), anEvent('C'))
      const first = await readOutbox(storage(), { limit: 2 })
      const second = await readOutbox(storage(), { after: first.cursor })
      const third = await readOutbox(storage(), { after: second.cursor })
      expect([skusOf(first), skusOf(second), skusOf(third)]).toEqual([['A', 'B'], ['C'], []])
      expect(third.cursor).toBe(second.cursor)
    })

    it('reads one topic and moves on past the others', async () => {
      const other: DomainEvent<'stock.availability_changed'> = {
        id: ids.next(),
        topic: 'stock.availability_changed',
        aggregateType: 'stock',
        aggregateId: 'X',
        aggregateVersion: 0,
        payload: { skus: ['X'] },
        occurredAt: start,
      }
      await append(storage(), anEvent('A'), other, anEvent('B'))
      const batch = await readOutbox(storage(), { topics: ['stock.availability_changed'] })
      expect(skusOf(batch)).toEqual(['X'])
      expect(skusOf(await readOutbox(storage(), { after: batch.cursor, topics: ['stock.availability_changed'] }))).toEqual([])
    })

    it('has its head after the last event and its tail before the first', async () => {
      await append(storage(), anEvent('A'))
      const head = await storage().snapshot(at(0), (snapshot) => snapshot.outbox.head())
      await append(storage(), anEvent('B'))
      expect(skusOf(await readOutbox(storage(), { after: head }))).toEqual(['B'])
      expect(skusOf(await readOutbox(storage()))).toEqual(['A', 'B'])
    })

    it('holds nothing of a transaction that rolled back', async () => {
      const attempt = storage().transaction(at(0), async (tx) => {
        await tx.outbox.append([anEvent('A')])
        throw new Error('give up')
      })
      await expect(attempt).rejects.toThrow('give up')
      expect(skusOf(await readOutbox(storage()))).toEqual([])
    })

    itUnless(options.lacks?.readsDuringWrites, 'skips no event of a transaction that commits after a later one began', async () => {
      const other = await storage.another()
      await readOutbox(other)
      const written = signal()
      const end = signal()
      const slow = storage().transaction(at(0), async (tx) => {
        await tx.outbox.append([anEvent('slow')])
        written.give()
        await end.given
      })
      await written.given
      const quick = append(other, anEvent('quick'))
      const before = await readOutbox(other)
      end.give()
      await Promise.all([slow, quick])
      const after = await readOutbox(other, { after: before.cursor })
      expect([...skusOf(before), ...skusOf(after)].sort()).toEqual(['quick', 'slow'])
    })
  })
}
