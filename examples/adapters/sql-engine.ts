import type { Storage } from '@cartwright/core/ports'
import { type SqlConnections, type SqlDialect, sqlStorage } from '@cartwright/storage-sql'

/** The storage port on another SQL engine: all it takes are its dialect and its connections. */
export function engineStorage(dialect: SqlDialect, connections: SqlConnections): Storage {
  return sqlStorage({ dialect, connections, migratesOnStart: false, diagnose: async () => [] })
}
