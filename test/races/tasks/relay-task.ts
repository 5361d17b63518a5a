import { setTimeout as sleep } from 'node:timers/promises'
import type { Racer } from './racer-context.ts'

/** One event as it reached a consumer. */
export interface Delivery {
  readonly eventId: string
  readonly aggregateId: string
  readonly aggregateVersion: number
  /** Whether the process stands still from here on, waiting to be killed: the event has been sent, and the consumer's place has not been saved. */
  readonly isLast: boolean
}

export interface RelayPlan {
  readonly consumer: string
  /** At which of its deliveries, counted from 1, the process stands still; null for never. */
  readonly diesAt: number | null
}

/** Delivers events, reporting each one, until the race is called off, and then what is left. @returns how many it delivered. */
export async function relayTask(racer: Racer, { consumer, diesAt }: RelayPlan): Promise<number> {
  const { commerce, random, retrier } = racer
  let delivered = 0
  commerce.events.subscribe({
    name: consumer,
    handle: async ({ id, aggregateId, aggregateVersion }) => {
      delivered += 1
      const isLast = delivered === diesAt
      racer.report({ eventId: id, aggregateId, aggregateVersion, isLast } satisfies Delivery)
      if (isLast) await new Promise(() => {})
    },
  })
  for (let last = false; !last; ) {
    last = racer.isStopped()
    await retrier.run(() => commerce.worker.runOnce({ jobs: ['relay'] }))
    await sleep(random.integer(0, 40))
  }
  return delivered
}
