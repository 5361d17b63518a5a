import type { SqlBool, SqlDialect, SqlJson, SqlTime } from '@cartwright/storage-sql'
import { PostgresDialect, sql } from 'kysely'
import { violatedUnique } from './postgres-errors.ts'

/** Byte order: the order of texts is then the same in every database and the same as in the code. */
const text = 'text COLLATE "C"'

/** How Postgres differs from other SQL engines: native uuid, timestamptz, jsonb and bigint; row locks; transactions that overlap. */
export const postgresDialect: SqlDialect = {
  name: 'postgres',
  kysely: new PostgresDialect({ pool: () => Promise.reject(new Error('Cartwright opens its connections itself')) }),
  types: {
    uuid: 'uuid',
    time: 'timestamptz(3)',
    json: 'jsonb',
    bool: 'boolean',
    int: 'bigint',
    real: 'double precision',
    text,
    growingKey: 'bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
    table: '',
    keyedTable: '',
    concurrently: ' CONCURRENTLY',
    addCount: ({ table, column, constraint, check, nullable = false }) => [
      `ALTER TABLE ${table} ADD COLUMN ${column} bigint${nullable ? '' : ' NOT NULL DEFAULT 0'}`,
      `ALTER TABLE ${table} ADD CONSTRAINT ${constraint} CHECK (${check}) NOT VALID`,
    ],
    checkOldRows: ({ table, constraint }) => [`ALTER TABLE ${table} VALIDATE CONSTRAINT ${constraint}`],
    outboxIndexes: ['CREATE UNIQUE INDEX outbox_order ON outbox (tx, position)'],
  },
  codecs: {
    time: { encode: (value) => value.toISOString() as unknown as SqlTime, decode: (value) => value as unknown as Date },
    json: { encode: (value) => JSON.stringify(value) as unknown as SqlJson, decode: (value) => JSON.parse(value as unknown as string) },
    bool: { encode: (value) => value as unknown as SqlBool, decode: (value) => value as unknown as boolean },
  },
  now: sql<SqlTime>`date_trunc('milliseconds', now())`,
  msBetween: (later, earlier) => sql<number>`CAST(extract(epoch FROM ${later} - ${earlier}) * 1000 AS bigint)`,
  inList: (column, values) => sql<boolean>`${column} = ANY(${values})`,
  jsonHas: (array, text) => sql<boolean>`${array} @> to_jsonb(${text})`,
  jsonSum: ({ array, field, where, is }) => sql<number>`(SELECT CAST(coalesce(sum(CAST(member.value ->> ${sql.lit(field)} AS bigint)), 0) AS bigint)
    FROM jsonb_array_elements(${array}) AS member WHERE CAST(member.value ->> ${sql.lit(where)} AS boolean) = ${sql.lit(is)})`,
  encodeList: (values) => [...values],
  rowsOfParameter: {
    rows: (table, parameter) => sql`json_populate_recordset(CAST(NULL AS ${sql.table(table)}), CAST(${parameter} AS json))`,
    json: (column) => sql`CAST(${column} #>> '{}' AS jsonb)`,
  },
  elementsOf: (json) => sql`jsonb_array_elements(${json})`,
  jsonLists: (values, by) => sql<SqlJson>`jsonb_agg(jsonb_build_array(${sql.join(values)}) ORDER BY ${by})`,
  forUpdate: sql`FOR UPDATE`,
  forUpdateOfFree: sql`FOR UPDATE SKIP LOCKED`,
  forUpdateAtOnce: sql`FOR UPDATE NOWAIT`,
  transactionId: sql<number>`CAST(CAST(pg_current_xact_id() AS text) AS bigint)`,
  settledOutbox: sql<boolean>`outbox.tx < CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)`,
  isInteger: () => sql<boolean>`true`,
  outboxAfter: (tx, position) => sql<boolean>`(outbox.tx, outbox.position) > (${tx}, ${position})`,
  // By the pairs alone, a generic plan takes a third of the table to lie on either side, and may read all of it; two bounds on one column it knows to be a small range.
  outboxBetween: (first, last) => sql<boolean>`outbox.tx BETWEEN ${first.tx} AND ${last.tx}
    AND (outbox.tx, outbox.position) >= (${first.tx}, ${first.position}) AND (outbox.tx, outbox.position) <= (${last.tx}, ${last.position})`,
  outboxOrder: (direction) => (direction === 'asc' ? sql`outbox.tx, outbox.position` : sql`outbox.tx DESC, outbox.position DESC`),
  tableExists: (name) => sql<boolean>`to_regclass(${name}) IS NOT NULL`,
  violatedUnique,
}
