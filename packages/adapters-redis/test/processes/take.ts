import { runAsProcess } from '@cartwright/testing/crash'
import { redisRateLimiter } from '../../src/limits/redis-rate-limiter.ts'
import type { RedisServer } from '../../src/redis-client.ts'
import { redisConnection } from '../../src/redis-connection.ts'

/** Asks so many times at once, together with other processes. @returns how often it was allowed. */
runAsProcess<{ server: RedisServer; prefix: string; asks: number; burst: number }>(async ({ setup: { server, prefix, asks, burst }, ready }) => {
  const redis = redisConnection({ ...server, prefix, timeoutMs: 5_000 })
  await redis.call('ping', [])
  await ready()
  const limiter = redisRateLimiter({ redis })
  const decisions = await Promise.all(Array.from({ length: asks }, () => limiter.take({ key: 'race', limit: { burst, perMs: 24 * 3_600_000 } })))
  await redis.close()
  return decisions.filter(({ allowed }) => allowed).length
})
