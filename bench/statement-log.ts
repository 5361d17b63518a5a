import Database from 'better-sqlite3'

/** A statement as it was run. */
export interface LoggedStatement {
  readonly sql: string
  readonly parameters: readonly unknown[]
  readonly reads: boolean
}

type Handle = InstanceType<typeof Database>

/** An open handle that also writes down every statement run through `prepare`, with its parameters, in order. */
export function loggingHandle(file: string, log: LoggedStatement[]): Handle {
  const database = new Database(file)
  const prepare = database.prepare.bind(database)
  const logged = (sql: string) => {
    const statement = prepare(sql)
    return new Proxy(statement, {
      get(target, property, proxy) {
        const member: unknown = Reflect.get(target, property, target)
        if (typeof member !== 'function') return member
        return (...parameters: unknown[]) => {
          const runs = property === 'run' || property === 'all' || property === 'get'
          if (runs) log.push({ sql, parameters: Array.isArray(parameters[0]) ? (parameters[0] as unknown[]) : parameters, reads: property !== 'run' })
          const result: unknown = Reflect.apply(member, target, parameters)
          return result === target ? proxy : result
        }
      },
    })
  }
  database.prepare = logged as typeof database.prepare
  return database
}

/** Runs a log on a bare handle, each text prepared once: the shortest program that sends the same statements in the same transactions. */
export function replay(file: string, synchronous: 'FULL' | 'OFF', log: readonly LoggedStatement[]): number {
  const database = new Database(file)
  database.pragma('journal_mode = WAL')
  database.pragma(`synchronous = ${synchronous}`)
  database.pragma('foreign_keys = ON')
  const statements = new Map<string, ReturnType<Handle['prepare']>>()
  const startedAt = performance.now()
  for (const { sql, parameters, reads } of log) {
    let statement = statements.get(sql)
    if (statement === undefined) {
      statement = database.prepare(sql)
      statements.set(sql, statement)
    }
    if (reads && statement.reader) statement.all([...parameters])
    else statement.run([...parameters])
  }
  const elapsed = performance.now() - startedAt
  database.close()
  return elapsed
}

/** Rows of every table: two runs that did the same work agree in all of them. */
export function rowCounts(file: string): Readonly<Record<string, number>> {
  const database = new Database(file, { readonly: true })
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name").pluck().all() as string[]
  const counts = Object.fromEntries(tables.map((table) => [table, database.prepare(`SELECT count(*) FROM "${table}"`).pluck().get() as number]))
  database.close()
  return counts
}
