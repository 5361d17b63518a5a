import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type DomainEvent, isCommerceError, type Logger } from '@cartwright/core/ports'
import type { RedisConnection } from '../redis-connection.ts'
import { streamKey } from './redis-event-publisher.ts'

interface RedisEventConsumerOptions {
  readonly redis: RedisConnection
  /** As given to the publisher. @default 'events' */
  readonly stream?: string
  /** Who consumes, for good, e.g. `mailer`. Each group gets every event; the consumers of one share them. */
  readonly group: string
  /** This process, among those of the group. One that comes back under its name first gets what it had not finished. @default a name of its own */
  readonly consumer?: string
  /** A new group begins with the oldest event kept, or with what comes from now on. @default 'tail' */
  readonly from?: 'tail' | 'head'
  /** Makes the effect of one event. Once it resolves, the event is done; after a throw it comes again. See `oncePerEvent` and `onceInRedis`. */
  readonly handle: (event: DomainEvent) => Promise<void>
  /** After so long without an acknowledgement, in ms, a consumer is taken for dead and its events are given to others. Longer than any effect takes. @default 60000 */
  readonly deadAfterMs?: number
  /** Events taken at once. @default 50 */
  readonly batchSize?: number
  /** @default silent */
  readonly logger?: Pick<Logger, 'warn' | 'error'>
}

/** One of the consumers of a group. */
export interface RedisEventConsumer {
  /**
   * Takes what is there and makes its effects, one after the other, then returns. An effect that fails stops it: that event and those after it come again.
   *
   * @returns how many effects were made.
   * @throws DEPENDENCY_UNAVAILABLE
   */
  runOnce(): Promise<number>
  /** Goes on doing so, as events come, until it is closed. Failures are logged and tried again. */
  start(): void
  /** Ends after the effect that is being made. The connection stays open. */
  close(): Promise<void>
}

/** An entry of the stream: its id and its fields; without fields when it was cut off before it was read. */
type Entry = readonly [id: string, fields: readonly string[] | null]

const blockMs = 1_000
const pauseMs = 1_000

/**
 * Takes events from a stream for one group, at least once each. Within one consumer the events come in the order of the stream; several consumers of a group work
 * side by side, and events of one aggregate may overtake each other between them.
 *
 * @example
 * const mailer = redisEventConsumer({ redis, group: 'mailer', handle: oncePerEvent({ transaction, note, effect }) })
 * mailer.start()
 */
export function redisEventConsumer(options: RedisEventConsumerOptions): RedisEventConsumer {
  return new Consumer(options)
}

class Consumer implements RedisEventConsumer {
  readonly #options: RedisEventConsumerOptions
  readonly #key: string
  readonly #name: string
  readonly #batchSize: number
  #hasGroup = false
  /** Where it waits for more, on a connection that nobody else needs. */
  #waiting: RedisConnection | undefined
  #running: Promise<void> | undefined
  #stopped = new AbortController()

  constructor(options: RedisEventConsumerOptions) {
    this.#options = options
    this.#key = streamKey(options.redis, options.stream ?? 'events')
    this.#name = options.consumer ?? randomUUID()
    this.#batchSize = options.batchSize ?? 50
  }

  async runOnce(): Promise<number> {
    await this.#ensureGroup()
    try {
      const unfinished = await this.#handleAll(await this.#read('0'))
      if (unfinished.failed) return unfinished.done
      const abandoned = await this.#handleAll(await this.#claim())
      const fresh = abandoned.failed ? { done: 0 } : await this.#handleAll(await this.#read('>'))
      return unfinished.done + abandoned.done + fresh.done
    } catch (error) {
      // Redis has lost the stream, and the group with it.
      if (isRefusal(error, 'NOGROUP')) this.#hasGroup = false
      throw error
    }
  }

  start(): void {
    this.#running ??= this.#runUntilStopped()
  }

  async close(): Promise<void> {
    this.#stopped.abort()
    await this.#waiting?.close()
    await this.#running
  }

  async #runUntilStopped(): Promise<void> {
    const { redis, logger } = this.#options
    this.#waiting = redis.open({ timeoutMs: blockMs + pauseMs })
    while (!this.#stopped.signal.aborted) {
      try {
        if ((await this.runOnce()) === 0) await this.#waiting.call('xread', ['COUNT', 1, 'BLOCK', blockMs, 'STREAMS', this.#key, '$'])
      } catch (error) {
        if (this.#stopped.signal.aborted) break
        logger?.warn({ group: this.#options.group, error }, 'events could not be read and will be tried again')
        await sleep(pauseMs, undefined, { signal: this.#stopped.signal }).catch(() => undefined)
      }
    }
    await this.#waiting.close()
  }

  async #ensureGroup(): Promise<void> {
    if (this.#hasGroup) return
    const { redis, group, from = 'tail' } = this.#options
    try {
      await redis.call('xgroup', ['CREATE', this.#key, group, from === 'tail' ? '0' : '$', 'MKSTREAM'])
    } catch (error) {
      if (!isRefusal(error, 'BUSYGROUP')) throw error
    }
    this.#hasGroup = true
  }

  /** @param after - `0`: what this consumer was given before and has not finished; `>`: what nobody was given. */
  async #read(after: '0' | '>'): Promise<readonly Entry[]> {
    const { redis, group } = this.#options
    const reply = await redis.call('xreadgroup', ['GROUP', group, this.#name, 'COUNT', this.#batchSize, 'STREAMS', this.#key, after])
    const [first, second] = (reply ?? []) as [unknown, unknown]
    // One stream: a pair in a list, or, by the newer protocol, a pair.
    return ((Array.isArray(first) ? first[1] : second) ?? []) as readonly Entry[]
  }

  /** Takes over what others have left unfinished for too long. */
  async #claim(): Promise<readonly Entry[]> {
    const { redis, group, deadAfterMs = 60_000 } = this.#options
    const reply = await redis.call('xautoclaim', [this.#key, group, this.#name, deadAfterMs, '0-0', 'COUNT', this.#batchSize])
    return (reply as [string, readonly Entry[]])[1]
  }

  async #handleAll(entries: readonly Entry[]): Promise<{ readonly done: number; readonly failed: boolean }> {
    const { redis, group, handle, logger } = this.#options
    let done = 0
    for (const [id, fields] of entries) {
      if (this.#stopped.signal.aborted) return { done, failed: true }
      if (fields === null) logger?.warn({ group, entry: id }, 'an event was cut off the stream before its effect was made')
      else {
        const event = decode(fields)
        try {
          await handle(event)
        } catch (error) {
          logger?.error({ group, eventId: event.id, topic: event.topic, error }, 'an event consumer failed and will see the event again')
          return { done, failed: true }
        }
        done += 1
      }
      await redis.call('xack', [this.#key, group, id])
    }
    return { done, failed: false }
  }
}

function decode(fields: readonly string[]): DomainEvent {
  const event = JSON.parse(fields[fields.indexOf('event') + 1] ?? '{}') as DomainEvent
  return { ...event, occurredAt: new Date(event.occurredAt) }
}

function isRefusal(error: unknown, code: string): boolean {
  return isCommerceError(error, 'DEPENDENCY_UNAVAILABLE') && error.cause instanceof Error && error.cause.message.startsWith(code)
}
