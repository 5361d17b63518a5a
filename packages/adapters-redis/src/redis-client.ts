import { CommerceError, type Logger } from '@cartwright/core/ports'
import { Cluster, Redis, type RedisOptions } from 'ioredis'

/** The few members of an `ioredis` client, `Redis` or `Cluster`, that are called. */
export interface RedisClient {
  readonly status: string
  connect(): Promise<unknown>
  call(command: string, args: (string | number)[]): Promise<unknown>
  on(event: 'ready' | 'close' | 'end' | 'error', listener: (error: Error) => void): unknown
  off(event: 'ready' | 'close' | 'end' | 'error', listener: (error: Error) => void): unknown
  duplicate(): RedisClient
  disconnect(): void
  /** Of a Cluster: a client for each of its primaries. */
  nodes?(role: 'master'): readonly RedisClient[]
}

/** One Redis: `redis://user:password@host:port/database`, or `rediss://` over TLS. */
interface SingleServer {
  readonly url: string
}

/** A Redis whose primary the Sentinels name. */
interface Sentinels {
  readonly sentinels: {
    /** Of the Sentinels, `redis://user:password@host:port`, at least one. */
    readonly urls: readonly string[]
    /** What they call the primary and its replicas. */
    readonly group: string
    /** The database in that Redis, and how to log in to it. @default database 0, without a password */
    readonly database?: number
    readonly username?: string
    readonly password?: string
  }
}

/** Several Redis that share the keys among them. */
interface ClusterNodes {
  /** Of some nodes, at least one; the others are asked for. Their user and password are the first one's. */
  readonly cluster: readonly string[]
}

/** A client of the host, which connects and closes it. */
interface HostClient {
  readonly client: RedisClient
}

/** Where Redis is, in one of four ways. */
export type RedisServer = SingleServer | Sentinels | ClusterNodes | HostClient

/** The client and what to do with it in the end. */
interface OpenedClient {
  readonly client: RedisClient
  /** True for a client that was made here. */
  readonly owned: boolean
}

/** The first connection may take so long, as with a database. */
const connectTimeoutMs = 1_000
/** A server that owes an answer for so long is taken for dead, and its connection broken. */
const socketTimeoutMs = 2_000

/** Nothing is queued for a server that is away, and nothing sent twice: whoever asked has long been told that it failed. */
const common = {
  lazyConnect: true,
  connectTimeout: connectTimeoutMs,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  connectionName: 'cartwright',
  // A primary that a failover has made a replica: ask where the new one is.
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
} satisfies RedisOptions

/** Makes a client that is not connected yet, or takes the host's. @throws INVALID_INPUT */
export function openClient(server: RedisServer, logger: Logger): OpenedClient {
  if ('client' in server) return { client: server.client, owned: false }
  const client = buildClient(server)
  // Each failed call tells of it already; without a listener it would be printed.
  client.on('error', (error) => logger.debug({ dependency: 'redis', error: error.message }, 'a connection to Redis failed'))
  return { client, owned: true }
}

function buildClient(server: SingleServer | Sentinels | ClusterNodes): RedisClient {
  if ('url' in server) {
    return new Redis({ ...common, ...addressOf('url', server.url), retryStrategy, socketTimeout: socketTimeoutMs, enableOfflineQueue: false })
  }
  if ('sentinels' in server) {
    const { urls, group, database = 0, username, password } = server.sentinels
    const addresses = urls.map((url, index) => addressOf(`sentinels.urls.${index}`, url))
    const [first] = addresses
    if (first === undefined) throw invalid('sentinels.urls', 'must name at least one')
    const sentinels = addresses.map(({ host, port }) => ({ host, port }))
    const login = { ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) }
    const sentinelLogin = first.password === undefined ? {} : { sentinelPassword: first.password, sentinelUsername: first.username ?? 'default' }
    const tls = first.tls === undefined ? {} : { tls: first.tls, sentinelTLS: first.tls, enableTLSForSentinelMode: true }
    const asking = { sentinels, name: group, sentinelRetryStrategy: retryStrategy, sentinelCommandTimeout: connectTimeoutMs, ...sentinelLogin, ...tls }
    return new Redis({ ...common, ...asking, ...login, db: database, retryStrategy, socketTimeout: socketTimeoutMs, enableOfflineQueue: false })
  }
  const addresses = server.cluster.map((url, index) => addressOf(`cluster.${index}`, url))
  const [first] = addresses
  if (first === undefined) throw invalid('cluster', 'must name at least one node')
  const { host: _host, port: _port, db: _db, ...login } = first
  return new Cluster(
    addresses.map(({ host, port }) => ({ host, port })),
    {
      lazyConnect: true,
      clusterRetryStrategy: retryStrategy,
      slotsRefreshTimeout: connectTimeoutMs,
      redisOptions: { ...common, ...login, socketTimeout: socketTimeoutMs },
    },
  ) as RedisClient
}

/** Tries again soon, then every two seconds, not all processes at once. */
function retryStrategy(attempt: number): number {
  const pauseMs = Math.min(50 * 2 ** Math.min(attempt, 10), 2_000)
  return pauseMs / 2 + (Math.random() * pauseMs) / 2
}

interface Address {
  readonly host: string
  readonly port: number
  readonly db: number
  readonly username?: string
  readonly password?: string
  readonly tls?: Record<never, never>
}

function addressOf(path: string, text: string): Address {
  const url = URL.parse(text)
  if (url === null || !/^rediss?:$/.test(url.protocol)) throw invalid(path, 'must begin with redis:// or rediss://')
  const database = url.pathname.slice(1)
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 6379 : Number(url.port),
    db: /^\d+$/.test(database) ? Number(database) : 0,
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  }
}

function invalid(path: string, message: string): CommerceError {
  return new CommerceError('INVALID_INPUT', { details: { issues: [{ path, message }] }, message: `${path} ${message}` })
}
