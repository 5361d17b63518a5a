import { type BreakerSettings, type BreakerState, CircuitBreaker, CommerceError, isCommerceError, type Logger, measure } from '@cartwright/core/ports'
import { openClient, type RedisClient, type RedisServer } from './redis-client.ts'
import type { RedisScript } from './redis-script.ts'

interface CommonOptions {
  /** How long a call may take, in ms, connecting included; it is given up then. @default 100 */
  readonly timeoutMs?: number
  /** When to stop asking a Redis that fails, and for how long: `{ failures, windowMs, openMs }`. @default { failures: 5, windowMs: 10000, openMs: 1000 } */
  readonly breaker?: Partial<BreakerSettings>
  /** What every key begins with: shops that share a Redis need one each. @default 'cartwright:' */
  readonly prefix?: string
  /** Told when Redis is given up and when it is back. @default silent */
  readonly logger?: Logger
  /** A clock that only moves forward, in ms, for the breaker. @default the process's */
  readonly nowMs?: () => number
}

export type RedisConnectionOptions = RedisServer & CommonOptions

/** What a call may take instead of the connection's own limits. */
interface CallLimits {
  readonly timeoutMs?: number
}

/**
 * The way to one Redis, for everything of this package that uses it.
 *
 * Every call ends in time: with an answer, or with `DEPENDENCY_UNAVAILABLE` after `timeoutMs` at most, at once while the breaker is open. A call that timed out
 * may have been carried out. Nothing is queued while Redis is away.
 */
export interface RedisConnection {
  /** Whether calls are made now. */
  readonly state: BreakerState
  /** True for a Cluster: keys of different tags must not meet in one command. */
  readonly sharded: boolean
  /** One command, e.g. `call('get', [key])`. @throws DEPENDENCY_UNAVAILABLE */
  call(command: string, args: readonly (string | number)[], limits?: CallLimits): Promise<unknown>
  /** One script, by its hash, or by its text where the server does not know it yet. @throws DEPENDENCY_UNAVAILABLE */
  run(script: RedisScript, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>
  /**
   * The name of a key. Those of one `tag` lie on one node of a Cluster: only they may meet in one command or script.
   *
   * @param tag - what belongs together, such as an id.
   */
  key(feature: string, tag: string, ...rest: readonly string[]): string
  /** A connection of its own to the same server, for commands that block: they would hold up all others. Whoever opens it closes it. */
  open(limits: CallLimits): RedisConnection
  /** The clients of every primary, for questions about the servers themselves. */
  servers(): Promise<readonly RedisClient[]>
  /** Closes the client if it was made here; a client of the host stays as it is. */
  close(): Promise<void>
}

/**
 * Connects to Redis when it is first used. `close` it in the end.
 *
 * Errors: `INVALID_INPUT` for an address that is none.
 *
 * @example
 * const redis = redisConnection({ url: 'redis://localhost:6379/0' })
 */
export function redisConnection(options: RedisConnectionOptions): RedisConnection {
  const logger = options.logger ?? silent
  const { client, owned } = openClient(options, logger)
  return new GuardedConnection(client, owned, { ...options, logger })
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} }

class GuardedConnection implements RedisConnection {
  readonly #client: RedisClient
  readonly #owned: boolean
  readonly #options: CommonOptions & { readonly logger: Logger }
  readonly #timeoutMs: number
  readonly #prefix: string
  readonly #breaker: CircuitBreaker
  #connecting: Promise<void> | undefined

  constructor(client: RedisClient, owned: boolean, options: CommonOptions & { readonly logger: Logger }) {
    const { timeoutMs = 100, prefix = 'cartwright:', breaker, logger, nowMs = () => performance.now() } = options
    this.#client = client
    this.#owned = owned
    this.#options = options
    this.#timeoutMs = timeoutMs
    this.#prefix = prefix
    this.#breaker = new CircuitBreaker({ ...breaker, nowMs, onChange: (state) => logger.warn({ dependency: 'redis', state }, 'the breaker of Redis changed') })
  }

  get state(): BreakerState {
    return this.#breaker.state
  }

  get sharded(): boolean {
    return this.#client.nodes !== undefined
  }

  call(command: string, args: readonly (string | number)[], { timeoutMs = this.#timeoutMs }: CallLimits = {}): Promise<unknown> {
    return this.#guarded(command, timeoutMs, () => this.#client.call(command, [...args]))
  }

  run(script: RedisScript, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    const parameters = [keys.length, ...keys, ...args]
    return this.#guarded(`script.${script.name}`, this.#timeoutMs, async () => {
      try {
        return await this.#client.call('evalsha', [script.sha1, ...parameters])
      } catch (error) {
        if (!isReply(error, 'NOSCRIPT')) throw error
        return await this.#client.call('eval', [script.lua, ...parameters])
      }
    })
  }

  key(feature: string, tag: string, ...rest: readonly string[]): string {
    return `${this.#prefix}${feature}:{${tag}}${rest.map((part) => `:${part}`).join('')}`
  }

  open(limits: CallLimits): RedisConnection {
    const client = this.#client.duplicate()
    client.on('error', (error) => this.#options.logger.debug({ dependency: 'redis', error: error.message }, 'a connection to Redis failed'))
    return new GuardedConnection(client, true, { ...this.#options, ...limits })
  }

  async servers(): Promise<readonly RedisClient[]> {
    await this.#guarded('connect', this.#timeoutMs, async () => undefined)
    return this.#client.nodes?.('master') ?? [this.#client]
  }

  async close(): Promise<void> {
    if (this.#owned && this.#client.status !== 'end') this.#client.disconnect()
  }

  #guarded(name: string, timeoutMs: number, send: () => Promise<unknown>): Promise<unknown> {
    return measure(`redis.${name}`, async () => {
      const pass = this.#breaker.enter()
      if (pass === undefined) throw unavailable('breaker_open')
      try {
        const answer = await inTime(timeoutMs, () => (this.#client.status === 'ready' ? send() : this.#connected().then(send)))
        pass.succeeded()
        return answer
      } catch (cause) {
        const error = asUnavailable(cause)
        // A server that refuses a command is there.
        if (error.details.reason === 'refused') pass.succeeded()
        else pass.failed()
        throw error
      }
    })
  }

  /** One attempt, however many wait for it. */
  #connected(): Promise<void> {
    this.#connecting ??= becomeReady(this.#client).finally(() => {
      this.#connecting = undefined
    })
    return this.#connecting
  }
}

/** Resolves when the client may be used, rejects when an attempt to connect ends otherwise. */
function becomeReady(client: RedisClient): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const settle = (tell: () => void) => () => {
    client.off('ready', onReady)
    client.off('close', onClose)
    client.off('end', onClose)
    tell()
  }
  const onReady = settle(resolve)
  const onClose = settle(() => reject(new Error('the connection to Redis is closed')))
  client.on('ready', onReady)
  client.on('close', onClose)
  client.on('end', onClose)
  if (client.status === 'end') onClose()
  else if (client.status === 'wait') client.connect().catch(onClose)
  return promise
}

const late = Symbol('late')

/** Rejects with `late` when there is no answer in time. Whatever comes afterwards is nobody's. */
async function inTime<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const { promise: deadline, reject } = Promise.withResolvers<never>()
  // What has come while the process was busy is read before the immediate: it is in time.
  const timer = setTimeout(() => setImmediate(() => reject(late)), timeoutMs)
  try {
    return await Promise.race([work(), deadline])
  } finally {
    clearTimeout(timer)
  }
}

/** Answers of a server that is there but cannot serve: it starts, has lost its primary or its majority, or is full. */
const awayReplies = ['LOADING', 'READONLY', 'MASTERDOWN', 'CLUSTERDOWN', 'TRYAGAIN', 'BUSY', 'OOM', 'MISCONF', 'NOREPLICAS', 'UNBLOCKED'] as const

function asUnavailable(cause: unknown): CommerceError<'DEPENDENCY_UNAVAILABLE'> {
  if (isCommerceError(cause, 'DEPENDENCY_UNAVAILABLE')) return cause
  if (cause === late) return unavailable('timeout')
  const refused = cause instanceof Error && cause.name === 'ReplyError' && !awayReplies.some((code) => isReply(cause, code))
  return unavailable(refused ? 'refused' : 'connection', cause)
}

function unavailable(reason: 'timeout' | 'connection' | 'refused' | 'breaker_open', cause?: unknown): CommerceError<'DEPENDENCY_UNAVAILABLE'> {
  return new CommerceError('DEPENDENCY_UNAVAILABLE', { details: { dependency: 'redis', reason }, cause })
}

function isReply(error: unknown, code: string): boolean {
  return error instanceof Error && error.message.startsWith(code)
}
