import { redisConnection } from '@cartwright/adapters-redis'
import { BenchRefusal } from '../bench-refusal.ts'

/** The Redis of `npm run services`. @throws when it has not been run */
export function redisUrl(): string {
  const url = process.env.CARTWRIGHT_REDIS_URL
  if (url === undefined) throw new BenchRefusal('CARTWRIGHT_REDIS_URL is not set: start the servers with `npm run services`')
  return url
}

/** A connection whose keys no other run has. They go by themselves within a day. */
export function benchRedis(url = redisUrl()) {
  return redisConnection({ url, prefix: `bench:${process.pid}:${performance.now()}:` })
}
