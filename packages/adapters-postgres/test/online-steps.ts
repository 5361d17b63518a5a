import { indexMigration, type Migration, sqlMigrations } from '@cartwright/storage-sql'
import { PostgresConnections } from '../src/postgres-connections.ts'
import { postgresDialect } from '../src/postgres-dialect.ts'
import { ownSource } from '../src/postgres-source.ts'

const goods: Migration = {
  name: '0001_goods',
  up: () => ['CREATE TABLE goods (code text NOT NULL, kind text NOT NULL)'],
  down: () => ['DROP TABLE goods'],
}

const indexes = indexMigration('0002_goods_indexes', [
  { name: 'goods_by_kind', on: 'goods (kind)' },
  { name: 'goods_code', on: "goods (code) WHERE kind <> 'old'", unique: true },
])

const timeouts = { connectMs: 1_000, poolMs: 5_000, statementMs: 300, lockMs: 100, idleInTransactionMs: 300 }

/** A table and, as a later step, its indexes; with timeouts that building them must not feel. */
export function onlineSteps(url: string, { pgbouncer = false, upTo = 2 } = {}) {
  const connections = new PostgresConnections(ownSource({ timeouts, writers: 1, readers: 1, pgbouncer }, url, undefined))
  const migrations = sqlMigrations({ dialect: postgresDialect, connections, migrations: [goods, indexes].slice(0, upTo), ledger: 'test_migrations' })
  return { migrations, close: () => connections.close() }
}
