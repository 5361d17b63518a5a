import type { CacheLevel, Invalidation } from '@cartwright/core/ports'
import { diagnoseRedis } from '../diagnose-redis.ts'
import type { RedisConnection } from '../redis-connection.ts'
import { redisScript } from '../redis-script.ts'
import { gatheredGets } from './gathered-gets.ts'

export interface RedisCacheOptions {
  readonly redis: RedisConnection
}

/** How long a mark is remembered: longer than it takes all processes to hear of a change. */
const markMs = 10_000
/** Keys that are invalidated at a time, so that a large import does not hold up everybody else. */
const invalidatedAtOnce = 100

/** KEYS: lease, value. ARGV: token, ms, value or nothing. */
const storeScript = redisScript(
  'cache_store',
  `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
if ARGV[3] then redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[2]) end
return 1`,
)

/** KEYS: lease, value, mark. ARGV: mark, ms. */
const invalidateScript = redisScript(
  'cache_invalidate',
  `if redis.call('GET', KEYS[3]) == ARGV[1] then return 0 end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[2])
return 1`,
)

/**
 * A level of the cache that every process on this Redis shares. When Redis is down or slow, the shop reads its database: at the cost of one timeout, then, while
 * the breaker is open, of none. `close` leaves the connection to whoever opened it.
 *
 * @example
 * const redis = redisConnection({ url: 'redis://localhost:6379/0' })
 * const commerce = await createCommerce({ storage, currency: 'USD', cache: { shared: redisCache({ redis }) } })
 */
export function redisCache({ redis }: RedisCacheOptions): CacheLevel {
  const name = (key: string, part: 'lease' | 'value' | 'mark') => redis.key('cache', key, part)
  const invalidate = ({ key, mark }: Invalidation) => redis.run(invalidateScript, [name(key, 'lease'), name(key, 'value'), name(key, 'mark')], [mark, markMs])
  const get = gatheredGets(redis)
  return {
    get: ({ key }) => get(name(key, 'value')),
    lease: async ({ key, token, ttlMs }) => ((await redis.call('set', [name(key, 'lease'), token, 'NX', 'PX', ttlMs])) === null ? 'busy' : 'granted'),
    store: async ({ key, token, value, ttlMs }) => {
      const stored = await redis.run(storeScript, [name(key, 'lease'), name(key, 'value')], [token, ttlMs, ...(value === null ? [] : [value])])
      return stored === 1 ? 'stored' : 'lost'
    },
    invalidate: async ({ invalidations }) => {
      for (let from = 0; from < invalidations.length; from += invalidatedAtOnce)
        await Promise.all(invalidations.slice(from, from + invalidatedAtOnce).map(invalidate))
    },
    diagnose: () => diagnoseRedis(redis),
    close: async () => {},
  }
}
