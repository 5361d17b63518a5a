import type { DdlTypes, IndexDefinition, Migration } from './ddl.ts'

/**
 * A step that adds indexes to tables which are in use. On Postgres each is built outside of a transaction, while the shop reads and writes; what a failed
 * attempt has left is dropped and built again, and what is complete already is kept. On SQLite it is a step like any other.
 *
 * @param name - `0002_name`
 * @example
 * export const orderSearch = indexMigration('0002_order_search', [{ name: 'orders_by_email', on: 'orders (email)' }])
 */
export function indexMigration(name: string, indexes: readonly IndexDefinition[]): Migration {
  return {
    name,
    indexes,
    up: (types) => indexes.map((index) => createIndex(types, index)),
    down: () => indexes.map((index) => `DROP INDEX IF EXISTS ${index.name}`),
  }
}

/** The statement that builds one index. */
export function createIndex({ concurrently }: DdlTypes, { name, on, unique }: IndexDefinition): string {
  return `CREATE${unique === true ? ' UNIQUE' : ''} INDEX${concurrently} ${name} ON ${on}`
}
