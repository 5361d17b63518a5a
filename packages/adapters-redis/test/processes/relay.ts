import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce } from '@cartwright/core'
import { runAsProcess } from '@cartwright/testing/crash'
import { redisEventPublisher } from '../../src/events/redis-event-publisher.ts'
import type { RedisServer } from '../../src/redis-client.ts'
import { redisConnection } from '../../src/redis-connection.ts'

/** Relays what is in the outbox, and dies when it has sent so many events, before the outbox is told. */
runAsProcess<{ file: string; server: RedisServer; prefix: string; dieAfter: number }>(async ({ setup: { file, server, prefix, dieAfter }, ready }) => {
  const publisher = redisEventPublisher({ redis: redisConnection({ ...server, prefix, timeoutMs: 5_000 }) })
  let sent = 0
  const dying = {
    name: publisher.name,
    publish: async (events: Parameters<typeof publisher.publish>[0]) => {
      await publisher.publish(events)
      sent += events.length
      if (sent < dieAfter) return
      process.kill(process.pid, 'SIGKILL')
      await new Promise(() => {})
    },
  }
  const commerce = await createCommerce({ storage: sqliteStorage({ file }), currency: 'USD', publishers: [dying] })
  await ready()
  await commerce.worker.runOnce({ jobs: ['relay'] })
})
