import { setTimeout as sleep } from 'node:timers/promises'
import { isCommerceError } from '@cartwright/core/ports'
import type { IndexBuild, SqlConnection, SqlConnections } from '@cartwright/storage-sql'
import type { Bookmarks } from './bookmarks.ts'
import { buildIndex } from './build-index.ts'
import { Lane } from './lane.ts'
import { PostgresConnection } from './postgres-connection.ts'
import { asCommerceError, isStatementTimeout, storageBusy, storageUnavailable } from './postgres-errors.ts'
import type { PostgresClient } from './postgres-pool.ts'
import type { PostgresSource, SourceTimeouts } from './postgres-source.ts'
import { StatementNames } from './statement-names.ts'
import type { WalPosition } from './wal-position.ts'

/** How often a transaction that Postgres gave up for a passing reason is run once more. */
const maxRetries = 3
const longestPauseMs = 40
/** How often a migration asks again for a lock that it did not get in time, so that it never makes the shop queue behind it for long. */
const maxLockRetries = 100
/** How much later than the server the client gives up waiting for an answer, in ms. */
const graceMs = 1_000
/**
 * Takes the lock around migrations if it is free. Waiting for it inside a statement would keep a snapshot, which an index that another process builds waits for.
 * Any number will do, as long as nothing else takes the same advisory lock: "cartwrig" in ASCII.
 */
const takeMigrationLock = 'SELECT pg_try_advisory_xact_lock(7161130727041558887) AS taken'

/** Another process is at work on a step of the schema. */
class StepOfAnother extends Error {}

/** What came of a snapshot that was tried on a replica: `behind` when it has not replayed far enough, `failed` when Postgres did not answer everything. */
export type TriedRead<T> =
  | { readonly outcome: 'read'; readonly value: T }
  | { readonly outcome: 'behind' }
  /** `lost`: the replica is not there, or the connection to it broke. */
  | { readonly outcome: 'failed'; readonly lost: boolean }

/** Transactions on a pool: writers and readers each have their own share of it, so that browsing never keeps a checkout waiting for a connection. */
export class PostgresConnections implements SqlConnections {
  readonly #source: PostgresSource
  readonly #names: StatementNames | undefined
  readonly #writes: Lane
  readonly #reads: Lane
  readonly #bookmarks: Bookmarks | undefined
  #closed = false

  /** @param bookmarks - notes for whom was written, for replicas to be asked whether they have it. */
  constructor(source: PostgresSource, bookmarks?: Bookmarks) {
    this.#source = source
    this.#bookmarks = bookmarks
    this.#names = source.namesStatements ? new StatementNames() : undefined
    this.#writes = new Lane(source.writers, source.timeouts.poolMs)
    this.#reads = new Lane(source.readers, source.timeouts.poolMs)
  }

  /** READ COMMITTED: what a verb decides on, it guards in the statement that writes. Run again when Postgres broke a deadlock by ending it. */
  async write<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    const begin = `BEGIN ISOLATION LEVEL READ COMMITTED${this.#settings(this.#source.timeouts)}`
    return await this.#inLane(this.#writes, () => this.#retrying((onFailure) => this.#transaction(begin, this.#answerDeadlineMs, work, onFailure)))
  }

  /** One at a time among all processes. A step may take as long as it needs, but asks for its locks again and again rather than make everybody wait behind it. */
  async migrate<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    const { lockMs } = this.#source.timeouts
    const limits = `SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = ${lockMs}`
    const begin = `BEGIN ISOLATION LEVEL READ COMMITTED; ${limits}`
    const alone = async (connection: SqlConnection) => {
      const { rows } = await connection.execute(takeMigrationLock, [])
      if (!(rows[0] as { readonly taken: boolean }).taken) throw new StepOfAnother()
      return await work(connection)
    }
    return await this.#inLane(this.#writes, async () => {
      for (let retries = 0; ; ) {
        try {
          return await this.#transaction(begin, undefined, alone, () => undefined)
        } catch (error) {
          if (isCommerceError(error, 'STORAGE_BUSY') && retries < maxLockRetries) retries += 1
          else if (!(error instanceof StepOfAnother)) throw error
          await sleep(Math.random() * lockMs)
        }
      }
    })
  }

  /**
   * The step's own transaction stays open meanwhile, to keep other processes out and to note the step when it is done. It is READ COMMITTED and idle, so it has
   * no snapshot that building an index would wait for.
   */
  async migrateOnline<T>(work: (connection: SqlConnection, build: (index: IndexBuild) => Promise<void>) => Promise<T>): Promise<T> {
    const build = async (connection: SqlConnection, index: IndexBuild) => {
      // A query keeps its snapshot until the next one takes its place; this one needs none.
      await connection.execute(`SET LOCAL lock_timeout = ${this.#source.timeouts.lockMs}`, [])
      const client = await withinDeadline(this.#source.connect(), this.#source.timeouts.poolMs)
      const ownSession = this.#source.namesStatements
      try {
        await buildIndex(client, index, ownSession)
      } finally {
        client.release(ownSession)
      }
    }
    return await this.migrate((connection) => work(connection, (index) => build(connection, index)))
  }

  /** REPEATABLE READ: everything in it sees one moment. */
  async read<T>(work: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    if (this.#closed) throw storageUnavailable('The storage has been closed')
    await this.#reads.enter()
    let ended = Promise.resolve()
    try {
      return await this.#retrying((onFailure) =>
        this.#snapshot(work, onFailure, (ending) => {
          ended = ending
        }),
      )
    } finally {
      // The place is free when the connection is; what was read need not wait for that.
      ended.then(() => this.#reads.leave())
    }
  }

  /**
   * The same on a replica, once.
   *
   * @param position - up to where it must have replayed; 0 for anywhere.
   * @throws what `work` throws by itself, and STORAGE_BUSY when a statement took too long: it would on the primary too
   */
  async tryRead<T>(work: (connection: SqlConnection) => Promise<T>, position: WalPosition): Promise<TriedRead<T>> {
    if (this.#closed) throw storageUnavailable('The storage has been closed')
    try {
      await this.#reads.enter()
    } catch {
      return { outcome: 'failed', lost: false }
    }
    try {
      const connection = await this.#connect(this.#answerDeadlineMs).catch(() => undefined)
      return connection === undefined ? { outcome: 'failed', lost: true } : await this.#snapshotAt(connection, position, work)
    } finally {
      this.#reads.leave()
    }
  }

  /** Asks the server something about itself: one statement that gives one row, past the lanes, so that a crowd does not keep it waiting. */
  async ask(sql: string): Promise<unknown> {
    if (this.#closed) throw storageUnavailable('The storage has been closed')
    const connection = await this.#connect(this.#answerDeadlineMs)
    try {
      return (await connection.execute(sql, [])).rows[0]
    } finally {
      connection.release()
    }
  }

  /** Whether the options say that transactions may each get another server connection. */
  get isPooled(): boolean {
    return !this.#source.namesStatements
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([this.#writes.idle(), this.#reads.idle()])
    await this.#source.close()
  }

  get #answerDeadlineMs(): number {
    return this.#source.timeouts.statementMs + graceMs
  }

  /** Timeouts of one transaction, and no compiling, for connections that do not carry them themselves. */
  #settings({ statementMs, lockMs, idleInTransactionMs }: SourceTimeouts): string {
    if (this.#source.carriesTimeouts) return ''
    const settings = { statement_timeout: statementMs, lock_timeout: lockMs, idle_in_transaction_session_timeout: idleInTransactionMs, jit: 'off' }
    return Object.entries(settings)
      .map(([name, value]) => `; SET LOCAL ${name} = ${value}`)
      .join('')
  }

  async #inLane<T>(lane: Lane, work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw storageUnavailable('The storage has been closed')
    await lane.enter()
    try {
      return await work()
    } finally {
      lane.leave()
    }
  }

  async #retrying<T>(attempt: (onFailure: (transient: boolean) => void) => Promise<T>): Promise<T> {
    for (let retries = 0; ; retries += 1) {
      let transient = false
      try {
        return await attempt((isTransient) => {
          transient = isTransient
        })
      } catch (error) {
        if (!transient || retries >= maxRetries) throw error
        await sleep(Math.random() * Math.min(5 * 2 ** retries, longestPauseMs))
      }
    }
  }

  async #transaction<T>(
    begin: string,
    answerDeadlineMs: number | undefined,
    work: (connection: SqlConnection) => Promise<T>,
    onFailure: (transient: boolean) => void,
  ): Promise<T> {
    const connection = await this.#connect(answerDeadlineMs)
    try {
      connection.begin(begin)
      const result = await work(connection)
      await connection.commit()
      return result
    } catch (error) {
      onFailure(connection.failedTransiently)
      await connection.end()
      throw error
    } finally {
      connection.release()
    }
  }

  get #beginSnapshot(): string {
    return `BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY${this.#settings(this.#source.timeouts)}`
  }

  async #snapshot<T>(
    work: (connection: PostgresConnection) => Promise<T>,
    onFailure: (transient: boolean) => void,
    onEnd: (ending: Promise<void>) => void,
  ): Promise<T> {
    const connection = await this.#connect(this.#answerDeadlineMs)
    try {
      connection.begin(this.#beginSnapshot)
      return await work(connection)
    } catch (error) {
      onFailure(connection.failedTransiently)
      throw error
    } finally {
      onEnd(connection.end().then(() => connection.release()))
    }
  }

  /** What `work` reads counts only if the replica turns out to have come far enough; to wait for that first would cost a round trip. */
  async #snapshotAt<T>(connection: PostgresConnection, position: WalPosition, work: (connection: SqlConnection) => Promise<T>): Promise<TriedRead<T>> {
    try {
      const hasReplayed = position === 0 ? Promise.resolve(true) : connection.hasReplayed(position)
      connection.begin(this.#beginSnapshot)
      const [come, ended] = await Promise.allSettled([hasReplayed, work(connection)])
      const { failure } = connection
      if (failure !== undefined && !isStatementTimeout(failure)) return { outcome: 'failed', lost: connection.isBroken }
      if (come.status === 'fulfilled' && !come.value) return { outcome: 'behind' }
      if (ended.status === 'rejected') throw ended.reason
      return { outcome: 'read', value: ended.value }
    } finally {
      await connection.end()
      connection.release()
    }
  }

  async #connect(answerDeadlineMs: number | undefined): Promise<PostgresConnection> {
    const client = await withinDeadline(this.#source.connect(), this.#source.timeouts.poolMs)
    return new PostgresConnection({ client, names: this.#names, answerDeadlineMs, bookmarks: this.#bookmarks })
  }
}

/** A host may use its pool for other things and leave no connection; one that comes too late goes back at once. */
async function withinDeadline(connecting: Promise<PostgresClient>, deadlineMs: number): Promise<PostgresClient> {
  let late = false
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late = true
      reject(storageBusy(`The pool gave no connection within ${deadlineMs} ms`))
    }, deadlineMs)
  })
  connecting.then(
    (client) => {
      if (late) client.release()
    },
    () => undefined,
  )
  try {
    return await Promise.race([connecting, deadline])
  } catch (error) {
    throw asCommerceError(error)
  } finally {
    clearTimeout(timer)
  }
}
