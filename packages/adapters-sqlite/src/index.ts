export type { SqliteDatabase, SqliteStatement } from './sqlite-database.ts'
export { sqliteDialect } from './sqlite-dialect.ts'
export type { Synchronous } from './sqlite-source.ts'
export { type SqliteStorageOptions, sqliteStorage } from './sqlite-storage.ts'
