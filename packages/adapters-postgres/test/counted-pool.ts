import { setTimeout as sleep } from 'node:timers/promises'
import type { Storage } from '@cartwright/core/ports'
import { Pool } from 'pg'
import type { PostgresClient, PostgresPool, PostgresQuery } from '../src/postgres-pool.ts'

/** A pool of the host's that tells what went through it. */
export interface CountedPool extends PostgresPool {
  /** Statements sent so far that read something of the shop: not those that open and end transactions, nor questions about the server itself. */
  readonly reads: number
  end(): Promise<void>
}

/** Opens a pool that counts. */
export function countedPool(url: string): CountedPool {
  let reads = 0
  const pool = watchedPool(url, (text) => {
    if (!/^(?:BEGIN|ROLLBACK)|pg_is_in_recovery|now\(\)/.test(text)) reads += 1
  })
  return {
    get reads() {
      return reads
    },
    connect: () => pool.connect(),
    end: () => pool.end(),
  }
}

/** Opens a pool of the host's that tells of each statement as it is sent. @param watch - gets its text, and its answer to come */
export function watchedPool(url: string, watch: (text: string, answer: Promise<unknown>) => void): PostgresPool & { end(): Promise<void> } {
  return interceptedPool(url, ({ text }, send) => {
    const answer = send()
    watch(text, answer)
    return answer
  })
}

/** Opens a pool of the host's that leaves it to `intercept` when each statement is sent. */
export function interceptedPool(
  url: string,
  intercept: (query: PostgresQuery, send: () => Promise<unknown>) => Promise<unknown>,
): PostgresPool & { end(): Promise<void> } {
  const pool = new Pool({ connectionString: url, max: 5, pipeline: true } as ConstructorParameters<typeof Pool>[0])
  pool.on('error', () => undefined)
  const intercepted = (client: PostgresClient): PostgresClient => ({
    pipeline: true,
    query: ((sent: PostgresQuery) => intercept(sent, () => client.query(sent))) as PostgresClient['query'],
    on: (event, listener) => client.on(event, listener),
    off: (event, listener) => client.off(event, listener),
    release: (destroy) => client.release(destroy),
  })
  return { connect: async () => intercepted((await pool.connect()) as unknown as PostgresClient), end: () => pool.end() }
}

/** Reads until a read came through the replica, or came through it no more. @throws when that does not happen in time */
export async function untilReplica(storage: Storage, replica: CountedPool, answers: 'answers' | 'is left out'): Promise<void> {
  for (const since = performance.now(); performance.now() - since < 10_000; await sleep(20)) {
    const before = replica.reads
    await storage.snapshot({ source: 'database' }, (snapshot) => snapshot.stock.listLocations())
    if (replica.reads > before === (answers === 'answers')) return
  }
  throw new Error(`the replica never ${answers}`)
}
