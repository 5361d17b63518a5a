import { CommerceError } from '@cartwright/core/ports'
import type { ReaderKey, SqlConnection, SqlResult, SqlRows } from '@cartwright/storage-sql'
import type { Bookmarks } from './bookmarks.ts'
import { submitCopy } from './copy-query.ts'
import { copyStatement, copyText } from './copy-text.ts'
import { GatheredWrites } from './gathered-writes.ts'
import { asCommerceError, isConnectionLoss, isOutdatedPlan, isPostgresError, isTransient, storageUnavailable } from './postgres-errors.ts'
import type { PostgresClient, PostgresQuery, PostgresResult } from './postgres-pool.ts'
import type { StatementNames } from './statement-names.ts'
import { submitStatement, takesQueryObjects } from './statement-query.ts'
import { valueParsers } from './value-parsers.ts'
import { hasReplayedQuery, positionOf, positionQuery, unknownPosition, type WalPosition } from './wal-position.ts'

const clock = "SELECT date_trunc('milliseconds', now()) AS now"

interface ConnectionParts {
  readonly client: PostgresClient
  /** Undefined where statements must not outlive a transaction, as behind pgbouncer. */
  readonly names: StatementNames | undefined
  /** How long an answer may take before the connection is given up, in ms. The server's own timeout comes first, unless nothing arrives at all. */
  readonly answerDeadlineMs: number | undefined
  /** Where to note for whom was written; undefined without replicas. */
  readonly bookmarks?: Bookmarks | undefined
}

/** One client for the time of one transaction or snapshot. */
export class PostgresConnection implements SqlConnection {
  readonly #parts: ConnectionParts
  readonly #writes: GatheredWrites
  /** What opens the transaction, until something is sent in it. */
  #beginning = ''
  /** The answer to BEGIN, which nobody has waited for yet. */
  #begun: Promise<unknown> = Promise.resolve()
  /** The answer to the statement before: a client that cannot send on takes one at a time. */
  #previous: Promise<unknown> = Promise.resolve()
  /** What made Postgres give the transaction up. */
  #failure: unknown
  #open = false
  #broken = false
  /** How many copies have not been answered. */
  #copying = 0
  readonly #readers = new Set<ReaderKey>()
  readonly #onError = () => {
    this.#broken = true
  }

  /** Notes why Postgres refused a statement. */
  readonly #onRefusal = (error: unknown): never => {
    if (error instanceof RangeError || error instanceof TypeError) throw error
    this.#failure ??= error
    if (isConnectionLoss(error)) this.#broken = true
    throw asCommerceError(error)
  }

  constructor(parts: ConnectionParts) {
    this.#parts = parts
    this.#writes = new GatheredWrites(parts.client)
    parts.client.on('error', this.#onError)
  }

  /** Opens a transaction as soon as something is sent in it: where the client can send on, both go in one round trip. */
  begin(statements: string): void {
    this.#beginning = statements
  }

  async execute(sql: string, parameters: readonly unknown[]): Promise<SqlResult> {
    // Going back to a savepoint is the one thing that Postgres allows after a failure, and it makes the transaction whole again.
    const goesBack = sql.startsWith('ROLLBACK TO SAVEPOINT ')
    if (!goesBack) this.#refuseAfterFailure()
    if (this.#beginning !== '') this.#sendBeginning()
    const { rows, fields, rowCount } = await this.#send(sql, parameters)
    if (goesBack) this.#failure = undefined
    return { rows, changes: fields.length > 0 ? 0 : (rowCount ?? 0) }
  }

  /** Which server process the client was told it talks to; undefined where it was told none. */
  get processId(): number | undefined {
    return this.#parts.client.processID ?? undefined
  }

  get copy(): ((rows: SqlRows) => Promise<void>) | undefined {
    return takesQueryObjects(this.#parts.client) ? (rows) => this.#copy(rows) : undefined
  }

  async now(): Promise<Date> {
    const { rows } = await (this.#beginning === '' ? this.#send(clock, []) : this.#sendBeginning(clock))
    return (rows[0] as { now: Date }).now
  }

  wroteFor(reader: ReaderKey): void {
    if (this.#parts.bookmarks !== undefined) this.#readers.add(reader)
  }

  /** Whether this is a replica that has replayed up to a position. Asked before `begin`, so that the snapshot is taken after the answer; where the client can send on, both are one round trip. */
  async hasReplayed(position: WalPosition): Promise<boolean> {
    const { rows } = await this.#send(hasReplayedQuery, [position])
    return (rows[0] as { replayed: boolean | null }).replayed === true
  }

  /**
   * @throws OUTCOME_UNKNOWN when the connection died before it answered: Postgres may have committed.
   * @throws what made Postgres give the transaction up, if the work has kept silent about it.
   */
  async commit(): Promise<void> {
    if (!this.#open) return
    await this.#begun
    if (this.#failure !== undefined) throw asCommerceError(this.#failure)
    if (this.#broken) throw storageUnavailable('The connection died before COMMIT')
    const committed = this.#send('COMMIT')
    const noted = this.#noteReaders()
    try {
      const { command } = await committed
      this.#open = false
      if (command !== 'COMMIT') throw storageUnavailable('Postgres rolled the transaction back instead of committing it')
    } catch (error) {
      if (this.#broken) throw unknownOutcome(error)
      throw error
    } finally {
      await noted
    }
  }

  /** Asks, right behind the COMMIT, where the log ends now. Where there is no answer, nobody knows up to where a replica must have come. Never rejects. */
  async #noteReaders(): Promise<void> {
    const { bookmarks } = this.#parts
    if (bookmarks === undefined || this.#readers.size === 0) return
    const position = await this.#send(positionQuery, []).then(positionOf, () => unknownPosition)
    bookmarks.note(this.#readers, position)
  }

  /** Ends a snapshot, or what is left of a transaction. Never throws: a client that cannot is not used again. */
  async end(): Promise<void> {
    if (!this.#open || this.#broken) return
    this.#open = false
    await this.#send('ROLLBACK').catch(() => {
      this.#broken = true
    })
  }

  /** Gives the client back to its pool; one that is broken, or stuck in a transaction, is closed. */
  release(): void {
    this.#parts.client.off('error', this.#onError)
    this.#parts.client.release(this.#broken || this.#open || isOutdatedPlan(this.#failure))
  }

  /** What made Postgres give the transaction up, or broke the connection. */
  get failure(): unknown {
    return this.#failure
  }

  /** Whether nothing more can be had from the connection. */
  get isBroken(): boolean {
    return this.#broken
  }

  /** Whether the transaction was given up for a reason that may be gone the next time. */
  get failedTransiently(): boolean {
    return isTransient(this.#failure)
  }

  async #copy(rows: SqlRows): Promise<void> {
    this.#refuseAfterFailure()
    if (this.#beginning !== '') this.#sendBeginning()
    const { client, answerDeadlineMs } = this.#parts
    const bytes = Buffer.from(copyText(rows.rows))
    this.#copying += 1
    // Others may be on their way before it, each of which has as much time.
    const deadlineMs = answerDeadlineMs === undefined ? undefined : answerDeadlineMs * this.#copying
    try {
      await this.#answer(() => submitCopy(client, copyStatement(rows), bytes, deadlineMs))
    } finally {
      this.#copying -= 1
    }
  }

  /** Opens the transaction, together with a first statement that takes no parameters. */
  #sendBeginning(...first: readonly string[]): Promise<PostgresResult> {
    const answer = this.#send([this.#beginning, ...first].join('; '))
    this.#beginning = ''
    this.#open = true
    this.#begun = answer
    answer.catch(() => undefined)
    return answer
  }

  /** @param parameters - none: sent as it is, which may be several statements. */
  #send(sql: string, parameters?: readonly unknown[]): Promise<PostgresResult> {
    const { client, names, answerDeadlineMs } = this.#parts
    const name = parameters === undefined ? undefined : names?.of(sql, parameters)
    if (takesQueryObjects(client)) return this.#answer(() => submitStatement(client, { text: sql, name, values: parameters, deadlineMs: answerDeadlineMs }))
    const query: PostgresQuery = {
      text: sql,
      types: valueParsers,
      ...(parameters === undefined ? {} : { values: [...parameters] }),
      ...(name === undefined ? {} : { name }),
      ...(answerDeadlineMs === undefined ? {} : { query_timeout: answerDeadlineMs }),
    }
    return this.#answer(() => client.query(query))
  }

  #answer(send: () => Promise<PostgresResult | PostgresResult[]>): Promise<PostgresResult> {
    this.#writes.hold()
    if (this.#parts.client.pipeline === true) return send().then(lastResult, this.#onRefusal)
    const answer = this.#previous.then(send).then(lastResult, this.#onRefusal)
    this.#previous = answer.catch(() => undefined)
    return answer
  }

  #refuseAfterFailure(): void {
    if (this.#failure !== undefined) throw storageUnavailable('Postgres has given the transaction up', this.#failure)
  }
}

/** Several statements sent as one text have several results. */
function lastResult(result: PostgresResult | PostgresResult[]): PostgresResult {
  return Array.isArray(result) ? (result.at(-1) as PostgresResult) : result
}

function unknownOutcome(error: unknown): CommerceError {
  const cause = error instanceof CommerceError ? error.cause : error
  const said = isPostgresError(cause) ? ` (${cause.code})` : ''
  return new CommerceError('OUTCOME_UNKNOWN', { details: {}, message: `The connection died at COMMIT${said}`, cause })
}
