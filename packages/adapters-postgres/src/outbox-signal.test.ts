import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { PostgresOutboxSignal } from './outbox-signal.ts'
import type { PostgresClient } from './postgres-pool.ts'

/** A pooled client whose connection is reset while it notifies, as `pg` tells it: by the query and by an event. */
class ResetClient extends EventEmitter {
  readonly released: (boolean | undefined)[] = []

  query(): Promise<never> {
    const reset = new Error('read ECONNRESET')
    return new Promise((_, reject) => {
      setImmediate(() => {
        reject(reset)
        this.emit('error', reset)
      })
    })
  }
  release(destroy?: boolean): void {
    this.released.push(destroy)
  }
}

test('a connection that breaks while it tells of events is closed, and ends nothing else', async () => {
  const client = new ResetClient()
  const signal = new PostgresOutboxSignal({ connect: async () => client as unknown as PostgresClient, listen: undefined })
  signal.appended()
  await signal.close()
  expect(client.released).toEqual([true])
  expect(client.listenerCount('error')).toBe(0)
})

test('without a connection nobody is told, and nothing fails', async () => {
  const signal = new PostgresOutboxSignal({ connect: () => Promise.reject(new Error('the pool is exhausted')), listen: undefined })
  signal.appended()
  await signal.close()
})
