import type { PostgresClient } from './postgres-pool.ts'

/** The few members of a pool of `pg` that this needs. */
export interface GrowingPool {
  /** Connections that nobody uses at the moment. */
  readonly idleCount: number
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
 * is tried once more: a machine that was busy for a moment is no reason to turn a buyer away.
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
    if (this.#asking >= Math.max(madeAtOnce, this.#pool.idleCount)) {
      await new Promise<void>((go, fail) => {
        this.#waiting.push({ go, fail })
      })
    }
    this.#asking += 1
    try {
      return (await this.#made()) as PostgresClient
    } catch (error) {
      for (const { fail } of this.#waiting.splice(0)) fail(error)
      throw error
    } finally {
      this.#asking -= 1
      this.#waiting.shift()?.go()
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
