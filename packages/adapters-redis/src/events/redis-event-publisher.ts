import type { EventPublisher } from '@cartwright/core/ports'
import { diagnoseRedis } from '../diagnose-redis.ts'
import type { RedisConnection } from '../redis-connection.ts'
import { redisScript } from '../redis-script.ts'

interface RedisEventPublisherOptions {
  readonly redis: RedisConnection
  /** Names the stream, and the publisher. @default 'events' */
  readonly stream?: string
  /** About so many of the newest events are kept. More than the slowest group may ever be behind: what is cut off before it was read is lost to it. @default 1000000 */
  readonly maxLength?: number
}

/** KEYS: the stream. ARGV: about how many to keep, then id, topic and the event in JSON of each. */
const add = redisScript(
  'events.add',
  `for index = 2, #ARGV, 3 do
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'id', ARGV[index], 'topic', ARGV[index + 1], 'event', ARGV[index + 2])
end
return 1`,
)

/**
 * Sends domain events to one stream in Redis, in the order of the outbox. An event comes again when a relay dies after sending it: `redisEventConsumer` and the
 * ways to make an effect once are for that.
 *
 * @example
 * createCommerce({ …, publishers: [redisEventPublisher({ redis })] })
 */
export function redisEventPublisher({ redis, stream = 'events', maxLength = 1_000_000 }: RedisEventPublisherOptions): EventPublisher {
  return {
    name: `redis:${stream}`,
    publish: async (events) => {
      const fields = events.flatMap((event) => [event.id, event.topic, JSON.stringify(event)])
      await redis.run(add, [streamKey(redis, stream)], [maxLength, ...fields])
    },
    diagnose: () => diagnoseRedis(redis),
  }
}

export function streamKey(redis: RedisConnection, stream: string): string {
  return redis.key('stream', stream)
}
