import type { SqlConnection } from '@cartwright/storage-sql'
import type { Bookmarks } from './bookmarks.ts'
import type { PostgresConnections, TriedRead } from './postgres-connections.ts'
import { type PrimaryState, Replica } from './replica.ts'
import { WalHistory } from './wal-history.ts'
import { primaryQuery, type WalPosition } from './wal-position.ts'

export interface ReplicaSetParts {
  readonly primary: PostgresConnections
  readonly replicas: readonly PostgresConnections[]
  readonly bookmarks: Bookmarks
  /** How old what a replica reads may be, in ms. */
  readonly maxLagMs: number
  /** How long what was learned of the servers is good, in ms. */
  readonly probeIntervalMs: number
  /** A clock that only moves forward. */
  readonly nowMs: () => number
  readonly random: () => number
}

/**
 * The replicas, in turn. Each is asked now and then how far it is, while there is somebody who reads: no timer runs. What was learned holds until the lag
 * would have grown past its limit, so that a replica nobody has asked in time is left out by itself.
 */
export class ReplicaSet {
  readonly #parts: ReplicaSetParts
  readonly #history: WalHistory
  readonly #replicas: readonly Replica[]
  #turn = 0
  #lookedMs = Number.NEGATIVE_INFINITY
  #looking: Promise<void> | undefined

  constructor(parts: ReplicaSetParts) {
    const { replicas, ...rest } = parts
    this.#parts = parts
    this.#history = new WalHistory(parts.maxLagMs)
    this.#replicas = replicas.map((connections) => new Replica({ ...rest, connections, history: this.#history }))
  }

  /** Tries a snapshot on the next replica that is current. @returns undefined when none is */
  async tryRead<T>(work: (connection: SqlConnection) => Promise<T>, position: WalPosition): Promise<TriedRead<T> | undefined> {
    this.#lookAround()
    return await this.#next()?.read(work, position)
  }

  /** Resolves when the present look at the servers is over, if there is one. */
  async looked(): Promise<void> {
    await this.#looking
  }

  async close(): Promise<void> {
    await this.#looking
    await Promise.all(this.#replicas.map((replica) => replica.close()))
  }

  #next(): Replica | undefined {
    const current = this.#replicas.filter((replica) => replica.isCurrent)
    this.#turn += 1
    return current[this.#turn % current.length]
  }

  #lookAround(): void {
    const { nowMs, probeIntervalMs } = this.#parts
    if (this.#looking !== undefined || nowMs() - this.#lookedMs < probeIntervalMs) return
    this.#lookedMs = nowMs()
    this.#looking = this.#look().finally(() => {
      this.#looking = undefined
    })
  }

  async #look(): Promise<void> {
    const primary = await this.#askPrimary()
    await Promise.all(this.#replicas.map((replica) => replica.look(primary, () => this.#askPrimary())))
  }

  /** Undefined when the primary does not answer. */
  async #askPrimary(): Promise<PrimaryState | undefined> {
    const { primary, bookmarks, nowMs } = this.#parts
    const askedMs = nowMs()
    try {
      const state = (await primary.ask(primaryQuery)) as PrimaryState
      this.#history.add(state.position, askedMs)
      bookmarks.passed(state.position, askedMs)
      return state
    } catch {
      return undefined
    }
  }
}
