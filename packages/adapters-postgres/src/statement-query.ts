import { Client, Query } from 'pg'
import type { PostgresClient, PostgresResult } from './postgres-pool.ts'
import { valueParsers } from './value-parsers.ts'

/** What is to be sent. */
export interface Statement {
  readonly text: string
  /** Prepares it under this name, once per connection; undefined to send it unnamed. */
  readonly name: string | undefined
  /** Undefined to send the text as it is, which may be several statements. */
  readonly values: readonly unknown[] | undefined
  /** How long the answer may take, in ms, before the connection is given up. */
  readonly deadlineMs: number | undefined
}

/** What Postgres says of a column. */
interface Field {
  readonly name: string
  readonly dataTypeID: number
}

/** How the rows of a statement are read. */
interface Columns {
  readonly fields: readonly Field[]
  readonly parsers: readonly ((text: string) => unknown)[]
}

/** The members of a connection of `pg` by which statements are sent, of which its types have none. */
interface Target {
  readonly parsedStatements: Readonly<Record<string, string | undefined>>
  describe(portal: unknown): void
}

/** What is known of the statements that were prepared on a connection. */
interface Known {
  readonly columns: Map<string, Columns>
  /** The same connection, which does not ask for the columns. */
  readonly terse: Target
}

const none: Columns = { fields: [], parsers: [] }
const knownOf = new WeakMap<Target, Known>()
const { submit } = Query.prototype as unknown as { submit(connection: Target): Error | null }

/**
 * A statement as a query of `pg`, which does less than its own: it copies no options and emits no event for a row; and what Postgres has once said of the columns of a
 * statement that is prepared on the connection is kept, not asked for and read again each time. It cannot change: Postgres refuses to run a prepared statement whose
 * columns a migration has changed. It is a `Query`, because clients that send on take no other.
 */
class StatementQuery extends Query {
  readonly callback: (error: unknown, result?: PostgresResult) => void
  /** As `pg` reads them. */
  readonly name: string | undefined
  readonly values: readonly unknown[] | undefined
  readonly query_timeout: number | undefined
  override readonly submit = submitTersely as unknown as Query['submit']
  #known: Known | undefined
  #columns = none
  #rows: unknown[] = []
  #result: PostgresResult = { rows: [], fields: [], rowCount: null, command: '' }
  #failure: unknown

  constructor({ text, name, values, deadlineMs }: Statement, callback: StatementQuery['callback']) {
    super(text)
    this.name = name
    this.values = values
    this.query_timeout = deadlineMs
    this.callback = callback
  }

  /** @returns the connection to send it on */
  expect(connection: Target): Target {
    this.#known = knownOf.get(connection) ?? firstKnown(connection)
    if (this.name === undefined || connection.parsedStatements[this.name] === undefined) return connection
    const columns = this.#known.columns.get(this.name)
    if (columns === undefined) return connection
    this.#columns = columns
    return this.#known.terse
  }

  handleRowDescription({ fields }: { readonly fields: readonly Field[] }): void {
    this.#columns = { fields, parsers: fields.map(({ dataTypeID }) => valueParsers.getTypeParser(dataTypeID)) }
  }

  handleDataRow({ fields: texts }: { readonly fields: readonly (string | null)[] }): void {
    if (this.#failure !== undefined) return
    const { fields, parsers } = this.#columns
    const row: Record<string, unknown> = {}
    try {
      for (let index = 0; index < fields.length; index += 1) {
        const text = texts[index] ?? null
        row[(fields[index] as Field).name] = text === null ? null : parsers[index]?.(text)
      }
    } catch (error) {
      this.#failure = error
    }
    this.#rows.push(row)
  }

  /** Several statements sent as one text complete one after the other; the last one's result counts. */
  handleCommandComplete({ text }: { readonly text: string }): void {
    if (this.name !== undefined) this.#known?.columns.set(this.name, this.#columns)
    const count = Number.parseInt(text.slice(text.lastIndexOf(' ') + 1), 10)
    const [command = ''] = text.split(' ', 1)
    this.#result = { rows: this.#rows, fields: this.#columns.fields, rowCount: Number.isNaN(count) ? null : count, command }
    this.#rows = []
    this.#columns = none
  }

  handleReadyForQuery(): void {
    if (this.#failure === undefined) this.callback(null, this.#result)
    else this.callback(this.#failure)
  }

  handleError(error: unknown): void {
    this.callback(this.#failure ?? error)
  }
}

function submitTersely(this: StatementQuery, connection: Target): Error | null {
  return Reflect.apply(submit, this, [this.expect(connection)])
}

function firstKnown(connection: Target): Known {
  const terse = Object.create(connection, { describe: { value: () => undefined } }) as Target
  const known = { columns: new Map<string, Columns>(), terse }
  knownOf.set(connection, known)
  return known
}

/** Whether a client takes queries of our classes. One of another copy of `pg`, or of something that only looks like it, may never answer. */
export function takesQueryObjects(client: object): boolean {
  return client instanceof Client
}

/** Sends a statement on a client that takes our classes. @returns the server's answer */
export function submitStatement(client: Pick<PostgresClient, 'query'>, statement: Statement): Promise<PostgresResult> {
  return new Promise((resolve, reject) => {
    client.query(new StatementQuery(statement, (error, result) => (result === undefined ? reject(error) : resolve(result))))
  })
}
