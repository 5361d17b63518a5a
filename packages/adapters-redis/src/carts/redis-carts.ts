import { type CartCopy, type LiveCartStore, owns } from '@cartwright/core/ports'
import { type RedisConnection, type RedisConnectionOptions, redisConnection } from '../redis-connection.ts'
import { diagnoseCarts } from './cart-diagnosis.ts'
import { cartKey, shardOf, streamKey } from './cart-keys.ts'
import { dropCart, freezeCart, putCart, saveCart } from './cart-scripts.ts'
import { cartText, lifetimeMs, readCopy } from './cart-text.ts'
import { forget, oldestWaitMs, type Receipt, takeChanged } from './changed-carts.ts'

/** A connection, which stays the caller's to close after the shop, or where to connect to: that is closed with the shop. */
export type RedisCartsOptions = ({ readonly redis: RedisConnection } | RedisConnectionOptions) & {
  /**
   * How often this process copies changed carts to the database, in ms; null for one that leaves that to others and to the worker's job `carts`.
   *
   * @default 200
   */
  readonly copyEveryMs?: number | null
}

/**
 * Active carts in Redis, in front of the database. A change is one script; the database gets a copy within a second, decides every checkout, and takes over while
 * Redis is away.
 *
 * @example
 * const commerce = await createCommerce({ storage, currency: 'USD', carts: redisCarts({ url: 'redis://localhost:6379/0' }) })
 */
export function redisCarts(options: RedisCartsOptions): LiveCartStore {
  const { copyEveryMs = 200 } = options
  const redis = 'redis' in options ? options.redis : redisConnection(options)
  const keysOf = ({ cart }: CartCopy) => [cartKey(redis, cart.id), streamKey(redis, shardOf(cart.id))]
  return {
    copyEveryMs,

    find: async ({ cartId, owner }) => {
      const copy = readCopy((await redis.call('hmget', [cartKey(redis, cartId), 't', 'l', 'c'])) as (string | null)[])
      return copy !== undefined && owns(owner, copy.cart) ? copy : undefined
    },

    put: async (copy) => {
      const { cart, custody } = copy
      return (await redis.run(putCart, keysOf(copy), [cart.version, custody.term, custody.loan, cartText(cart), lifetimeMs(cart), cart.id])) as 'put' | 'there'
    },

    save: async ({ copy, expectedVersion }) => {
      const { cart, custody } = copy
      const values = [expectedVersion, cart.version, custody.term, custody.loan, cartText(cart), lifetimeMs(cart), cart.id]
      return (await redis.run(saveCart, keysOf(copy), values)) as 'saved' | 'stale'
    },

    freeze: async ({ cartId, version, checkoutId }) =>
      (await redis.run(freezeCart, [cartKey(redis, cartId)], [version, checkoutId])) as 'frozen' | 'stale' | 'absent',

    drop: async ({ cartId, seen }) => {
      const key = cartKey(redis, cartId)
      if (seen === undefined) await redis.call('del', [key])
      else await redis.run(dropCart, [key], [seen.cart.version, seen.custody.term, seen.custody.loan])
    },

    changed: ({ limit }) => takeChanged(redis, limit),
    copied: ({ receipts }) => forget(redis, receipts as readonly Receipt[]),
    oldestWaitMs: () => oldestWaitMs(redis),
    diagnose: () => diagnoseCarts(redis),
    close: async () => {
      if (!('redis' in options)) await redis.close()
    },
  }
}
