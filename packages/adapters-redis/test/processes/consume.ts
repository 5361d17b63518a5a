import { runAsProcess } from '@cartwright/testing/crash'
import { redisEventConsumer } from '../../src/events/redis-event-consumer.ts'
import type { RedisServer } from '../../src/redis-client.ts'
import { redisConnection } from '../../src/redis-connection.ts'
import { openEffects } from '../effects.ts'

/** Takes events, and dies after the effect of the n-th, before it is acknowledged. */
runAsProcess<{ file: string; server: RedisServer; prefix: string; dieAfter: number }>(async ({ setup, ready }) => {
  const effects = openEffects(setup.file)
  const redis = redisConnection({ ...setup.server, prefix: setup.prefix, timeoutMs: 5_000 })
  let made = 0
  const consumer = redisEventConsumer({
    redis,
    group: 'books',
    consumer: 'mortal',
    handle: async (event) => {
      await effects.once(event)
      made += 1
      if (made === setup.dieAfter) {
        process.kill(process.pid, 'SIGKILL')
        await new Promise(() => {})
      }
    },
  })
  await ready()
  await consumer.runOnce()
})
