import type { CompiledQuery, Kysely } from 'kysely'
import type { SqlSession } from './session.ts'
import type { SqlDialect } from './sql-dialect.ts'
import type { Tables } from './tables.ts'

/** Stands in a query where a value will be put at each execution. */
class Parameter {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

interface Compilable<Row> {
  compile(): CompiledQuery<Row>
}

/** A query whose SQL is built once per dialect and executed with other values each time. */
export interface PreparedQuery<Values extends Record<string, unknown>, Row> {
  /** All rows. */
  all(session: SqlSession, values: Values): Promise<Row[]>
  /** The first row. */
  first(session: SqlSession, values: Values): Promise<Row | undefined>
  /** For statements that return no rows. @returns how many rows changed. */
  run(session: SqlSession, values: Values): Promise<number>
}

/**
 * Builds a query once and reuses its SQL: building one costs more than SQLite needs to run it.
 *
 * @param build - gets `param(name)`, which may stand wherever a value of that type may.
 * @example
 * const findCart = preparedQuery<{ cartId: string }>()((db, param) => db.selectFrom('carts').selectAll().where('id', '=', param('cartId')))
 * const row = await findCart.first(session, { cartId })
 */
export function preparedQuery<Values extends Record<string, unknown>>() {
  return <Row>(
    build: (db: Kysely<Tables>, param: <Name extends keyof Values & string>(name: Name) => Values[Name], dialect: SqlDialect) => Compilable<Row>,
  ): PreparedQuery<Values, Row> => {
    const compiledBy = new WeakMap<SqlDialect, CompiledQuery<Row>>()
    const bind = (session: SqlSession, values: Values): CompiledQuery<Row> => {
      let compiled = compiledBy.get(session.dialect)
      if (compiled === undefined) {
        compiled = build(session.db, (name) => new Parameter(name) as never, session.dialect).compile()
        compiledBy.set(session.dialect, compiled)
      }
      return { ...compiled, parameters: compiled.parameters.map((value) => (value instanceof Parameter ? values[value.name] : value)) }
    }
    return {
      all: async (session, values) => (await session.db.executeQuery(bind(session, values))).rows,
      first: async (session, values) => (await session.db.executeQuery(bind(session, values))).rows[0],
      run: async (session, values) => Number((await session.db.executeQuery(bind(session, values))).numAffectedRows ?? 0n),
    }
  }
}
