export type { SqlConnection, SqlConnections, SqlResult } from './engine/connection.ts'
export type { SqlBool, SqlCodecs, SqlDialect, SqlJson, SqlTime } from './engine/sql-dialect.ts'
export type { DdlTypes, Migration } from './migrations/ddl.ts'
export { type SqlStorageParts, sqlStorage } from './sql-storage.ts'
