import { Redis } from 'ioredis'
import { portOf } from '../../scripts/services/place.ts'
import { redis, redisReplica } from '../../scripts/services/redis.ts'
import { ownPlace } from './own-place.ts'

/** A Redis that belongs to one test, and a copy of it. */
export interface OwnRedis {
  readonly url: string
  readonly replicaUrl: string
  /** Empties it, and the copy with it. */
  flush(): Promise<void>
  /** The copy hears of nothing more and takes writes: what a failover to a copy that lags behind finds. */
  detachReplica(): Promise<void>
  remove(): Promise<void>
}

export async function ownRedis(): Promise<OwnRedis> {
  const own = ownPlace()
  await own.start(redis)
  await own.start(redisReplica)
  const urlOf = (name: string) => `redis://127.0.0.1:${portOf(own.place, name)}/0`
  const [primary, replica] = [new Redis(urlOf(redis.name)), new Redis(urlOf(redisReplica.name))]
  return {
    url: urlOf(redis.name),
    replicaUrl: urlOf(redisReplica.name),
    flush: async () => void (await primary.flushall()),
    detachReplica: async () => void (await replica.replicaof('NO', 'ONE')),
    remove: async () => {
      primary.disconnect()
      replica.disconnect()
      await own.remove()
    },
  }
}
