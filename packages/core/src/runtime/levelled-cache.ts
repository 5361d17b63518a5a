import { LRUCache } from 'lru-cache'
import { isCommerceError } from '../errors.ts'
import { frozen } from './frozen.ts'
import { inTime, late } from './in-time.ts'
import type { Loaded, SharedCache } from './shared-cache.ts'
import { countCacheLookup } from './telemetry.ts'
import type { Timers } from './timers.ts'

/** One kind of thing that is cached. */
export interface CachedKind<T> {
  /** In keys and metrics. */
  readonly name: string
  /** Makes the value of what JSON has left of it; without it, the kind stays in this process. */
  readonly revive?: (value: unknown) => T
}

/** What the cache answers. */
export interface Cached<T> {
  readonly value: T
  /** True when nobody could make sure that it still holds. */
  readonly stale: boolean
}

export interface LevelledCacheOptions {
  readonly maxEntries: number
  /** How old an answer may get in this process, in ms. */
  readonly ttlMs: number
  /** For how much longer one may be answered while the database fails, in ms. */
  readonly staleMs: number
  /** How long a caller waits for the database when there is something stale to answer, in ms. */
  readonly patienceMs: number
  readonly timers: Timers
  readonly shopTimeMs: () => number
  /** A share from 0 to 1, drawn anew. */
  readonly draw: () => number
  readonly shared: SharedCache | undefined
}

interface Entry {
  readonly value: unknown
  readonly readAtMs: number
  readonly expiresAtMs: number
  /** From here on it is read anew while it is still being answered. */
  refreshAtMs: number
  /** Until here it is better than a failure. */
  readonly staleUntilMs: number
  /** True once something has changed it. */
  outdated: boolean
}

interface Flight {
  readonly promise: Promise<Cached<unknown> | undefined>
  /** True when something changed while it was under way: its answer is for those who asked before. */
  outdated: boolean
}

/** Where in its life an entry is first read anew: somewhere in the last fifth, so that those of one moment do not come due in one moment. */
const refreshFrom = 0.8
/** After a failure of the database, what is stale is answered at once for so long. */
const pauseMs = 1_000

/**
 * Keeps what was read in this process, and through it in the level that it shares with others: each key is read once for all who ask at the same time, again before
 * its time is up, and answered stale when the database fails. What it hands out is frozen.
 */
export class LevelledCache {
  readonly #options: LevelledCacheOptions
  readonly #entries: LRUCache<string, Entry>
  readonly #flights = new Map<string, Flight>()
  #pausedUntilMs = Number.NEGATIVE_INFINITY

  constructor(options: LevelledCacheOptions) {
    this.#options = options
    this.#entries = new LRUCache({ max: options.maxEntries })
  }

  /**
   * The value of this id.
   *
   * @param load - reads it; undefined when there is none, which is not kept.
   * @param checked - false when changes of the last moments may not have been heard of.
   * @returns undefined when there is no such thing
   * @throws whatever `load` throws, when there is nothing to answer instead
   */
  get<T>(kind: CachedKind<T>, id: string, load: () => Promise<Loaded<T> | undefined>, checked: boolean): Promise<Cached<T> | undefined> {
    const key = keyOf(kind, id)
    const nowMs = this.#options.timers.nowMs()
    const entry = this.#entries.get(key)
    if (entry !== undefined && !entry.outdated && nowMs < entry.expiresAtMs) {
      if (nowMs >= entry.refreshAtMs) this.#refresh(kind, key, load, entry)
      return Promise.resolve(this.#answer(kind, entry, !checked))
    }
    if (entry === undefined || nowMs >= entry.staleUntilMs) return this.#flight(kind, key, load)
    return this.#readOrStale(kind, key, load, entry)
  }

  /** From now on nothing that was read before is answered under these keys, unless the database fails. */
  invalidate(keys: readonly string[]): void {
    for (const key of keys) {
      const entry = this.#entries.peek(key)
      if (entry !== undefined) entry.outdated = true
      const flight = this.#flights.get(key)
      if (flight === undefined) continue
      flight.outdated = true
      this.#flights.delete(key)
    }
  }

  /** Invalidates all there is. */
  invalidateAll(): void {
    this.invalidate([...this.#entries.keys(), ...this.#flights.keys()])
  }

  /** Waits for the reads that are under way, and forgets everything. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#flights.values()].map(({ promise }) => promise))
    this.#entries.clear()
  }

  async #readOrStale<T>(kind: CachedKind<T>, key: string, load: () => Promise<Loaded<T> | undefined>, entry: Entry): Promise<Cached<T> | undefined> {
    const { timers, patienceMs } = this.#options
    if (timers.nowMs() < this.#pausedUntilMs) return this.#answer(kind, entry, true)
    try {
      const reading = this.#flight(kind, key, load)
      // What is known to be wrong is answered after a failure only.
      if (entry.outdated) return await reading
      const read = await inTime(timers, reading, patienceMs)
      if (read !== late) return read
      reading.catch(() => undefined)
    } catch (error) {
      if (!isOutage(error)) throw error
      this.#pausedUntilMs = timers.nowMs() + pauseMs
    }
    return this.#answer(kind, entry, true)
  }

  #answer<T>(kind: CachedKind<T>, entry: Entry, stale: boolean): Cached<T> {
    countCacheLookup(kind.name, 'process', stale ? 'stale' : 'hit', this.#options.shopTimeMs() - entry.readAtMs)
    return { value: entry.value as T, stale }
  }

  #refresh<T>(kind: CachedKind<T>, key: string, load: () => Promise<Loaded<T> | undefined>, entry: Entry): void {
    // Should it fail, not every look tries again.
    entry.refreshAtMs = this.#options.timers.nowMs() + pauseMs
    this.#flight(kind, key, load).catch(() => undefined)
  }

  /** Reads the key once for all who ask meanwhile. */
  #flight<T>(kind: CachedKind<T>, key: string, load: () => Promise<Loaded<T> | undefined>): Promise<Cached<T> | undefined> {
    const running = this.#flights.get(key)
    if (running !== undefined) return running.promise as Promise<Cached<T> | undefined>
    const promise = this.#fetch(kind, key, load).then(
      (loaded): Cached<T> | undefined => {
        this.#land(key, flight, loaded)
        return loaded === undefined ? undefined : { value: frozen(loaded.value), stale: false }
      },
      (error: unknown) => {
        if (this.#flights.get(key) === flight) this.#flights.delete(key)
        throw error
      },
    )
    const flight: Flight = { promise, outdated: false }
    this.#flights.set(key, flight)
    return promise
  }

  #land(key: string, flight: Flight, loaded: Loaded<unknown> | undefined): void {
    if (flight.outdated) return
    this.#flights.delete(key)
    if (loaded === undefined) {
      this.#entries.delete(key)
      return
    }
    const { ttlMs, staleMs, timers, draw, shopTimeMs, shared } = this.#options
    const nowMs = timers.nowMs()
    const leftMs = shared === undefined ? ttlMs : Math.min(ttlMs, shared.leftMs(loaded.readAtMs, shopTimeMs()))
    this.#entries.set(key, {
      value: loaded.value,
      readAtMs: loaded.readAtMs,
      expiresAtMs: nowMs + leftMs,
      refreshAtMs: nowMs + leftMs * (refreshFrom + (1 - refreshFrom) * draw()),
      staleUntilMs: nowMs + leftMs + staleMs,
      outdated: false,
    })
  }

  #fetch<T>(kind: CachedKind<T>, key: string, load: () => Promise<Loaded<T> | undefined>): Promise<Loaded<T> | undefined> {
    countCacheLookup(kind.name, 'process', 'miss')
    const { shared, shopTimeMs } = this.#options
    const { revive } = kind
    if (shared?.usable !== true || revive === undefined) return load()
    return shared.through(key, {
      load: () => {
        countCacheLookup(kind.name, 'shared', 'miss')
        return load()
      },
      revive,
      onFound: (readAtMs) => countCacheLookup(kind.name, 'shared', 'hit', shopTimeMs() - readAtMs),
    })
  }
}

/** Under what a kind's value is kept in every level. */
export function keyOf({ name }: Pick<CachedKind<unknown>, 'name'>, id: string): string {
  return `${name}:${id}`
}

/** The database does not answer: anything else is an answer. */
export function isOutage(error: unknown): boolean {
  return isCommerceError(error) && error.kind === 'unavailable'
}
