import { isServerFull } from './postgres-errors.ts'
import type { PostgresClient } from './postgres-pool.ts'

/** The few members of a pool of `pg` that this needs. */
export interface GrowingPool {
  /** Connections that nobody uses at the moment. */
  readonly idleCount: number
  /** All that it has, those that are being made included. */
  readonly totalCount: number
  connect(): Promise<unknown>
  on(event: 'release', listener: () => void): unknown
}

/**
 * How many connections are made at a time. Each costs the server a process, and both sides the proof of a password: made all at once, by every process of a shop that
 * starts or wakes, on a machine that is busy, none is ready within its timeout, and all of the work is thrown away and begun anew.
 */
const madeAtOnce = 4

/** A timer may ring a little early. */
const almost = 0.95

interface Waiting {
  readonly go: () => void
  readonly fail: (error: unknown) => void
}

/**
 * A pool that grows a few connections at a time. Who waits for one to be made takes one that is given back, if that comes first. One that could not be made in time
 * is tried once more: a machine that was busy for a moment is no reason to turn a buyer away. Nor is a server that has no connection left for a pool that has some: who
 * asked waits for one of those.
 */
export class GradualPool {
  readonly #pool: GrowingPool
  readonly #connectMs: number
  readonly #waiting: Waiting[] = []
  #asking = 0

  /** @param connectMs - after which the pool gives a connection up. */
  constructor(pool: GrowingPool, connectMs: number) {
    this.#pool = pool
    this.#connectMs = connectMs
    pool.on('release', () => this.#waiting.shift()?.go())
  }

  /** @throws what the pool throws. When a connection cannot be made, those who wait are told the same: they shall not find out a timeout later. */
  async connect(): Promise<PostgresClient> {
    if (this.#asking >= Math.max(madeAtOnce, this.#pool.idleCount)) await this.#turn()
    for (;;) {
      const client = await this.#tryConnect()
      if (client !== undefined) return client
      // One that was given back while the server answered has told nobody here.
      if (this.#pool.idleCount === 0) await this.#turn()
    }
  }

  /** Resolves when a connection is given back, or another one may be made. */
  #turn(): Promise<void> {
    return new Promise<void>((go, fail) => {
      this.#waiting.push({ go, fail })
    })
  }

  /** @returns undefined when the server is full, and the pool has connections for which one can wait */
  async #tryConnect(): Promise<PostgresClient | undefined> {
    this.#asking += 1
    try {
      const client = (await this.#made()) as PostgresClient
      this.#waiting.shift()?.go()
      return client
    } catch (error) {
      if (isServerFull(error) && this.#pool.totalCount > 0) return undefined
      for (const { fail } of this.#waiting.splice(0)) fail(error)
      throw error
    } finally {
      this.#asking -= 1
    }
  }

  /** A refusal comes at once and is believed. */
  async #made(): Promise<unknown> {
    const startedMs = performance.now()
    try {
      return await this.#pool.connect()
    } catch (error) {
      if (performance.now() - startedMs < almost * this.#connectMs) throw error
      return await this.#pool.connect()
    }
  }
}
