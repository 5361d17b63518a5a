import type { Migrations } from '@cartwright/core/ports'
import type { SqlConnection, SqlConnections } from '../engine/connection.ts'
import { OpenSession, type SqlSession } from '../engine/session.ts'
import type { SqlDialect } from '../engine/sql-dialect.ts'
import type { Migration } from './ddl.ts'
import { SqlMigrations } from './migrator.ts'

interface SqlMigrationsParts {
  readonly dialect: SqlDialect
  readonly connections: SqlConnections
  readonly migrations: readonly Migration[]
  /** The table that keeps what was applied; another than the shop's, `schema_migrations`. */
  readonly ledger: string
}

/** Migrations of tables that an adapter keeps beside the shop's, or in another database: the same rules, with a ledger of their own. */
export function sqlMigrations({ dialect, connections, migrations, ledger }: SqlMigrationsParts): Migrations {
  const run = async <T>(connection: SqlConnection, work: (session: SqlSession) => Promise<T>): Promise<T> => {
    const session = new OpenSession(dialect, connection, await connection.now())
    try {
      return await work(session)
    } finally {
      session.close()
    }
  }
  const migrateOnline = connections.migrateOnline?.bind(connections)
  return new SqlMigrations({
    dialect,
    migrations,
    ledger,
    migrate: (work, options) => connections.migrate((connection) => run(connection, work), options),
    online: migrateOnline && ((work) => migrateOnline((connection, build) => run(connection, (session) => work(session, build)))),
    read: (work) => connections.read((connection) => run(connection, work), { fresh: true }),
  })
}
