/** What a query gives back. */
export interface PostgresResult {
  readonly rows: unknown[]
  /** Of the columns that a query returns; empty for a statement that returns none. */
  readonly fields: readonly unknown[]
  readonly rowCount: number | null
  /** The word that Postgres answers with, e.g. `COMMIT`. */
  readonly command: string
}

/** One query, as `pg` takes it. */
export interface PostgresQuery {
  readonly text: string
  readonly values?: unknown[]
  /** Prepares the statement under this name, once per connection. */
  readonly name?: string
  readonly types?: { getTypeParser(oid: number, format?: string): (text: string) => unknown }
  /** How long the answer may take, in ms, before the connection is given up. */
  readonly query_timeout?: number
}

/** A query that sends itself, as `pg` takes it. */
export interface PostgresSubmittable {
  submit: (connection: never) => unknown
}

/** A stream that holds back what is written to it between the two. */
export interface HoldingStream {
  cork?(): void
  uncork?(): void
}

/** The few members of a `pg` client that the storage calls. */
export interface PostgresClient {
  /** Whether queries are sent without waiting for the answers to those before them. */
  readonly pipeline?: boolean
  /** Where the client has one that can hold back what is written and send it at once, as a socket can. */
  readonly connection?: { readonly stream?: HoldingStream }
  /** Of the server's process that the client believes to talk to. */
  readonly processID?: number | null
  query(query: PostgresQuery): Promise<PostgresResult | PostgresResult[]>
  /** A query of a class of its own, with which the storage sends COPY. */
  query(query: PostgresSubmittable): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  off(event: 'error', listener: (error: Error) => void): unknown
  /** @param destroy - closes the connection instead of keeping it. */
  release(destroy?: boolean): void
}

/** The few members of a `pg` pool that the storage calls; a pool of the host's own satisfies it. */
export interface PostgresPool {
  connect(): Promise<PostgresClient>
}
