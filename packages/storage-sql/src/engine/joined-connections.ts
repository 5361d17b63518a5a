import { CommerceError } from '@cartwright/core/ports'
import type { SqlConnection, SqlConnections } from './connection.ts'
import { SavepointConnections } from './savepoint-connections.ts'
import type { SqlDialect } from './sql-dialect.ts'

/**
 * A transaction that the host has opened and will end, as an adapter sees it.
 *
 * **Contract for implementers**
 * - `connection` fails with a `CONFLICT` where only running the host's whole transaction again can help, and with `TRANSACTION_CLOSED` outside a transaction.
 */
export interface JoinedTransaction {
  /** The engine's, with codecs for the values as this transaction's driver gives them. */
  readonly dialect: SqlDialect
  readonly connection: SqlConnection
  /** Called first in every savepoint. @throws TRANSACTION_CLOSED when the transaction is over, also when the connection is in another one by now */
  enter(): void | Promise<void>
}

/** Transactions and snapshots within one of the host's: each is a savepoint of it, reads too, so that a failed one leaves the host's transaction usable. */
export class JoinedConnections implements SqlConnections {
  readonly #transaction: Omit<JoinedTransaction, 'dialect'>
  readonly #savepoints: SavepointConnections

  constructor(transaction: Omit<JoinedTransaction, 'dialect'>) {
    this.#transaction = transaction
    this.#savepoints = new SavepointConnections(transaction.connection)
  }

  write<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    return this.#savepoints.write(async (connection) => {
      await this.#transaction.enter()
      return await work(connection)
    })
  }

  read<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    return this.write(work)
  }

  /** A host's transaction is no place for a step of the schema, which takes locks that everybody else would wait for until its end. */
  migrate(): Promise<never> {
    return Promise.reject(new CommerceError('NESTED_TRANSACTION', { details: {}, message: 'The schema cannot be changed inside a transaction of the host' }))
  }

  /** The transaction is the host's. */
  async close(): Promise<void> {
    await this.#savepoints.close()
  }
}
