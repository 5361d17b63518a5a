export { postgresDialect } from './postgres-dialect.ts'
export type { PostgresClient, PostgresPool, PostgresQuery, PostgresResult } from './postgres-pool.ts'
export type { SourceTimeouts } from './postgres-source.ts'
export { type PostgresStorageOptions, postgresStorage } from './postgres-storage.ts'
