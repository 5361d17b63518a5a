import type { SqlResult } from '@cartwright/storage-sql'
import { CompiledQuery } from 'kysely'
import type { PostgresQuery, PostgresResult } from './postgres-pool.ts'
import { readJsonRows, rowsAsJson } from './rows-as-json.ts'
import { valueParsers } from './value-parsers.ts'

/** The few members of a Kysely transaction that the storage calls; one of the host's own copy of Kysely, on `pg`, satisfies it. */
export interface KyselyTransaction {
  readonly isTransaction: boolean
  withoutPlugins(): KyselyTransaction
  /** @param query - a `CompiledQuery`, whose exact type differs between versions. */
  executeQuery(query: never): Promise<{ readonly rows: unknown[]; readonly numAffectedRows?: bigint | undefined }>
}

/** A client of `pg` on which the host has begun a transaction. */
export interface TransactionClient {
  query(query: PostgresQuery): Promise<PostgresResult | PostgresResult[]>
}

/** What `commerce.using` takes on Postgres. */
export type PostgresHostTransaction = KyselyTransaction | TransactionClient

/** Runs one statement in the host's transaction. */
export type HostStatement = (sql: string, parameters: readonly unknown[]) => Promise<SqlResult>

/** How many statements are remembered as JSON ones; what comes after them is translated each time. */
const maxTranslations = 1_000

/** Statements through the host's Kysely: its plugins are left out, and rows come as JSON texts, which its driver's settings do not touch. */
export function throughKysely(transaction: KyselyTransaction): HostStatement {
  const plain = transaction.withoutPlugins()
  return async (sql, parameters) => {
    const translated = translate(sql)
    const { rows, numAffectedRows } = await plain.executeQuery(CompiledQuery.raw(translated ?? sql, [...parameters]) as never)
    return translated === undefined ? { rows: [], changes: Number(numAffectedRows ?? 0) } : { rows: readJsonRows(rows), changes: 0 }
  }
}

/** Statements through a client, which takes our own parsers with each query. */
export function throughClient(client: TransactionClient): HostStatement {
  return async (sql, parameters) => {
    const result = await client.query({ text: sql, values: [...parameters], types: valueParsers })
    const { rows, fields, rowCount } = Array.isArray(result) ? (result.at(-1) as PostgresResult) : result
    return { rows, changes: fields.length > 0 ? 0 : (rowCount ?? 0) }
  }
}

const translations = new Map<string, string | undefined>()

function translate(sql: string): string | undefined {
  if (translations.has(sql)) return translations.get(sql)
  const translated = rowsAsJson(sql)
  if (translations.size < maxTranslations) translations.set(sql, translated)
  return translated
}
