import { type RateLimiter, rateDecision, rateInUnits } from '@cartwright/core/ports'
import { diagnoseRedis } from '../diagnose-redis.ts'
import type { RedisConnection } from '../redis-connection.ts'
import { redisScript } from '../redis-script.ts'

/**
 * The generic cell rate algorithm: of each key, the moment at which its burst is whole again, in µs by the server's clock.
 * KEYS: that moment. ARGV: µs a unit, units of the burst, units to take. Returns: whether they were taken, µs to wait for them, µs until the burst is whole.
 */
const take = redisScript(
  'rate_limit.take',
  `local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local unit, burst, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local before = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local after = before + cost * unit
local wait = after - now - burst * unit
if wait > 0 then return {0, wait, before - now} end
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000))
return {1, 0, after - now}`,
)

/**
 * Counts in Redis, for all processes together, in one call and by the clock of the server. While it cannot be reached every call rejects with
 * DEPENDENCY_UNAVAILABLE; the shop then counts in each process, or refuses, as the rule asks.
 *
 * @example
 * createCommerce({ …, rateLimits: { limiter: redisRateLimiter({ redis }), rules: { checkout: { burst: 10, perMs: 60_000 } } } })
 */
export function redisRateLimiter({ redis }: { readonly redis: RedisConnection }): RateLimiter {
  return {
    take: async (request) => {
      const { key, unitUs, burst, cost } = rateInUnits(request)
      const [allowed, waitUs, owedUs] = (await redis.run(take, [redis.key('rate', key)], [unitUs, burst, cost])) as [number, number, number]
      return rateDecision({ allowed: allowed === 1, waitUs, owedUs, unitUs, burst })
    },
    diagnose: () => diagnoseRedis(redis),
  }
}
