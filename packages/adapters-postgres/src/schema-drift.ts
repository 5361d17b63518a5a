import type { Diagnosis } from '@cartwright/core/ports'
import { allMigrations, type SqlConnection } from '@cartwright/storage-sql'
import type { PostgresConnections } from './postgres-connections.ts'
import { postgresDialect } from './postgres-dialect.ts'
import { isPostgresError } from './postgres-errors.ts'

/** Holds the tables as they should be for the length of one transaction, which is never committed. */
const expectedSchema = 'cartwright_expected'

/** A column, a constraint or an index. */
interface SchemaPart {
  readonly table: string
  readonly name: string
  readonly definition: string
  /** False for an index that Postgres keeps but does not use. */
  readonly valid: boolean
}

interface Schemas {
  readonly expected: Readonly<Record<PartKind, readonly SchemaPart[]>>
  readonly found: Readonly<Record<PartKind, readonly SchemaPart[]>>
}

type PartKind = 'columns' | 'constraints' | 'indexes'

const queries: Readonly<Record<PartKind, string>> = {
  columns: `SELECT c.relname AS "table", a.attname AS name, concat_ws(' ', format_type(a.atttypid, a.atttypmod), nullif('COLLATE ' || quote_ident(l.collname), 'COLLATE "default"'),
      CASE WHEN a.attnotnull THEN 'NOT NULL' END, CASE WHEN a.attidentity <> '' THEN 'GENERATED AS IDENTITY' END, 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)) AS definition,
      true AS valid
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_collation l ON l.oid = a.attcollation
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND c.relnamespace = to_regnamespace($1) ORDER BY 1, 2`,
  constraints: `SELECT c.relname AS "table", n.conname AS name, pg_get_constraintdef(n.oid) AS definition, n.convalidated AS valid
    FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid WHERE n.contype IN ('c', 'f', 'p', 'u') AND n.connamespace = to_regnamespace($1) ORDER BY 1, 2`,
  indexes: `SELECT c.relname AS "table", x.relname AS name, pg_get_indexdef(i.indexrelid) AS definition, i.indisvalid AS valid
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
    WHERE c.relkind = 'r' AND c.relnamespace = to_regnamespace($1) ORDER BY 1, 2`,
}

/**
 * Compares the shop's tables with what its applied migrations make, which are run once more in a schema of their own and rolled back. What a host added is left
 * alone. Says nothing of a database without tables.
 */
export async function diagnoseDrift(connections: PostgresConnections): Promise<readonly Diagnosis[]> {
  try {
    const schemas = await readSchemas(connections)
    return schemas === undefined ? [] : [columns(schemas), constraints(schemas), indexes(schemas)]
  } catch (error) {
    if (!isPostgresError(error) || error.code !== '42501') throw error
    const remedy = 'Run `cartwright doctor` as a user that may create a schema in the database.'
    return [{ check: 'schema drift', status: 'warning', message: 'This user cannot build the tables to compare with.', remedy }]
  }
}

/** Carries what was read out of the transaction that must not be committed. */
class RolledBack extends Error {
  readonly schemas: Schemas | undefined
  constructor(schemas: Schemas | undefined) {
    super('rolled back')
    this.schemas = schemas
  }
}

async function readSchemas(connections: PostgresConnections): Promise<Schemas | undefined> {
  try {
    await connections.write(async (connection) => {
      throw new RolledBack(await readBoth(connection))
    })
  } catch (error) {
    if (error instanceof RolledBack) return error.schemas
    throw error
  }
  throw new Error('A transaction that throws rejects')
}

async function readBoth(connection: SqlConnection): Promise<Schemas | undefined> {
  const rows = async <Row>(sql: string, parameters: readonly unknown[] = []) => (await connection.execute(sql, parameters)).rows as Row[]
  const home = `SELECT relnamespace::regnamespace::text AS schema FROM pg_class WHERE oid = to_regclass('schema_migrations')`
  const [shop] = await rows<{ schema: string }>(home)
  if (shop === undefined) return undefined
  const applied = new Set((await rows<{ name: string }>('SELECT name FROM schema_migrations')).map(({ name }) => name))
  const found = await readSchema(rows, shop.schema)
  await rows(`CREATE SCHEMA ${expectedSchema}`)
  await rows(`SET LOCAL search_path = ${expectedSchema}`)
  for (const migration of allMigrations.filter(({ name }) => applied.has(name))) {
    // No index can be built concurrently in a transaction, and none of these tables has a row.
    for (const statement of migration.up(postgresDialect.types)) await rows(statement.replace(/\bCONCURRENTLY\b/, ''))
  }
  return { expected: await readSchema(rows, expectedSchema), found }
}

async function readSchema(rows: <Row>(sql: string, parameters: readonly unknown[]) => Promise<Row[]>, schema: string) {
  const read = async (kind: PartKind) => {
    const parts = await rows<SchemaPart>(queries[kind], [schema])
    return parts.map((part) => ({ ...part, definition: part.definition.replaceAll(`${schema}.`, '') }))
  }
  return { columns: await read('columns'), constraints: await read('constraints'), indexes: await read('indexes') }
}

interface Differences {
  readonly missing: readonly SchemaPart[]
  readonly other: readonly { readonly expected: SchemaPart; readonly found: SchemaPart }[]
}

function differences({ expected, found }: Schemas, kind: PartKind): Differences {
  const key = ({ table, name }: SchemaPart): string => `${table}.${name}`
  const there = new Map(found[kind].map((part) => [key(part), part]))
  const compared = expected[kind].map((part) => ({ expected: part, found: there.get(key(part)) }))
  return {
    missing: compared.flatMap((pair) => (pair.found === undefined ? [pair.expected] : [])),
    other: compared.flatMap((pair) =>
      pair.found !== undefined && pair.found.definition !== pair.expected.definition ? [{ expected: pair.expected, found: pair.found }] : [],
    ),
  }
}

function columns(schemas: Schemas): Diagnosis {
  const { missing, other } = differences(schemas, 'columns')
  if (missing.length + other.length === 0) return ok('columns', 'Every column is as its migration made it.')
  const words = [
    ...missing.map(({ table, name }) => `${table}.${name} is missing`),
    ...other.map(({ expected, found }) => `${expected.table}.${expected.name} is ${found.definition}, not ${expected.definition}`),
  ]
  return { check: 'columns', status: 'error', message: `${words.join('; ')}.`, remedy: 'Undo what was changed by hand, or restore a backup.' }
}

function constraints(schemas: Schemas): Diagnosis {
  const { missing, other } = differences(schemas, 'constraints')
  const unchecked = schemas.found.constraints.filter(({ valid, name }) => !valid && schemas.expected.constraints.some((part) => part.name === name))
  const words = [
    ...missing.map(({ table, name }) => `${name} of ${table} is missing`),
    ...other.map(({ expected, found }) => `${expected.name} of ${expected.table} is ${found.definition}`),
    ...unchecked.map(({ table, name }) => `${name} of ${table} was never checked on old rows`),
  ]
  if (words.length === 0) return ok('constraints', 'Every constraint that guards the shop is there.')
  const remedies = [
    ...other.map(({ found: { table, name } }) => `ALTER TABLE ${table} DROP CONSTRAINT ${name};`),
    ...[...missing, ...other.map(({ expected }) => expected)].map(
      ({ table, name, definition }) => `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition};`,
    ),
    ...unchecked.map(({ table, name }) => `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name};`),
  ]
  return { check: 'constraints', status: 'error', message: `${words.join('; ')}.`, remedy: `Run ${remedies.join(' ')} Then run \`cartwright audit\`.` }
}

function indexes(schemas: Schemas): Diagnosis {
  const { missing, other } = differences(schemas, 'indexes')
  const wanted = new Set(schemas.expected.indexes.map(({ name }) => name))
  const constrained = new Set(schemas.expected.constraints.map(({ name }) => name))
  const invalid = schemas.found.indexes.filter(({ valid }) => !valid)
  const words = [
    ...missing.map(({ table, name }) => `${name} on ${table} is missing`),
    ...other.map(({ expected, found }) => `${expected.name} on ${expected.table} is another: ${found.definition}`),
    ...invalid.map(({ table, name }) => `${name} on ${table} is invalid: building it did not end`),
  ]
  if (words.length === 0) return ok('indexes', 'Every index is there and in use.')
  const build = ({ definition }: SchemaPart): string => `${definition.replace(/\bINDEX\b/, 'INDEX CONCURRENTLY')};`
  const remedies = [
    ...other.map(({ found: { name } }) => `DROP INDEX CONCURRENTLY ${name};`),
    ...[...missing, ...other.map(({ expected }) => expected)].filter(({ name }) => !constrained.has(name)).map(build),
    ...invalid.map(({ name }) => (wanted.has(name) ? `REINDEX INDEX CONCURRENTLY ${name};` : `DROP INDEX CONCURRENTLY ${name};`)),
  ]
  const remedy = remedies.length === 0 ? 'It comes with its constraint: see there.' : `Run ${remedies.join(' ')}`
  return { check: 'indexes', status: 'error', message: `${words.join('; ')}.`, remedy }
}

function ok(check: string, message: string): Diagnosis {
  return { check, status: 'ok', message, remedy: null }
}
