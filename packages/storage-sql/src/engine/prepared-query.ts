import type { CompiledQuery, Kysely } from 'kysely'
import type { SqlResult } from './connection.ts'
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

/** A query of Kysely's builder, or one in `sql`. */
export interface Compilable<Row> {
  compile(db: Kysely<Tables>): CompiledQuery<Row>
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
    const planBy = new WeakMap<SqlDialect, Plan>()
    const execute = (session: SqlSession, values: Values): SqlResult<Row> | Promise<SqlResult<Row>> => {
      let plan = planBy.get(session.dialect)
      if (plan === undefined) {
        const compiled = build(session.db, (name) => new Parameter(name) as never, session.dialect).compile(session.db)
        plan = { sql: compiled.sql, slots: compiled.parameters.map((value) => (value instanceof Parameter ? value : { value })) }
        planBy.set(session.dialect, plan)
      }
      const parameters = plan.slots.map((slot) => (slot instanceof Parameter ? values[slot.name] : slot.value))
      return session.execute(plan.sql, parameters) as SqlResult<Row> | Promise<SqlResult<Row>>
    }
    return {
      all: async (session, values) => (await execute(session, values)).rows,
      first: async (session, values) => (await execute(session, values)).rows[0],
      run: async (session, values) => (await execute(session, values)).changes,
    }
  }
}

/** A query's SQL and, for each of its parameters in turn, where the value comes from. */
interface Plan {
  readonly sql: string
  readonly slots: readonly (Parameter | { readonly value: unknown })[]
}
