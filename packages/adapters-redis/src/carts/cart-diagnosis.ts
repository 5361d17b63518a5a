import type { Diagnosis } from '@cartwright/core/ports'
import type { RedisConnection } from '../redis-connection.ts'
import { shards, streamKey } from './cart-keys.ts'
import { oldestWaitMs } from './changed-carts.ts'

/** From when on the copies of the database are called late. Twice what is promised, with room for a slow answer. */
const lateMs = 2_000

/** How far the database is behind, and whether Redis may throw carts away. */
export async function diagnoseCarts(redis: RedisConnection): Promise<readonly Diagnosis[]> {
  try {
    return [await diagnoseLag(redis), await diagnoseEviction(redis)]
  } catch (error) {
    const message = `Redis does not answer: ${error instanceof Error ? error.message : String(error)}`
    return [{ check: 'carts in redis', status: 'error', message, remedy: 'Start Redis; until then carts are read and written in the database.' }]
  }
}

async function diagnoseLag(redis: RedisConnection): Promise<Diagnosis> {
  const check = 'carts in redis: copies'
  const [lengths, lagMs] = await Promise.all([Promise.all(shards.map((shard) => redis.call('xlen', [streamKey(redis, shard)]))), oldestWaitMs(redis)])
  const waiting = lengths.reduce((sum: number, length) => sum + Number(length), 0)
  const message = `${waiting} changes wait to be copied to the database, the oldest for ${(lagMs / 1_000).toFixed(1)} s`
  if (lagMs <= lateMs) return { check, status: 'ok', message, remedy: null }
  return { check, status: 'warning', message, remedy: 'Keep a shop open, or run `cartwright worker`; its log says why carts cannot be copied.' }
}

async function diagnoseEviction(redis: RedisConnection): Promise<Diagnosis> {
  const check = 'carts in redis: eviction'
  const infos = await Promise.all((await redis.servers()).map((server) => server.call('info', ['memory'])))
  const policies = infos.map((info) => ({ policy: setting(info, 'maxmemory_policy'), limit: Number(setting(info, 'maxmemory') ?? 0) }))
  const evicting = policies.find(({ policy, limit }) => limit > 0 && policy !== undefined && policy !== 'noeviction')
  if (evicting === undefined) return { check, status: 'ok', message: 'Redis throws no cart away', remedy: null }
  const message = `Redis throws keys away when its memory is full (${evicting.policy}): carts come back as the database has them`
  return { check, status: 'warning', message, remedy: 'Set `maxmemory-policy noeviction`, or give carts a Redis of their own.' }
}

function setting(info: unknown, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(String(info))?.[1]
}
