import { AsyncLocalStorage } from 'node:async_hooks'
import {
  CommerceError,
  type Diagnosis,
  type Migrations,
  type Now,
  type SnapshotOptions,
  type Storage,
  type StorageSnapshot,
  type StorageTransaction,
} from '@cartwright/core/ports'
import type { ReadOptions, SqlConnection, SqlConnections } from './engine/connection.ts'
import { JoinedConnections, type JoinedTransaction } from './engine/joined-connections.ts'
import type { OutboxSignal } from './engine/outbox-signal.ts'
import { keyOfReader } from './engine/reader-key.ts'
import { SavepointConnections } from './engine/savepoint-connections.ts'
import { OpenSession, type SqlSession } from './engine/session.ts'
import type { SqlDialect } from './engine/sql-dialect.ts'
import { allMigrations } from './migrations/all-migrations.ts'
import type { Migration } from './migrations/ddl.ts'
import { type MigratedCopies, type OnlineStep, SqlMigrations } from './migrations/migrator.ts'
import { SqlStores } from './sql-stores.ts'

/** What an adapter brings; the stores, the migrations and the rules of the storage port come with `sqlStorage`. */
export interface SqlStorageParts<HostTransaction = never> {
  readonly dialect: SqlDialect
  readonly connections: SqlConnections
  /** True for an embedded database, which a starting shop may migrate by itself. */
  readonly migratesOnStart: boolean
  /** The adapter's own findings on settings and health; pending migrations are checked here. */
  diagnose(): Promise<readonly Diagnosis[]>
  /** How to take part in a transaction of the host; absent where the engine cannot. @throws INVALID_INPUT for what is none */
  readonly join?: (hostTransaction: HostTransaction) => JoinedTransaction
  /** How processes hear of each other's events; absent where the engine has no way. */
  readonly signal?: OutboxSignal
  /** @default every migration of this version */
  readonly migrations?: readonly Migration[]
  /** How a new database starts as a copy of a migrated one; absent where each runs the steps. */
  readonly copies?: MigratedCopies | undefined
}

/** The storage port over an engine's connections. */
export function sqlStorage<HostTransaction = never>(parts: SqlStorageParts<HostTransaction>): Storage<HostTransaction> {
  return new SqlStorage(parts)
}

/** The callback that the present code runs in; `open` until it has returned. */
interface Scope {
  open: boolean
}

/** An engine's settings are looked at outside every transaction. */
function refuseDiagnosis(): Promise<never> {
  return Promise.reject(new CommerceError('NESTED_TRANSACTION', { details: {} }))
}

class SqlStorage<HostTransaction> implements Storage<HostTransaction> {
  readonly name: string
  readonly migratesOnStart: boolean
  readonly migrations: Migrations
  readonly watch?: (onChange: () => void) => { close(): Promise<void> }
  readonly within?: (hostTransaction: HostTransaction) => Storage
  readonly #parts: SqlStorageParts<HostTransaction>
  readonly #onAppend: () => void
  readonly #scope = new AsyncLocalStorage<Scope>()

  /** @param onAppend - hears of each commit that added events */
  constructor(parts: SqlStorageParts<HostTransaction>, onAppend: () => void = () => parts.signal?.appended()) {
    this.#parts = parts
    this.#onAppend = onAppend
    this.name = parts.dialect.name
    this.migratesOnStart = parts.migratesOnStart
    this.migrations = new SqlMigrations({
      dialect: parts.dialect,
      migrations: parts.migrations ?? allMigrations,
      migrate: (work, options) => this.#migrate(work, options),
      online: this.#online(),
      read: (work) => this.#read({ source: 'database' }, work, { fresh: true }),
      copies: parts.copies,
    })
    const { join, signal } = parts
    if (signal !== undefined) this.watch = (onChange) => signal.watch(onChange)
    if (join !== undefined) this.within = (hostTransaction) => this.#within(join(hostTransaction))
  }

  async transaction<T>(now: Now, work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    let appended = false
    const result = await this.#write(now, (session) => {
      appended = false
      const onAppend = () => {
        appended = true
      }
      return work(new SqlStores(session, onAppend))
    })
    if (appended) this.#onAppend()
    return result
  }

  async snapshot<T>(now: Now, work: (snapshot: StorageSnapshot) => Promise<T>, options: SnapshotOptions = {}): Promise<T> {
    const { fresh = false, reader } = options
    return await this.#read(now, (session) => work(new SqlStores(session)), { fresh, ...(reader === undefined ? {} : { reader: keyOfReader(reader) }) })
  }

  async together<T>(work: (storage: Storage) => Promise<T>): Promise<T> {
    this.refuseNested()
    let appended = false
    const onAppend = () => {
      appended = true
    }
    const result = await this.#parts.connections.write((connection) => {
      appended = false
      const connections = new SavepointConnections(connection)
      const joined = this.#on(connections, this.#parts.dialect, onAppend)
      return this.#inScope(async () => {
        try {
          return await work(joined)
        } finally {
          await connections.end()
        }
      })
    })
    if (appended) this.#onAppend()
    return result
  }

  async diagnose(): Promise<readonly Diagnosis[]> {
    this.refuseNested()
    return [...(await this.#parts.diagnose()), await this.#diagnoseSchema()]
  }

  async close(): Promise<void> {
    this.refuseNested()
    await this.#parts.signal?.close()
    await this.#parts.connections.close()
  }

  /** Work that merely began inside a callback which has since returned is free to use the storage again. */
  refuseNested(): void {
    if (this.#scope.getStore()?.open) throw new CommerceError('NESTED_TRANSACTION', { details: {} })
  }

  #within({ dialect, ...transaction }: JoinedTransaction): Storage {
    this.refuseNested()
    return this.#on(new JoinedConnections(transaction), dialect, () => undefined)
  }

  /** The same stores in a transaction that is open already. */
  #on(connections: SqlConnections, dialect: SqlDialect, onAppend: () => void): Storage {
    const { join: _join, signal: _signal, copies: _copies, ...parts } = this.#parts
    return new SqlStorage({ ...parts, dialect, connections, diagnose: refuseDiagnosis }, onAppend)
  }

  #write<T>(now: Now, work: (session: SqlSession) => Promise<T>): Promise<T> {
    this.refuseNested()
    return this.#parts.connections.write((connection) => this.#run(connection, now, work))
  }

  #migrate<T>(work: (session: SqlSession) => Promise<T>, options: { readonly rebuildsTables: boolean }): Promise<T> {
    this.refuseNested()
    return this.#parts.connections.migrate((connection) => this.#run(connection, { source: 'database' }, work), options)
  }

  #online(): OnlineStep | undefined {
    const { connections } = this.#parts
    const migrateOnline = connections.migrateOnline?.bind(connections)
    return (
      migrateOnline &&
      (async (work) => {
        this.refuseNested()
        return await migrateOnline((connection, build) => this.#run(connection, { source: 'database' }, (session) => work(session, build)))
      })
    )
  }

  #read<T>(now: Now, work: (session: SqlSession) => Promise<T>, options: ReadOptions): Promise<T> {
    this.refuseNested()
    return this.#parts.connections.read((connection) => this.#run(connection, now, work), options)
  }

  async #run<T>(connection: SqlConnection, now: Now, work: (session: SqlSession) => Promise<T>): Promise<T> {
    const session = new OpenSession(this.#parts.dialect, connection, now.source === 'value' ? now.at : await connection.now())
    try {
      return await this.#inScope(() => work(session))
    } finally {
      session.close()
    }
  }

  async #inScope<T>(work: () => Promise<T>): Promise<T> {
    const scope: Scope = { open: true }
    try {
      return await this.#scope.run(scope, work)
    } finally {
      scope.open = false
    }
  }

  async #diagnoseSchema(): Promise<Diagnosis> {
    try {
      const pending = await this.migrations.plan('up')
      if (pending.length === 0) return { check: 'schema', status: 'ok', message: 'Every migration has been applied.', remedy: null }
      const names = pending.map(({ name }) => name).join(', ')
      return { check: 'schema', status: 'warning', message: `Migrations are pending: ${names}.`, remedy: 'Run `cartwright migrate`.' }
    } catch (error) {
      if (!(error instanceof CommerceError) || error.code !== 'SCHEMA_MISMATCH') throw error
      return { check: 'schema', status: 'error', message: error.message, remedy: 'Run the version of Cartwright that made this schema, or a newer one.' }
    }
  }
}
