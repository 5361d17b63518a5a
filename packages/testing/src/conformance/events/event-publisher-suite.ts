import { randomUUID } from 'node:crypto'
import type { DomainEvent, EventPublisher } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { openedForTest } from '../opened-for-test.ts'

export interface OpenedPublisher {
  readonly publisher: EventPublisher
  /** What a consumer that reads from the beginning has been given by now, in the order in which it came. */
  received(): Promise<readonly DomainEvent[]>
  /** From now on the broker takes nothing. What it had may be gone. */
  refuse(): Promise<void>
  /** It takes events again. */
  accept(): Promise<void>
  readonly dispose?: () => Promise<void>
}

export interface EventPublisherSuiteOptions {
  /** The heading in the test report. */
  readonly name: string
  /** A publisher to a place in the broker that is empty; called before every test. */
  readonly open: () => Promise<OpenedPublisher>
}

/** More than any broker takes in one piece. */
const many = 500

/**
 * Registers tests of the `EventPublisher` contract: what was published is there, as it was and in order, and what was refused is an error.
 *
 * @example
 * eventPublisherSuite({ name: 'my broker', open: async () => ({ publisher: myPublisher(), received: readAll, refuse, accept }) })
 */
export function eventPublisherSuite(options: EventPublisherSuiteOptions): void {
  describe(`${options.name}: event publisher`, () => {
    const opened = openedForTest(options.open, async ({ dispose }) => dispose?.())
    const publish = (events: readonly DomainEvent[]) => opened().publisher.publish(events)

    it('has a name', () => {
      expect(opened().publisher.name).toMatch(/\S/)
    })

    it('hands over each event as it was, with its id', async () => {
      const events = [adjusted('one', 1), adjusted('two', 0, { sku: 'Crème "brûlée" 🍮\n\u0000', locationId: '', delta: -3, reason: '{}' })]
      await publish(events)
      expect(byId(await opened().received())).toEqual(byId(events))
    })

    it('has all of the events when it resolves, however many they are', async () => {
      const events = changesOf(['a', 'b', 'c'], many)
      await publish(events)
      expect(byId(await opened().received())).toEqual(byId(events))
    })

    it('keeps the events of each aggregate in order, within a call and from call to call', async () => {
      const events = changesOf(['a', 'b', 'c'], 60)
      await publish(events.slice(0, 50))
      for (const event of events.slice(50)) await publish([event])
      expect(firstSeen(await opened().received())).toEqual(firstSeen(events))
    })

    it('takes events again that it has had, without losing one or their order', async () => {
      const events = changesOf(['a', 'b'], 40)
      await publish(events.slice(0, 30))
      await publish(events.slice(10))
      await publish(events.slice(10))
      expect(firstSeen(await opened().received())).toEqual(firstSeen(events))
    })

    it('rejects when the broker refuses, and hands over the same events when they come again', async () => {
      const events = changesOf(['a', 'b'], 20)
      await opened().refuse()
      await expect(publish(events)).rejects.toThrow()
      await opened().accept()
      await publish(events)
      expect(firstSeen(await opened().received())).toEqual(firstSeen(events))
    })
  })
}

type Adjusted = DomainEvent<'stock.adjusted'>

function adjusted(aggregateId: string, aggregateVersion: number, payload: Partial<Adjusted['payload']> = {}): Adjusted {
  const whole = { sku: aggregateId, locationId: 'main', delta: 1, reason: 'received', ...payload }
  const occurredAt = new Date('2026-03-01T12:00:00.123Z')
  return { id: ids.next(), topic: 'stock.adjusted', aggregateType: 'stock', aggregateId, aggregateVersion, payload: whole, occurredAt }
}

/** So many changes, of one aggregate after the other. Aggregates are never used twice. */
function changesOf(aggregates: readonly string[], count: number): readonly DomainEvent[] {
  const named = aggregates.map((aggregate) => `${aggregate}-${randomUUID()}`)
  return Array.from({ length: count }, (_, index) => adjusted(named[index % named.length] ?? '', Math.floor(index / named.length)))
}

function byId(events: readonly DomainEvent[]): ReadonlyMap<string, DomainEvent> {
  return new Map(events.map((event) => [event.id, event]))
}

/** The versions of each aggregate in the order in which they came first: what a consumer sees that passes over repetitions. */
function firstSeen(events: readonly DomainEvent[]): Readonly<Record<string, readonly number[]>> {
  const seen: Record<string, number[]> = {}
  for (const { aggregateId, aggregateVersion } of byId(events).values()) seen[aggregateId] = [...(seen[aggregateId] ?? []), aggregateVersion]
  return seen
}
