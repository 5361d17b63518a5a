import type { Admission } from '@cartwright/core/ports'
import { diagnoseRedis } from '../diagnose-redis.ts'
import type { RedisConnection } from '../redis-connection.ts'
import { redisScript } from '../redis-script.ts'

/** Counts that nobody asks for are forgotten after so many ms, and so is who was let through. */
const forgottenMs = 24 * 3_600_000
const heldMs = 3_600_000

/**
 * KEYS: the counts of a SKU; whether the holder was let through. ARGV: units wanted, generation seen, token, age in ms by which may be refused, ms to look for,
 * ms until counts and holder are forgotten.
 * Fields: `left`, `generation` (µs at which they were filled), `token` and `until` (ms) of who looks. Times are the server's.
 */
const take = redisScript(
  'admission.take',
  `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local found = redis.call('HMGET', KEYS[1], 'left', 'generation', 'until')
local wanted, left, generation = tonumber(ARGV[1]), tonumber(found[1]), tonumber(found[2])
local known = left ~= nil and generation ~= nil and generation >= tonumber(ARGV[2])
local held = redis.call('EXISTS', KEYS[2]) == 1
if known and (held or left >= wanted) then
  if not held then redis.call('HINCRBY', KEYS[1], 'left', -wanted) end
  redis.call('SET', KEYS[2], '1', 'PX', ARGV[7])
  return {'admitted', found[2], 0}
end
local looking = now < tonumber(found[3] or 0)
if known and (looking or now - math.floor(generation / 1000) < tonumber(ARGV[4])) then return {'sold_out', found[2], left} end
if looking then return {'wait', '0', 0} end
redis.call('HSET', KEYS[1], 'token', ARGV[3], 'until', string.format('%.0f', now + tonumber(ARGV[5])))
redis.call('PEXPIRE', KEYS[1], ARGV[6])
return {'look', '0', 0}`,
)

/** KEYS: as of `take`. ARGV: token, units left, ms until counts and holder are forgotten. Returns the new generation, or nothing. */
const fill = redisScript(
  'admission.fill',
  `if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return false end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local generation = string.format('%.0f', math.max(now, tonumber(redis.call('HGET', KEYS[1], 'generation') or 0) + 1))
redis.call('HDEL', KEYS[1], 'token', 'until')
redis.call('HSET', KEYS[1], 'left', ARGV[2], 'generation', generation)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('SET', KEYS[2], '1', 'PX', ARGV[4])
return generation`,
)

/** KEYS: as of `take`. ARGV: generation, `back` or `left`, units. */
const correct = redisScript(
  'admission.correct',
  `redis.call('DEL', KEYS[2])
if redis.call('HGET', KEYS[1], 'generation') ~= ARGV[1] then return 0 end
if ARGV[2] == 'back' then redis.call('HINCRBY', KEYS[1], 'left', ARGV[3]) else redis.call('HSET', KEYS[1], 'left', ARGV[3]) end
return 1`,
)

/**
 * Counts what is left of hot SKUs in Redis, for all processes together. It may be lost, restored from a copy or emptied at any time: the counts are then read from
 * the database again.
 *
 * @example
 * createCommerce({ …, inventory: { admission: { gate: redisAdmission({ redis }), skus: ['LIMITED-TEE'] } } })
 */
export function redisAdmission({ redis }: { readonly redis: RedisConnection }): Admission {
  const keysOf = (sku: string, holder: string) => [redis.key('admission', sku), redis.key('admission', sku, holder)]
  return {
    take: async ({ sku, quantity, holder, seen, token, maxAgeMs, lookMs }) => {
      const answer = await redis.run(take, keysOf(sku, holder), [quantity, seen, token, maxAgeMs, lookMs, forgottenMs, heldMs])
      const [outcome, generation, left] = answer as ['admitted' | 'sold_out' | 'look' | 'wait', string, number]
      if (outcome === 'admitted') return { outcome, generation: Number(generation) }
      return outcome === 'sold_out' ? { outcome, generation: Number(generation), left: Math.max(0, left) } : { outcome }
    },
    fill: async ({ sku, token, holder, left }) => {
      const generation = await redis.run(fill, keysOf(sku, holder), [token, left, forgottenMs, heldMs])
      return generation === null ? 'lost' : { generation: Number(generation) }
    },
    correct: async ({ sku, holder, generation, ...change }) => {
      const [what, units] = 'back' in change ? ['back', change.back] : ['left', change.left]
      await redis.run(correct, keysOf(sku, holder), [generation, what as string, units as number])
    },
    diagnose: () => diagnoseRedis(redis),
  }
}
