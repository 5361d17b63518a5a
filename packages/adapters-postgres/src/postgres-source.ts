import { Pool, type PoolConfig } from 'pg'
import { GradualPool } from './gradual-pool.ts'
import type { PostgresClient, PostgresPool } from './postgres-pool.ts'

/** How long to wait for what, in ms. */
export interface SourceTimeouts {
  /** Until a connection is made; then it is tried once more. */
  readonly connectMs: number
  /** Until one of the pool's connections is free. */
  readonly poolMs: number
  readonly statementMs: number
  readonly lockMs: number
  /** How long a transaction may stand open between two statements before Postgres ends it. */
  readonly idleInTransactionMs: number
}

/** Where connections come from. */
export interface PostgresSource {
  readonly timeouts: SourceTimeouts
  /** How many connections writing transactions may hold at once. */
  readonly writers: number
  readonly readers: number
  /** Whether a statement prepared once may be used in later transactions. */
  readonly namesStatements: boolean
  /** Whether connections have the timeouts already, and never compile statements, or each transaction sees to both. */
  readonly carriesTimeouts: boolean
  connect(): Promise<PostgresClient>
  /** Closes what was opened here. Doing it twice does nothing more. */
  close(): Promise<void>
}

export interface SourceParts {
  readonly timeouts: SourceTimeouts
  readonly writers: number
  readonly readers: number
  /** How many connections questions about the server itself may use, beside all others. @default 0 */
  readonly askers?: number
  readonly pgbouncer: boolean
}

/** A pool of our own. Nothing is connected before the first use. */
export function ownSource({ timeouts, writers, readers, askers = 0, pgbouncer }: SourceParts, url: string, ssl: PoolConfig['ssl']): PostgresSource {
  const { statementMs, lockMs, idleInTransactionMs } = timeouts
  // pgbouncer refuses a connection that asks for settings.
  const carried = {
    statement_timeout: statementMs,
    lock_timeout: lockMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    // Statements of a shop are over sooner than they could be compiled: a page of a listing that takes 1 ms took 2 s. What the host set for `pg` stays.
    options: ['-c jit=off', process.env.PGOPTIONS].filter(Boolean).join(' '),
  }
  const pool = new Pool({
    connectionString: url,
    ...(ssl === undefined ? {} : { ssl }),
    max: writers + readers + askers,
    connectionTimeoutMillis: timeouts.connectMs,
    keepAlive: true,
    application_name: 'cartwright',
    pipeline: true,
    ...(pgbouncer ? {} : carried),
  } as PoolConfig)
  // An idle connection that breaks is replaced; without a listener its error would end the process.
  pool.on('error', () => undefined)
  // The same while one is handed over: the pool listens no more, and who asked for it not yet.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const gradual = new GradualPool(pool, timeouts.connectMs)
  let ended: Promise<void> | undefined
  const end = () => {
    ended ??= pool.end()
    return ended
  }
  return {
    timeouts,
    writers,
    readers,
    namesStatements: !pgbouncer,
    carriesTimeouts: !pgbouncer,
    connect: () => gradual.connect(),
    close: end,
  }
}

/** A pool that the host opened and closes. */
export function hostSource({ timeouts, writers, readers, pgbouncer }: SourceParts, pool: PostgresPool): PostgresSource {
  return {
    timeouts,
    writers,
    readers,
    namesStatements: !pgbouncer,
    carriesTimeouts: false,
    connect: () => pool.connect(),
    close: async () => undefined,
  }
}
