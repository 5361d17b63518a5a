import { postgresSearch, postgresStorage } from '@cartwright/adapters-postgres'
import { createCommerce } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'
import { Client } from 'pg'
import { type ExplainedStatement, explainedPool, type Scan } from './explained-pool.ts'
import { hotPaths } from './hot-paths.ts'

/** A hot path with every statement it sent. */
export interface ExplainedPath {
  readonly name: string
  readonly statements: readonly ExplainedStatement[]
  /** What reads a large table from end to end. */
  readonly faults: readonly { readonly statement: ExplainedStatement; readonly scan: Scan }[]
}

export interface ExplainOptions {
  readonly url: string
  /** A table with more rows than this is large. */
  readonly largeRows: number
  /** Whether Postgres may choose a sequential scan although it could use an index, as it should on a small table. @default true */
  readonly mayChooseScans?: boolean
  /** By name, which paths to run. @default all */
  readonly isAsked?: (name: string) => boolean
}

/** Runs every hot path of a seeded shop, explaining each statement as it is sent; those of searching where the shop's database has a search index. Writes one order, one cart and one draft. */
export async function explainShop({ url, largeRows, mayChooseScans = true, isAsked = () => true }: ExplainOptions): Promise<readonly ExplainedPath[]> {
  const large = await largeTables(url, largeRows)
  let statements: ExplainedStatement[] = []
  const pool = explainedPool(url, (statement) => statements.push(statement), mayChooseScans ? '' : '-c enable_seqscan=off')
  const storage = postgresStorage({ pool, timeouts: { statementMs: 600_000, idleInTransactionMs: 600_000 } })
  try {
    const search = postgresSearch({ pool })
    const searches = await search.isBuilt()
    await using commerce = await createCommerce({ storage, currency: 'USD', payments: [fakePayments()], ...(searches ? { search } : {}) })
    const paths: ExplainedPath[] = []
    for (const { name, run } of await hotPaths(commerce, { searches })) {
      if (!isAsked(name)) continue
      statements = []
      await run()
      const faults = statements.flatMap((statement) =>
        statement.scans.filter(({ table, isSequential }) => isSequential && large.has(table)).map((scan) => ({ statement, scan })),
      )
      paths.push({ name, statements, faults })
    }
    return paths
  } finally {
    await pool.end()
  }
}

async function largeTables(url: string, rows: number): Promise<ReadonlySet<string>> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('ANALYZE')
    const found = await client.query("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND reltuples > $1", [
      rows,
    ])
    return new Set(found.rows.map(({ relname }: { relname: string }) => relname))
  } finally {
    await client.end()
  }
}
