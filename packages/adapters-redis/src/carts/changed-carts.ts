import type { CartId, ChangedCart } from '@cartwright/core/ports'
import type { RedisConnection } from '../redis-connection.ts'
import { cartKey, copiers, shards, streamKey } from './cart-keys.ts'
import { forgetChanges, takeChanges } from './cart-scripts.ts'
import { readCopy } from './cart-text.ts'

/** How long what one process has taken is its own, in ms. Taking it twice costs a write that changes nothing. */
const claimMs = 500

/** The entries of one cart that are settled once it is copied. */
export interface Receipt {
  readonly shard: string
  readonly entries: readonly string[]
}

/** Takes entries of every shard, and reads their carts as they are now. Entries of carts that are gone are settled by that. */
export async function takeChanged(redis: RedisConnection, limit: number): Promise<readonly ChangedCart[]> {
  const perShard = Math.max(1, Math.floor(limit / shards.length))
  for (;;) {
    const taken = (await Promise.all(shards.map((shard) => takeOf(redis, shard, perShard)))).flat()
    const read = await Promise.all(taken.map(async ({ cartId, receipt }) => ({ receipt, copy: await copyOf(redis, cartId) })))
    await forget(
      redis,
      read.filter(({ copy }) => copy === undefined).map(({ receipt }) => receipt),
    )
    const changed = read.flatMap(({ copy, receipt }): ChangedCart[] => (copy === undefined ? [] : [{ ...copy, receipt }]))
    if (changed.length > 0 || taken.length === 0) return changed
  }
}

async function takeOf(redis: RedisConnection, shard: string, limit: number): Promise<readonly { readonly cartId: CartId; readonly receipt: Receipt }[]> {
  const flat = (await redis.run(takeChanges, [streamKey(redis, shard)], [copiers, limit, claimMs])) as readonly string[]
  const entriesBy = new Map<string, string[]>()
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const [entry = '', cartId = ''] = flat.slice(index, index + 2)
    entriesBy.set(cartId, [...(entriesBy.get(cartId) ?? []), entry])
  }
  return [...entriesBy].map(([cartId, entries]) => ({ cartId: cartId as CartId, receipt: { shard, entries } }))
}

async function copyOf(redis: RedisConnection, cartId: CartId) {
  return readCopy((await redis.call('hmget', [cartKey(redis, cartId), 't', 'l', 'c'])) as (string | null)[])
}

/** Settles the entries of these receipts, one call a shard. */
export async function forget(redis: RedisConnection, receipts: readonly Receipt[]): Promise<void> {
  const byShard = Map.groupBy(receipts, ({ shard }) => shard)
  await Promise.all(
    [...byShard].map(([shard, some]) => redis.run(forgetChanges, [streamKey(redis, shard)], [copiers, ...some.flatMap(({ entries }) => entries)])),
  )
}

/** How long ago the oldest entry of any shard was made, in ms by the clock of Redis: entries go once they are settled, so it is the head of each stream that is looked at. */
export async function oldestWaitMs(redis: RedisConnection): Promise<number> {
  const heads = await Promise.all(shards.map((shard) => redis.call('xrange', [streamKey(redis, shard), '-', '+', 'COUNT', 1])))
  const madeAtMs = (heads as (readonly [id: string, fields: unknown])[][]).flatMap(([head]) => (head === undefined ? [] : [Number(head[0].split('-')[0])]))
  if (madeAtMs.length === 0) return 0
  const [seconds, microseconds] = (await redis.call('time', [])) as readonly [string, string]
  const nowMs = Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000)
  return Math.max(0, nowMs - Math.min(...madeAtMs))
}
