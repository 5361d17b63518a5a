import { Query } from 'pg'
import type { PostgresClient, PostgresResult } from './postgres-pool.ts'

/** The members of a connection of `pg` that send COPY, of which its types have only the first. */
interface CopyTarget {
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

/** How much is put into one message; a longer text is sent in several. */
const chunkBytes = 256 * 1_024

/**
 * COPY FROM STDIN as a query of `pg`. Its bytes are sent with the statement, without waiting for the server to ask for them: should it refuse the statement, it
 * throws them away. It is a `Query`, because clients that send on take no other.
 */
class CopyQuery extends Query {
  readonly callback: (error: Error | null, result: PostgresResult) => void
  /** As `pg` reads it. */
  readonly query_timeout: number | undefined

  constructor(statement: string, bytes: Buffer, timeoutMs: number | undefined, callback: CopyQuery['callback']) {
    super(statement)
    this.query_timeout = timeoutMs
    this.callback = callback
    this.submit = (connection) => {
      const target = connection as unknown as CopyTarget
      target.query(statement)
      for (let from = 0; from < bytes.length; from += chunkBytes) target.sendCopyFromChunk(bytes.subarray(from, from + chunkBytes))
      target.endCopyFrom()
    }
  }

  /** Called by `pg` when the server asks: it has all of it by then. */
  handleCopyInResponse(): void {}
}

/** Sends it. @returns the server's answer. */
export function submitCopy(client: Pick<PostgresClient, 'query'>, statement: string, bytes: Buffer, timeoutMs: number | undefined): Promise<PostgresResult> {
  return new Promise((resolve, reject) => {
    client.query(new CopyQuery(statement, bytes, timeoutMs, (error, result) => (error === null ? resolve(result) : reject(error))))
  })
}
