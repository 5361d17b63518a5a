import { CommerceError, type Storage } from '@cartwright/core/ports'
import { sqlStorage } from '@cartwright/storage-sql'
import { Client, type PoolConfig } from 'pg'
import { Bookmarks } from './bookmarks.ts'
import { diagnosePostgres } from './diagnose.ts'
import { diagnoseReplicas } from './diagnose-replicas.ts'
import type { PostgresHostTransaction } from './host-transaction.ts'
import { joinTransaction } from './join-transaction.ts'
import { type Listening, type ListeningClient, PostgresOutboxSignal } from './outbox-signal.ts'
import { PostgresConnections } from './postgres-connections.ts'
import { postgresDialect } from './postgres-dialect.ts'
import type { PostgresPool } from './postgres-pool.ts'
import { hostSource, ownSource, type PostgresSource, type SourceParts, type SourceTimeouts } from './postgres-source.ts'
import { ReplicaSet } from './replica-set.ts'
import { ReplicatedConnections } from './replicated-connections.ts'

interface CommonOptions {
  /** How many connections checkouts and other writing transactions may use at once. @default 10 */
  readonly writers?: number
  /** How many connections reading may use at once; browsing never takes a writer's. @default 10 */
  readonly readers?: number
  /**
   * True when the address is pgbouncer's in transaction mode: statements are then not prepared by name, and each transaction sets its own timeouts.
   * @default false
   */
  readonly pgbouncer?: boolean
  /**
   * Streaming replicas for reads that may be a little old, in turn: an address, for which a pool is opened and closed as for `url`, or a pool of the host's.
   * `readers`, `pgbouncer`, `timeouts` and `ssl` are those of the primary, for each. Each must be one server, always the same.
   *
   * Catalogue reads, carts and orders that are looked at go there; a buyer finds what was written for them in this process. Everything else, and what no
   * replica can answer, goes to the primary. @default none
   */
  readonly replicas?: readonly (string | PostgresPool)[]
  /** How old what a replica reads may be, in ms; one that is further behind is left out until it has caught up. @default 5000 */
  readonly maxLagMs?: number
  /** How often the servers are asked how far they are, in ms, while somebody reads; less than `maxLagMs`. @default 1000 */
  readonly probeIntervalMs?: number
  /** Passed on to `pg` for pools that are opened here; an address may ask for TLS as well, by `sslmode`. */
  readonly ssl?: PoolConfig['ssl']
  /** In ms. @default { connectMs: 1000, poolMs: 5000, statementMs: 5000, lockMs: 500, idleInTransactionMs: 10000 } */
  readonly timeouts?: Partial<SourceTimeouts>
}

interface UrlOptions extends CommonOptions {
  /** `postgres://user:password@host:port/database`. The storage opens a pool of its own, when it is first used, and closes it. */
  readonly url: string
  readonly pool?: undefined
}

interface PoolOptions extends CommonOptions {
  /**
   * A pool of `pg`, which the host keeps and closes. It needs `writers` + `readers` connections to serve both fully. With `pipeline: true` among its options,
   * a transaction's first statement costs no round trip more than the statement itself.
   */
  readonly pool: PostgresPool
  readonly url?: undefined
}

export type PostgresStorageOptions = UrlOptions | PoolOptions

const defaultTimeouts: SourceTimeouts = { connectMs: 1_000, poolMs: 5_000, statementMs: 5_000, lockMs: 500, idleInTransactionMs: 10_000 }

/**
 * Keeps a shop in a Postgres database, version 15 or newer, for any number of processes. Nothing is connected before the first use.
 *
 * Errors: `STORAGE_BUSY` when a lock, a statement or a connection takes longer than its timeout, or deadlocks keep coming; `STORAGE_UNAVAILABLE` when the
 * database cannot be reached or the connection broke before COMMIT, and nothing was written; `OUTCOME_UNKNOWN` when it broke at COMMIT.
 *
 * @example
 * const commerce = await createCommerce({ storage: postgresStorage({ url: process.env.DATABASE_URL }), currency: 'USD' })
 */
export function postgresStorage(options: PostgresStorageOptions): Storage<PostgresHostTransaction> {
  const source = chooseSource(options)
  const { maxLagMs = 5_000, probeIntervalMs = 1_000 } = options
  requireWhole({ maxLagMs, probeIntervalMs })
  if (probeIntervalMs >= maxLagMs) throw invalid('probeIntervalMs', 'must be less than maxLagMs')
  const signal = new PostgresOutboxSignal({ connect: () => source.connect(), listen: options.pgbouncer === true ? undefined : () => listen(options) })
  const common = { dialect: postgresDialect, migratesOnStart: false, join: joinTransaction, signal }
  if (options.replicas === undefined || options.replicas.length === 0) {
    const connections = new PostgresConnections(source)
    return sqlStorage({ ...common, connections, diagnose: () => diagnosePostgres(connections) })
  }
  const nowMs = () => performance.now()
  const bookmarks = new Bookmarks(maxLagMs, nowMs)
  const primary = new PostgresConnections(source, bookmarks)
  const copies = replicaSources(options, options.replicas).map((replica) => new PostgresConnections(replica))
  const replicas = new ReplicaSet({ primary, replicas: copies, bookmarks, maxLagMs, probeIntervalMs, nowMs, random: Math.random })
  const diagnose = async () => [...(await diagnosePostgres(primary)), ...(await diagnoseReplicas(primary, copies, maxLagMs))]
  return sqlStorage({ ...common, connections: new ReplicatedConnections({ primary, replicas, bookmarks }), diagnose })
}

/** A connection of its own, or one of the host's pool for as long as it listens. */
async function listen({ pool, url, ssl, timeouts }: PostgresStorageOptions): Promise<Listening> {
  if (pool !== undefined) {
    const client = await pool.connect()
    return { client: client as unknown as ListeningClient, close: async () => client.release(true) }
  }
  const connectionTimeoutMillis = timeouts?.connectMs ?? defaultTimeouts.connectMs
  const client = new Client({
    connectionString: url,
    keepAlive: true,
    application_name: 'cartwright',
    connectionTimeoutMillis,
    ...(ssl === undefined ? {} : { ssl }),
  })
  // A connection that never came about reports twice.
  client.on('error', () => undefined)
  await client.connect()
  return { client, close: () => client.end() }
}

/** Where the connections to the primary come from. @throws INVALID_INPUT */
export function chooseSource(options: PostgresStorageOptions): PostgresSource {
  const parts = sourceParts(options)
  return options.pool === undefined ? ownSource(parts, postgresUrl('url', options.url), options.ssl) : hostSource(parts, options.pool)
}

function sourceParts({ writers = 10, readers = 10, pgbouncer = false, timeouts, replicas = [] }: PostgresStorageOptions): SourceParts {
  for (const [name, value] of Object.entries({ writers, readers })) {
    if (!Number.isInteger(value) || value < 1) throw invalid(name, 'must be a whole number of at least 1')
  }
  const all = { ...defaultTimeouts, ...timeouts }
  for (const [name, value] of Object.entries(all)) requireWhole({ [`timeouts.${name}`]: value })
  return { timeouts: all, writers, readers, askers: replicas.length > 0 ? 1 : 0, pgbouncer }
}

/** A replica has no writers. */
function replicaSources(options: PostgresStorageOptions, replicas: readonly (string | PostgresPool)[]): readonly PostgresSource[] {
  const parts = { ...sourceParts(options), writers: 0 }
  return replicas.map((replica, index) =>
    typeof replica === 'string' ? ownSource(parts, postgresUrl(`replicas.${index}`, replica), options.ssl) : hostSource(parts, replica),
  )
}

function postgresUrl(path: string, url: string): string {
  if (!/^postgres(?:ql)?:\/\//.test(url)) throw invalid(path, 'must begin with postgres://')
  return url
}

function requireWhole(durations: Readonly<Record<string, number>>): void {
  for (const [path, value] of Object.entries(durations)) {
    if (!Number.isInteger(value) || value < 1) throw invalid(path, 'must be a whole number of milliseconds')
  }
}

function invalid(path: string, message: string): CommerceError {
  return new CommerceError('INVALID_INPUT', { details: { issues: [{ path, message }] }, message: `${path} ${message}` })
}
