import { CommerceError, type Storage } from '@cartwright/core/ports'
import { sqlStorage } from '@cartwright/storage-sql'
import { Client, type PoolConfig } from 'pg'
import { diagnosePostgres } from './diagnose.ts'
import type { PostgresHostTransaction } from './host-transaction.ts'
import { joinTransaction } from './join-transaction.ts'
import { type Listening, type ListeningClient, PostgresOutboxSignal } from './outbox-signal.ts'
import { PostgresConnections } from './postgres-connections.ts'
import { postgresDialect } from './postgres-dialect.ts'
import type { PostgresPool } from './postgres-pool.ts'
import { hostSource, ownSource, type PostgresSource, type SourceTimeouts } from './postgres-source.ts'

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
  /** In ms. @default { connectMs: 1000, poolMs: 5000, statementMs: 5000, lockMs: 500, idleInTransactionMs: 10000 } */
  readonly timeouts?: Partial<SourceTimeouts>
}

interface UrlOptions extends CommonOptions {
  /** `postgres://user:password@host:port/database`. The storage opens a pool of its own, when it is first used, and closes it. */
  readonly url: string
  /** Passed on to `pg`; the address may ask for TLS as well, by `sslmode`. */
  readonly ssl?: PoolConfig['ssl']
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
  const connections = new PostgresConnections(source)
  return sqlStorage({
    dialect: postgresDialect,
    connections,
    migratesOnStart: false,
    diagnose: () => diagnosePostgres(connections),
    join: joinTransaction,
    signal: new PostgresOutboxSignal({ connect: () => source.connect(), listen: options.pgbouncer === true ? undefined : () => listen(options) }),
  })
}

/** A connection of its own, or one of the host's pool for as long as it listens. */
async function listen({ pool, url, ssl, timeouts }: PostgresStorageOptions & { readonly ssl?: PoolConfig['ssl'] }): Promise<Listening> {
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

/** Where the connections of these options come from. @throws INVALID_INPUT */
export function chooseSource(options: PostgresStorageOptions): PostgresSource {
  const { writers = 10, readers = 10, pgbouncer = false } = options
  for (const [name, value] of Object.entries({ writers, readers })) {
    if (!Number.isInteger(value) || value < 1) throw invalid(name, 'must be a whole number of at least 1')
  }
  const timeouts = { ...defaultTimeouts, ...options.timeouts }
  for (const [name, value] of Object.entries(timeouts)) {
    if (!Number.isInteger(value) || value < 1) throw invalid(`timeouts.${name}`, 'must be a whole number of milliseconds')
  }
  const parts = { timeouts, writers, readers, pgbouncer }
  if (options.pool !== undefined) return hostSource(parts, options.pool)
  if (!/^postgres(?:ql)?:\/\//.test(options.url)) throw invalid('url', 'must begin with postgres://')
  return ownSource(parts, options.url, options.ssl)
}

function invalid(path: string, message: string): CommerceError {
  return new CommerceError('INVALID_INPUT', { details: { issues: [{ path, message }] }, message: `${path} ${message}` })
}
