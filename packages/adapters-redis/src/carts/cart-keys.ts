import type { CartId } from '@cartwright/core/ports'
import type { RedisConnection } from '../redis-connection.ts'

/** Carts are spread over so many shards, each with a stream of its changes: what is changed together must lie on one node of a Cluster. Never changed. */
const shardCount = 16

/** The consumer group of the streams. */
export const copiers = 'copiers'

export const shards: readonly string[] = Array.from({ length: shardCount }, (_, shard) => String(shard))

export function shardOf(cartId: CartId): string {
  let sum = 0
  for (let index = 0; index < cartId.length; index += 1) sum = (sum * 31 + cartId.charCodeAt(index)) >>> 0
  return String(sum % shardCount)
}

export function cartKey(redis: RedisConnection, cartId: CartId): string {
  return redis.key('carts', shardOf(cartId), cartId)
}

export function streamKey(redis: RedisConnection, shard: string): string {
  return redis.key('carts', shard, 'changed')
}
