import type { SqlConnection } from '@cartwright/storage-sql'
import type { PostgresConnections, TriedRead } from './postgres-connections.ts'
import type { WalHistory } from './wal-history.ts'
import { replicaQuery, type WalPosition } from './wal-position.ts'

/** How long a replica that does not answer is left alone at most, in ms. */
const longestRestMs = 30_000

/** What a replica says of itself. */
export interface ReplicaState {
  readonly inRecovery: boolean
  readonly position: WalPosition | null
  readonly cluster: string
}

/** What the primary said of itself. */
export interface PrimaryState {
  readonly position: WalPosition
  readonly cluster: string
}

export interface ReplicaParts {
  readonly connections: PostgresConnections
  readonly history: WalHistory
  readonly maxLagMs: number
  /** How soon a replica that does not answer is asked again, at first. */
  readonly probeIntervalMs: number
  readonly nowMs: () => number
  /** At least 0, less than 1. */
  readonly random: () => number
}

/** One replica, and what is known of it: whether what it reads is recent enough. */
export class Replica {
  readonly #parts: ReplicaParts
  /** Until when whatever it reads is no older than the longest lag allowed. */
  #currentUntilMs = Number.NEGATIVE_INFINITY
  #restsUntilMs = Number.NEGATIVE_INFINITY
  #failures = 0
  /** Where it stood when it was ahead of the primary: it has something that the primary has not, and keeps it as long as it does not move. */
  #strayedAt: WalPosition | undefined

  constructor(parts: ReplicaParts) {
    this.#parts = parts
  }

  get isCurrent(): boolean {
    return this.#parts.nowMs() < this.#currentUntilMs
  }

  async read<T>(work: (connection: SqlConnection) => Promise<T>, position: WalPosition): Promise<TriedRead<T>> {
    const tried = await this.#parts.connections.tryRead(work, position)
    if (tried.outcome === 'failed' && tried.lost) this.#leaveOut()
    return tried
  }

  /**
   * Looks how far it is.
   *
   * @param primary - as it was just before; undefined when it did not answer. Then nothing new can be known, and the lag is what it was when it last did.
   * @param askPrimary - asks it once more.
   */
  async look(primary: PrimaryState | undefined, askPrimary: () => Promise<PrimaryState | undefined>): Promise<void> {
    const { connections, history, maxLagMs, nowMs } = this.#parts
    if (nowMs() < this.#restsUntilMs) return
    try {
      const state = (await connections.ask(replicaQuery)) as ReplicaState
      this.#failures = 0
      const usable = state.inRecovery && state.position !== null && (await this.#follows(state.position, state.cluster, primary, askPrimary))
      const knownMs = primary === undefined ? nowMs() : history.newestMs
      this.#currentUntilMs = usable ? knownMs - history.lagMs(state.position ?? 0) + maxLagMs : Number.NEGATIVE_INFINITY
    } catch {
      this.#leaveOut()
    }
  }

  close(): Promise<void> {
    return this.#parts.connections.close()
  }

  /** Whether it copies this very primary, and not another that was one before, or that has nothing to do with it. */
  async #follows(
    position: WalPosition,
    cluster: string,
    primary: PrimaryState | undefined,
    askPrimary: () => Promise<PrimaryState | undefined>,
  ): Promise<boolean> {
    if (position === this.#strayedAt) return false
    this.#strayedAt = undefined
    if (primary === undefined) return true
    if (cluster !== primary.cluster) return false
    if (position <= primary.position) return true
    // It may have received meanwhile what the primary has written meanwhile, but no more than that.
    const later = await askPrimary()
    if (later !== undefined && position > later.position) this.#strayedAt = position
    return this.#strayedAt === undefined
  }

  #leaveOut(): void {
    const { probeIntervalMs, nowMs, random } = this.#parts
    const restMs = Math.min(probeIntervalMs * 2 ** this.#failures, longestRestMs)
    this.#failures = Math.min(this.#failures + 1, 20)
    this.#restsUntilMs = nowMs() + restMs * (0.5 + random() / 2)
    this.#currentUntilMs = Number.NEGATIVE_INFINITY
  }
}
