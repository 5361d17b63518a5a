import type { RedisConnection } from '../src/redis-connection.ts'

/**
 * The same connection, of which a test sees every call.
 *
 * @param watch - given the command or the name of the script, and what makes the call; its answer is the caller's.
 */
export function watchedRedis(redis: RedisConnection, watch: (name: string, make: () => Promise<unknown>) => Promise<unknown>): RedisConnection {
  return {
    get state() {
      return redis.state
    },
    sharded: redis.sharded,
    key: (...parts) => redis.key(...parts),
    call: (command, ...rest) => watch(command, () => redis.call(command, ...rest)),
    run: (script, ...rest) => watch(script.name, () => redis.run(script, ...rest)),
    open: (limits) => redis.open(limits),
    servers: () => redis.servers(),
    close: () => redis.close(),
  }
}
