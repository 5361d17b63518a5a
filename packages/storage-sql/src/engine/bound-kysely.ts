import {
  type CompiledQuery,
  type ConnectionProvider,
  type DatabaseConnection,
  DefaultQueryExecutor,
  type DialectAdapter,
  DummyDriver,
  Kysely,
  type QueryCompiler,
  type QueryResult,
} from 'kysely'
import type { SqlResult } from './connection.ts'
import type { SqlDialect } from './sql-dialect.ts'

/** What a bound Kysely sends its statements to. */
interface Statements {
  execute(sql: string, parameters: readonly unknown[]): SqlResult | Promise<SqlResult>
}

/**
 * A Kysely whose queries all go to one open transaction. It takes Kysely's place for a pool: connections and transactions are the adapter's, so a query
 * goes straight from its SQL to the statement, without the acquiring and releasing that Kysely would do around each.
 */
export function boundKysely<DB>(dialect: SqlDialect, statements: Statements): Kysely<DB> {
  const { kysely } = dialect
  const connection: DatabaseConnection = {
    executeQuery: (query) => execute(statements, query),
    streamQuery: () => {
      throw new Error('Streaming is not supported inside a transaction: read pages by key instead')
    },
  }
  const provider: ConnectionProvider = { provideConnection: (consumer) => consumer(connection) }
  const executor = new BoundExecutor(kysely.createQueryCompiler(), kysely.createAdapter(), provider, statements)
  return new Kysely<DB>({ config: { dialect: kysely }, dialect: kysely, driver: new DummyDriver(), executor })
}

class BoundExecutor extends DefaultQueryExecutor {
  readonly #statements: Statements

  constructor(compiler: QueryCompiler, adapter: DialectAdapter, provider: ConnectionProvider, statements: Statements) {
    super(compiler, adapter, provider)
    this.#statements = statements
  }

  override executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return execute(this.#statements, query)
  }
}

async function execute<Row>(statements: Statements, query: CompiledQuery): Promise<QueryResult<Row>> {
  const { rows, changes } = await statements.execute(query.sql, query.parameters)
  return { rows: rows as Row[], numAffectedRows: BigInt(changes) }
}
