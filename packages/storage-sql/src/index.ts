export type { SqlSession } from './engine/session.ts'
export type { SqlBool, SqlCodecs, SqlDialect, SqlJson, SqlTime } from './engine/sql-dialect.ts'
export type { Tables } from './engine/tables.ts'
export type { DdlTypes, Migration } from './migrations/ddl.ts'
