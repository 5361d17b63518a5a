import type { CacheLevel, Invalidation } from './cache.ts'
import type { Timers } from './timers.ts'

/** What was read of the database, and when, by the shop's clock. */
export interface Loaded<T> {
  readonly value: T
  readonly readAtMs: number
}

/** What the shared level needs of the shop. */
export interface SharedCacheParts {
  readonly level: CacheLevel
  readonly timers: Timers
  /** How old a text may get, from the moment it was read, in ms. */
  readonly ttlMs: number
  /** A text never made before. */
  readonly newToken: () => string
  /** The shop's time, in epoch ms. */
  readonly shopTimeMs: () => number
  /** A share from 0 to 1, drawn anew. */
  readonly draw: () => number
  readonly onFailure: (call: string, error: unknown) => void
}

export interface SharedRead<T> {
  /** Reads the database; undefined when there is no such thing, which is never kept. */
  readonly load: () => Promise<Loaded<T> | undefined>
  /** Makes the value of what JSON has left of it. */
  readonly revive: (value: unknown) => T
  /** Called, before the answer, when it was kept already. @param readAtMs - when it had been read, by the shop's clock */
  readonly onFound: (readAtMs: number) => void
}

/** How long one process may be about to read a value for all of them. */
const leaseMs = 2_000
/** How often, and how long apart, another process's value is looked for before the database is asked all the same. */
const looks = 10
const lookMs = 20
/** From this share of its life on, a value may be read anew ahead of time. */
const ripeAt = 0.8

const placeKey = 'place'

/** Up to where in the outbox everything that is kept under a generation's keys has been invalidated. */
interface Place {
  readonly generation: string
  readonly cursor: string
}

/**
 * The level outside of this process. It is used only while this process knows that what is kept there has been invalidated up to a place in the outbox, from
 * which it goes on itself: that place is kept in the level too, under a generation that all keys carry. A level that has lost its place begins a new generation, and
 * what is kept under the old one is never seen again.
 */
export class SharedCache {
  readonly #parts: SharedCacheParts
  #generation: string | undefined
  /** True once everything up to this process's own place has been invalidated under the generation's keys. */
  #caughtUp = false
  #placedAtMs = Number.NEGATIVE_INFINITY
  readonly #storing = new Set<Promise<unknown>>()

  constructor(parts: SharedCacheParts) {
    this.#parts = parts
  }

  /** False while what is kept there may be outdated, or the level does not answer. */
  get usable(): boolean {
    return this.#caughtUp
  }

  /** How much longer something read then may be answered, in ms; 0 at least. */
  leftMs(readAtMs: number, nowMs: number): number {
    return Math.max(0, readAtMs + this.#parts.ttlMs - nowMs)
  }

  /** The value under the key, read from the database by one process for all. */
  async through<T>(key: string, { load, revive, onFound }: SharedRead<T>): Promise<Loaded<T> | undefined> {
    if (!this.#caughtUp) return load()
    const scoped = this.#scoped(key)
    const found = await this.#find(scoped, revive)
    if (found === 'failed') return load()
    if (found !== 'nothing' && !this.#isRipe(found)) {
      onFound(found.readAtMs)
      return found
    }
    const token = this.#parts.newToken()
    const lease = await this.#attempt('lease', () => this.#parts.level.lease({ key: scoped, token, ttlMs: leaseMs }))
    if (lease === undefined) return load()
    if (lease === 'granted') return this.#load(scoped, token, load, found === 'nothing' ? undefined : found)
    const theirs = found === 'nothing' ? await this.#theirs(scoped, revive) : found
    if (theirs === undefined) return load()
    onFound(theirs.readAtMs)
    return theirs
  }

  /** Forgets what is kept under the keys. After a failure nothing of the level is used until {@link follow} has made up for it. */
  async invalidate(keys: readonly Invalidation[]): Promise<void> {
    if (keys.length === 0 || this.#generation === undefined) return
    const invalidations = keys.map(({ key, mark }) => ({ key: this.#scoped(key), mark }))
    const done = await this.#attempt('invalidate', () => this.#parts.level.invalidate({ invalidations }).then(() => true))
    if (done !== true) this.leave()
  }

  /** Uses nothing of the level until the next {@link follow}. */
  leave(): void {
    this.#generation = undefined
    this.#caughtUp = false
  }

  /**
   * Takes part in the level's generation, once everything that changed since its place was invalidated here; from then on, tells it how far this process has come.
   *
   * @param cursor - up to which this process has invalidated.
   * @param moved - false when nothing has changed since the last call.
   * @param catchUp - invalidates everything that changed after a place; false when that cannot be known any more.
   */
  async follow(cursor: string, moved: boolean, catchUp: (from: string) => Promise<boolean>): Promise<void> {
    const due = this.#parts.timers.nowMs() - this.#placedAtMs > this.#parts.ttlMs / 4
    if (this.#caughtUp && !moved && !due) return
    const place = await this.#attempt('get', async () => {
      const text = await this.#parts.level.get({ key: placeKey })
      return text === undefined ? 'nowhere' : (JSON.parse(text) as Place)
    })
    if (place === undefined) return
    if (place === 'nowhere') return this.#begin(this.#generation ?? this.#parts.newToken(), cursor)
    if (place.generation !== this.#generation) {
      this.#caughtUp = false
      this.#generation = place.generation
      if (!(await catchUp(place.cursor))) return this.#begin(this.#parts.newToken(), cursor)
    }
    // Undefined when invalidating failed on the way.
    if (this.#generation === undefined) return
    this.#caughtUp = true
    await this.#writePlace({ generation: this.#generation, cursor })
  }

  async close(): Promise<void> {
    this.leave()
    await Promise.all(this.#storing)
    await this.#parts.level.close()
  }

  /** Whatever is kept under this generation's keys is as new as the cursor. */
  async #begin(generation: string, cursor: string): Promise<void> {
    this.leave()
    if (!(await this.#writePlace({ generation, cursor }))) return
    this.#generation = generation
    this.#caughtUp = true
  }

  /** @returns false when another process is writing it, or the level fails. */
  async #writePlace(place: Place): Promise<boolean> {
    const token = this.#parts.newToken()
    const { level, ttlMs } = this.#parts
    const lease = await this.#attempt('lease', () => level.lease({ key: placeKey, token, ttlMs: leaseMs }))
    if (lease !== 'granted') return false
    // The place outlives everything that is kept under its generation, so that a lost place means that nothing is left.
    const stored = await this.#attempt('store', () => level.store({ key: placeKey, token, value: JSON.stringify(place), ttlMs: ttlMs * 2 }))
    if (stored === 'stored') this.#placedAtMs = this.#parts.timers.nowMs()
    return stored === 'stored'
  }

  #scoped(key: string): string {
    return `${this.#generation}:${key}`
  }

  async #find<T>(scoped: string, revive: (value: unknown) => T): Promise<Loaded<T> | 'nothing' | 'failed'> {
    try {
      const text = await this.#parts.level.get({ key: scoped })
      if (text === undefined) return 'nothing'
      const { value, readAtMs } = JSON.parse(text) as Loaded<unknown>
      return { value: revive(value), readAtMs }
    } catch (error) {
      this.#parts.onFailure('get', error)
      return 'failed'
    }
  }

  /** Differs from call to call, so that the processes do not all come at once. */
  #isRipe({ readAtMs }: Loaded<unknown>): boolean {
    const { shopTimeMs, ttlMs, draw } = this.#parts
    const age = (shopTimeMs() - readAtMs) / ttlMs
    return age >= 1 || (age > ripeAt && draw() < (age - ripeAt) / (1 - ripeAt))
  }

  async #load<T>(key: string, token: string, load: SharedRead<T>['load'], found: Loaded<T> | undefined): Promise<Loaded<T> | undefined> {
    try {
      const loaded = await load()
      this.#store(key, token, loaded)
      return loaded
    } catch (error) {
      this.#store(key, token, undefined)
      if (found !== undefined) return found
      throw error
    }
  }

  /** Nobody waits for it. The life of what is kept counts from the moment it was read. */
  #store(key: string, token: string, loaded: Loaded<unknown> | undefined): void {
    const { level, shopTimeMs, ttlMs: wholeMs } = this.#parts
    const ttlMs = loaded === undefined ? 0 : Math.floor(loaded.readAtMs + wholeMs - shopTimeMs())
    const value = loaded === undefined || ttlMs <= 0 ? null : JSON.stringify(loaded)
    const storing = this.#attempt('store', () => level.store({ key, token, value, ttlMs: Math.max(1, ttlMs) })).finally(() => this.#storing.delete(storing))
    this.#storing.add(storing)
  }

  async #theirs<T>(scoped: string, revive: (value: unknown) => T): Promise<Loaded<T> | undefined> {
    for (let look = 0; look < looks; look += 1) {
      await this.#parts.timers.sleep(lookMs)
      const found = await this.#find(scoped, revive)
      if (found !== 'nothing') return found === 'failed' ? undefined : found
    }
    return undefined
  }

  async #attempt<T>(call: string, run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await run()
    } catch (error) {
      this.#parts.onFailure(call, error)
      return undefined
    }
  }
}
