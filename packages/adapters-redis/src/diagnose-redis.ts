import type { Diagnosis } from '@cartwright/core/ports'
import type { RedisClient } from './redis-client.ts'
import type { RedisConnection } from './redis-connection.ts'

const oldestMajor = 7

/** What `doctor` says of Redis: its version, whether it forgets keys, and whether it survives a restart and the loss of a machine. */
export async function diagnoseRedis(redis: RedisConnection): Promise<readonly Diagnosis[]> {
  try {
    const servers = await redis.servers()
    const found = await Promise.all(servers.map(diagnoseServer))
    return found.flat()
  } catch (error) {
    const message = `Redis does not answer: ${error instanceof Error ? error.message : String(error)}`
    return [{ check: 'redis', status: 'warning', message, remedy: 'Check its address. The shop sells without it, from the database alone.' }]
  }
}

async function diagnoseServer(client: RedisClient): Promise<readonly Diagnosis[]> {
  const facts = factsOf(String(await client.call('info', [])))
  const at = (check: string) => (facts.redis_mode === 'cluster' ? `redis ${check} (${facts.run_id?.slice(0, 8)})` : `redis ${check}`)
  return [version(at('version'), facts), eviction(at('eviction'), facts), persistence(at('persistence'), facts), replicas(at('replicas'), facts)]
}

/** The lines `name:value` of INFO. */
function factsOf(info: string): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries([...info.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name, value]) => [name, value]))
}

type Facts = ReturnType<typeof factsOf>

function version(check: string, { redis_version: found = 'of an unknown version' }: Facts): Diagnosis {
  if (Number.parseInt(found, 10) >= oldestMajor) return { check, status: 'ok', message: `The server is Redis ${found}.`, remedy: null }
  return { check, status: 'error', message: `The server is Redis ${found}.`, remedy: `Upgrade it to Redis ${oldestMajor} or newer.` }
}

function eviction(check: string, { maxmemory_policy: policy = 'unknown', maxmemory }: Facts): Diagnosis {
  if (policy === 'noeviction') return { check, status: 'ok', message: 'No key is evicted.', remedy: null }
  const when = maxmemory === '0' ? ' once maxmemory is set' : ' when memory is full'
  return {
    check,
    status: 'warning',
    message: `maxmemory-policy is ${policy}: keys are dropped${when}, events of a stream and active carts among them.`,
    remedy: 'Set maxmemory-policy noeviction, and give caches a Redis of their own.',
  }
}

function persistence(check: string, { aof_enabled: aof, rdb_last_save_time: saved, rdb_changes_since_last_save: changes }: Facts): Diagnosis {
  if (aof === '1') return { check, status: 'ok', message: 'Every write goes to the append-only file.', remedy: null }
  const message = `appendonly is off: a restart loses what was written since the last snapshot${changes === undefined || saved === undefined ? '' : ` (${changes} changes by now)`}.`
  return { check, status: 'warning', message, remedy: 'Set appendonly yes, with appendfsync everysec.' }
}

function replicas(check: string, { connected_slaves: count = '0' }: Facts): Diagnosis {
  if (Number(count) > 0) return { check, status: 'ok', message: `It has ${count} ${count === '1' ? 'replica' : 'replicas'}.`, remedy: null }
  return {
    check,
    status: 'warning',
    message: 'It has no replica: while it is down, the shop works from the database alone.',
    remedy: 'Add a replica with Sentinels, or replicas to each node of the Cluster.',
  }
}
