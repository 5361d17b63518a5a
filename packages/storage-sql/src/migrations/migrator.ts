import { createHash } from 'node:crypto'
import { CommerceError, type MigrationState, type Migrations } from '@cartwright/core/ports'
import { sql } from 'kysely'
import type { IndexBuild } from '../engine/connection.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlDialect } from '../engine/sql-dialect.ts'
import type { Migration } from './ddl.ts'
import { createIndex } from './index-migration.ts'

/** Runs `work` in a transaction or snapshot of its own. */
type InSession = <T>(work: (session: SqlSession) => Promise<T>) => Promise<T>

interface MigratorParts {
  readonly dialect: SqlDialect
  readonly migrations: readonly Migration[]
  /** The table that keeps what was applied. @default schema_migrations */
  readonly ledger?: string
  /** The same for a step, while no other process runs one. */
  readonly migrate: <T>(work: (session: SqlSession) => Promise<T>, options: { readonly rebuildsTables: boolean }) => Promise<T>
  /** The same for a step that builds indexes beside the work of others; undefined where the engine has no such way. */
  readonly online?: OnlineStep | undefined
  readonly read: InSession
  /** Absent where every database runs the steps. */
  readonly copies?: MigratedCopies | undefined
}

/** How an engine makes a new database from one that has every step, where that is cheaper than to run them. */
export interface MigratedCopies {
  /** Makes the database a copy of what was kept. @returns false when nothing was kept, or something has used the database already */
  tryCopy(): boolean
  /** Keeps what the database is now, inside the transaction that ran every step: nothing else is in it. */
  keep(): void
}

/** Runs a step whose `build` makes one index outside of the step's transaction. */
export type OnlineStep = <T>(work: (session: SqlSession, build: (index: IndexBuild) => Promise<void>) => Promise<T>) => Promise<T>

interface Applied {
  readonly name: string
  readonly checksum: string
  readonly appliedAt: Date
}

/**
 * The schema's steps over one database. What was applied is kept in a table, with a checksum of the SQL that ran: a database that holds a step
 * this version does not know, or knows otherwise, is refused with `SCHEMA_MISMATCH` rather than guessed at.
 */
export class SqlMigrations implements Migrations {
  readonly #parts: MigratorParts
  readonly #ledger: string
  /** Of each step once: every step that is applied looks at all before it. */
  readonly #checksums = new Map<Migration, string>()

  constructor(parts: MigratorParts) {
    this.#parts = parts
    this.#ledger = parts.ledger ?? 'schema_migrations'
  }

  async status(): Promise<readonly MigrationState[]> {
    const applied = await this.#parts.read((session) => readApplied(session, this.#ledger))
    const appliedAt = new Map(applied.map((row) => [row.name, row.appliedAt]))
    const known = this.#parts.migrations.map(({ name }) => ({ name, appliedAt: appliedAt.get(name) ?? null }))
    const names = new Set(known.map(({ name }) => name))
    return [...known, ...applied.filter(({ name }) => !names.has(name)).map(({ name, appliedAt: at }) => ({ name, appliedAt: at }))]
  }

  /**
   * One read when nothing is pending. Otherwise each step checks again inside its own transaction, so of many processes one applies it. Where no step needs more than a
   * transaction, a database that has none yet gets all of them in one: a commit for each would be most of the time that a new shop takes to open. If one of them fails,
   * those before it are applied one by one after all.
   */
  async up(): Promise<readonly string[]> {
    const { copies, migrations } = this.#parts
    const names: string[] = copies?.tryCopy() ? migrations.map(({ name }) => name) : []
    for (;;) {
      const pending = await this.#parts.read((session) => this.#pending(session))
      const [next] = pending
      if (next === undefined) return names
      const isNew = pending.length === this.#parts.migrations.length
      if (isNew && this.#parts.dialect.types.concurrently === '') names.push(...(await this.#applyTogether(pending).catch(() => this.#apply(next))))
      else names.push(...(await this.#apply(next)))
    }
  }

  async down(): Promise<string | null> {
    const seen = await this.#parts.read(async (session) => this.#known(await readApplied(session, this.#ledger)).at(-1))
    if (seen === undefined) return null
    return await this.#inStep(seen, async (session) => {
      const newest = this.#known(await readApplied(session, this.#ledger)).at(-1)
      if (newest !== seen) return null
      for (const statement of newest.down(this.#parts.dialect.types)) await session.execute(statement, [])
      await sql`DELETE FROM ${sql.table(this.#ledger)} WHERE name = ${newest.name}`.execute(session.db)
      return newest.name
    })
  }

  async plan(direction: 'up' | 'down'): Promise<readonly { readonly name: string; readonly sql: readonly string[] }[]> {
    const { dialect, read } = this.#parts
    return await read(async (session) => {
      if (direction === 'up') return (await this.#pending(session)).map((migration) => ({ name: migration.name, sql: migration.up(dialect.types) }))
      const newest = this.#known(await readApplied(session, this.#ledger)).at(-1)
      return newest === undefined ? [] : [{ name: newest.name, sql: newest.down(dialect.types) }]
    })
  }

  #inStep<T>(migration: Migration, work: (session: SqlSession) => Promise<T>): Promise<T> {
    return this.#parts.migrate(work, { rebuildsTables: migration.rebuildsTables === true })
  }

  #applyTogether(steps: readonly Migration[]): Promise<readonly string[]> {
    const rebuildsTables = steps.some((step) => step.rebuildsTables === true)
    return this.#parts.migrate(
      async (session) => {
        const names: string[] = []
        for (const step of steps) names.push(...(await this.#applyNext(session, step, () => this.#run(session, step))))
        if (names.length === steps.length) this.#parts.copies?.keep()
        return names
      },
      { rebuildsTables },
    )
  }

  #apply(next: Migration): Promise<readonly string[]> {
    const { online, dialect } = this.#parts
    const { indexes } = next
    if (indexes === undefined || dialect.types.concurrently === '')
      return this.#inStep(next, (session) => this.#applyNext(session, next, () => this.#run(session, next)))
    if (online === undefined) return Promise.reject(new CommerceError('NESTED_TRANSACTION', { details: {}, message: `${next.name} builds indexes` }))
    return online((session, build) =>
      this.#applyNext(session, next, async () => {
        for (const index of indexes) await build({ name: index.name, sql: createIndex(dialect.types, index) })
      }),
    )
  }

  async #run(session: SqlSession, { up }: Migration): Promise<void> {
    for (const statement of up(this.#parts.dialect.types)) await session.execute(statement, [])
  }

  /** @returns its name, or nothing when another process has applied `next` meanwhile. */
  async #applyNext(session: SqlSession, next: Migration, run: () => Promise<void>): Promise<readonly string[]> {
    const { dialect } = this.#parts
    // Before looking: Postgres may remember from the time before it waited for its turn that there is no such table, until a statement asks it to make one.
    await session.execute(ledgerTable(this.#ledger, dialect), [])
    if ((await this.#pending(session))[0] !== next) return []
    await run()
    const at = dialect.codecs.time.encode(session.now)
    await sql`INSERT INTO ${sql.table(this.#ledger)} (name, checksum, applied_at) VALUES (${next.name}, ${this.#checksumOf(next)}, ${at})`.execute(session.db)
    return [next.name]
  }

  async #pending(session: SqlSession): Promise<readonly Migration[]> {
    const known = this.#known(await readApplied(session, this.#ledger))
    return this.#parts.migrations.slice(known.length)
  }

  #checksumOf(migration: Migration): string {
    const known = this.#checksums.get(migration) ?? checksum(migration.up(this.#parts.dialect.types))
    this.#checksums.set(migration, known)
    return known
  }

  /** The applied steps, once they are known to be a beginning of ours. */
  #known(applied: readonly Applied[]): readonly Migration[] {
    return applied.map((row, index) => {
      const migration = this.#parts.migrations[index]
      if (migration?.name !== row.name) throw mismatch(`The database has the migration ${row.name}, which this version does not know; update Cartwright.`)
      if (this.#checksumOf(migration) !== row.checksum) throw mismatch(`The migration ${row.name} was altered after it had been applied.`)
      return migration
    })
  }
}

function mismatch(message: string): CommerceError {
  return new CommerceError('SCHEMA_MISMATCH', { details: {}, message })
}

/** The table exists as soon as the first step has run. */
function ledgerTable(name: string, { types }: SqlDialect): string {
  const columns = `name ${types.text} NOT NULL PRIMARY KEY, checksum ${types.text} NOT NULL, applied_at ${types.time} NOT NULL`
  return `CREATE TABLE IF NOT EXISTS ${name} (${columns}) ${types.keyedTable}`
}

async function readApplied(session: SqlSession, ledger: string): Promise<readonly Applied[]> {
  const { dialect, db } = session
  const found = await sql<{ found: number | boolean }>`SELECT ${dialect.tableExists(ledger)} AS found`.execute(db)
  if (!found.rows[0]?.found) return []
  const rows = await sql<{
    name: string
    checksum: string
    applied_at: never
  }>`SELECT name, checksum, applied_at FROM ${sql.table(ledger)} ORDER BY name`.execute(db)
  return rows.rows.map((row) => ({ name: row.name, checksum: row.checksum, appliedAt: dialect.codecs.time.decode(row.applied_at) }))
}

/** Of the SQL that ran. Layout does not count. */
function checksum(statements: readonly string[]): string {
  const text = statements.map((statement) => statement.replaceAll(/\s+/g, ' ').trim()).join(';\n')
  return createHash('sha256').update(text).digest('hex')
}
