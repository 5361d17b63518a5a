import type { DomainEvent } from '@cartwright/core/ports'
import type { RedisConnection } from '../redis-connection.ts'
import { redisScript } from '../redis-script.ts'

interface OncePerEventOptions<Transaction> {
  /** Runs something in one transaction of the database in which the effect is made. */
  transaction(work: (tx: Transaction) => Promise<void>): Promise<void>
  /** Notes the event's id in that transaction, under a unique constraint. @returns false when it was there already. */
  note(tx: Transaction, eventId: string): Promise<boolean>
  /** Makes the effect in that transaction. */
  effect(tx: Transaction, event: DomainEvent): Promise<void>
}

/**
 * Makes the effect of each event exactly once, however often the event comes: the note of its id and the effect are committed together or not at all.
 *
 * For effects in a database of the host. An effect that no transaction can undo, such as a mail, can be made at least once or at most once, never exactly once;
 * give the other side `event.id` as its idempotency key if it takes one.
 */
export function oncePerEvent<Transaction>({ transaction, note, effect }: OncePerEventOptions<Transaction>): (event: DomainEvent) => Promise<void> {
  return (event) =>
    transaction(async (tx) => {
      if (await note(tx, event.id)) await effect(tx, event)
    })
}

interface OnceInRedisOptions {
  readonly redis: RedisConnection
  /** Whose effects these are. */
  readonly group: string
  /** What makes the effect: a Lua script that never changes, which finds its keys from KEYS[2] and its arguments from ARGV[2] on. It must not fail halfway. */
  readonly lua: string
  /** The tag under which the keys of an event's effect lie, as given to `redis.key`. */
  readonly tag: (event: DomainEvent) => string
  readonly keys: (event: DomainEvent) => readonly string[]
  readonly args: (event: DomainEvent) => readonly (string | number)[]
  /** For how long an event is remembered, in ms; longer than it may come again. @default 7 days */
  readonly rememberMs?: number
}

/**
 * The same for an effect in Redis itself: one script makes it and notes the event. Exactly once as long as Redis keeps what it has written; a failover to a copy
 * that lags behind can lose both effect and note, and the acknowledgement with them.
 */
export function onceInRedis(options: OnceInRedisOptions): (event: DomainEvent) => Promise<void> {
  const { redis, group, lua, tag, keys, args, rememberMs = 7 * 24 * 3_600_000 } = options
  const script = redisScript(
    'events.once',
    `if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local function effect()
${lua}
end
effect()
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
return 1`,
  )
  return async (event) => {
    await redis.run(script, [redis.key('handled', tag(event), group, event.id), ...keys(event)], [rememberMs, ...args(event)])
  }
}
