import { randomUUID } from 'node:crypto'
import { onTestFinished } from 'vitest'
import type { RedisServer } from '../src/redis-client.ts'
import { type RedisConnection, type RedisConnectionOptions, redisConnection } from '../src/redis-connection.ts'

/** A kind of Redis that `npm run services` started. */
export interface Topology {
  readonly name: 'single' | 'Sentinel' | 'Cluster'
  readonly server: RedisServer
}

/** Every kind that the adapter is for. */
export const topologies: readonly Topology[] = [
  { name: 'single', server: { url: serviceUrl('CARTWRIGHT_REDIS_URL') } },
  { name: 'Sentinel', server: sentinelsAt(serviceUrl('CARTWRIGHT_REDIS_SENTINEL_URL')) },
  { name: 'Cluster', server: { cluster: [serviceUrl('CARTWRIGHT_REDIS_CLUSTER_URL')] } },
]

/** Enough for a machine that does much else; tests of the deadline give their own. */
const timeoutMs = 5_000

/** A connection with keys of its own, which are deleted and which is closed when the test ends. */
export function openRedis(server: RedisServer, options: Partial<RedisConnectionOptions> = {}): RedisConnection {
  const { redis, dispose } = openPrivateRedis(server, options)
  onTestFinished(dispose)
  return redis
}

/** The same, to be disposed of by whoever opens it. */
export function openPrivateRedis(server: RedisServer, options: Partial<RedisConnectionOptions> = {}) {
  const prefix = options.prefix ?? `test:${randomUUID()}:`
  const redis = redisConnection({ timeoutMs, ...options, ...server, prefix })
  const lose = () => deleteKeys(server, prefix)
  const dispose = async () => {
    await lose()
    await redis.close()
  }
  return { redis, prefix, lose, dispose }
}

/** @param prefix - without characters that mean something in a pattern. */
async function deleteKeys(server: RedisServer, prefix: string): Promise<void> {
  const redis = redisConnection({ ...server, timeoutMs })
  try {
    for (const client of await redis.servers()) {
      const keys = (await client.call('keys', [`${prefix}*`])) as string[]
      for (const key of keys) await client.call('del', [key])
    }
  } finally {
    await redis.close()
  }
}

function sentinelsAt(text: string): RedisServer {
  const { host, pathname } = new URL(text)
  return { sentinels: { urls: [`redis://${host}`], group: pathname.slice(1) } }
}

export function serviceUrl(variable: string): string {
  const url = process.env[variable]
  if (url === undefined) throw new Error(`${variable} is not set; run the tests with \`npm run test:services\``)
  return url
}
