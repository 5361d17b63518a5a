import { CommerceError } from '@cartwright/core/ports'
import type { SqlConnection, SqlConnections } from './connection.ts'

/** Transactions within one that is open already: each is a savepoint of it, one after the other. */
export class SavepointConnections implements SqlConnections {
  readonly #connection: SqlConnection
  #last: Promise<unknown> = Promise.resolve()
  #open = true
  #broken: { readonly cause: unknown } | undefined

  constructor(connection: SqlConnection) {
    this.#connection = connection
  }

  write<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      await this.#connection.execute('SAVEPOINT part', [])
      try {
        const result = await work(this.#connection)
        await this.#connection.execute('RELEASE SAVEPOINT part', [])
        return result
      } catch (error) {
        await this.#undo()
        throw error
      }
    })
  }

  /** Rebuilding needs the foreign keys off, which no engine allows inside a transaction. */
  migrate<T>(work: (connection: SqlConnection) => Promise<T>, { rebuildsTables }: { readonly rebuildsTables: boolean }): Promise<T> {
    if (!rebuildsTables) return this.write(work)
    return Promise.reject(new CommerceError('NESTED_TRANSACTION', { details: {}, message: 'Tables cannot be rebuilt inside another transaction' }))
  }

  read<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    return this.#inTurn(() => work(this.#connection))
  }

  /** There is nothing of its own to close: the transaction around it ends by itself. */
  async close(): Promise<void> {
    await this.#last
  }

  /** Waits for what runs and refuses what comes after. @throws what kept a savepoint from being rolled back: its writes must not be committed with the others */
  async end(): Promise<void> {
    this.#open = false
    await this.#last
    if (this.#broken !== undefined) throw this.#broken.cause
  }

  async #undo(): Promise<void> {
    try {
      await this.#connection.execute('ROLLBACK TO SAVEPOINT part', [])
      await this.#connection.execute('RELEASE SAVEPOINT part', [])
    } catch (cause) {
      this.#broken = { cause }
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#open) return Promise.reject(new CommerceError('TRANSACTION_CLOSED', { details: {} }))
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }
}
