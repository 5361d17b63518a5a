import { LRUCache } from 'lru-cache'
import type { Diagnosis } from '../storage/storage.ts'
import { systemTimers, type Timers } from './timers.ts'

/** One thing that is no longer so. */
export interface Invalidation {
  readonly key: string
  /** What made it so, such as the id of an event: whoever hears of it later invalidates nothing that was kept since. */
  readonly mark: string
}

/**
 * A place outside of the shop object where texts are kept for a while, such as a Redis that several processes share. Nothing depends on it: whoever finds nothing
 * reads the database, and what is kept may be gone at any time.
 *
 * **Contract for implementers**
 * - A text is kept under a lease only: whoever wants to keep one takes the lease, *then* reads the database, then stores. `invalidate` ends leases, so that
 *   what was read before a change is never kept after it, however slow its reader was. That is the whole of its safety.
 * - A key has one lease at a time, until it is stored under, invalidated, or `ttlMs` is over.
 * - `get` never answers with a text whose time is up, or that was invalidated before it was called.
 * - It fails soon or not at all: a call that takes longer than a look at the database is worth nothing. Any rejection counts as "not there".
 */
export interface CacheLevel {
  /** The text kept under the key; undefined when there is none. */
  get(params: { readonly key: string }): Promise<string | undefined>
  /**
   * Takes the lease of the key.
   *
   * @param params.token - unique; `store` asks for it.
   * @returns `busy` while another token has it.
   */
  lease(params: { readonly key: string; readonly token: string; readonly ttlMs: number }): Promise<'granted' | 'busy'>
  /**
   * Keeps the text for `ttlMs` and gives the lease back, in one step; with null, only the latter.
   *
   * @returns `lost` when the token no longer has the lease; nothing was kept then.
   */
  store(params: { readonly key: string; readonly token: string; readonly value: string | null; readonly ttlMs: number }): Promise<'stored' | 'lost'>
  /**
   * Forgets what is kept under these keys and ends their leases. A key that was invalidated by the same mark in the last seconds, and not by another since, is left
   * as it is.
   */
  invalidate(params: { readonly invalidations: readonly Invalidation[] }): Promise<void>
  /** What `doctor` is to say of it. @default nothing */
  diagnose?(): Promise<readonly Diagnosis[]>
  /** Lets go of what it opened itself. */
  close(): Promise<void>
}

export interface InProcessCacheOptions {
  /** Keys; the longest unused goes first. @default 10000 */
  readonly maxEntries?: number
  /** @default the process's own */
  readonly timers?: Timers
}

/** How long a mark is remembered: longer than it takes all processes to hear of a change. */
const markMs = 10_000

interface Kept {
  readonly value?: { readonly text: string; readonly untilMs: number }
  readonly lease?: { readonly token: string; readonly untilMs: number }
  readonly mark?: { readonly mark: string; readonly untilMs: number }
}

/** A level in this process, for several shops in it. */
export function inProcessCache({ maxEntries = 10_000, timers = systemTimers }: InProcessCacheOptions = {}): CacheLevel {
  const entries = new LRUCache<string, Kept>({ max: maxEntries })
  const until = (ms: number) => timers.nowMs() + ms
  const current = <T extends { readonly untilMs: number }>(part: T | undefined): T | undefined =>
    part !== undefined && part.untilMs > timers.nowMs() ? part : undefined
  return {
    get: async ({ key }) => current(entries.get(key)?.value)?.text,
    lease: async ({ key, token, ttlMs }) => {
      const kept = entries.get(key) ?? {}
      if (current(kept.lease) !== undefined) return 'busy'
      entries.set(key, { ...kept, lease: { token, untilMs: until(ttlMs) } })
      return 'granted'
    },
    store: async ({ key, token, value, ttlMs }) => {
      const { lease, ...kept } = entries.get(key) ?? {}
      if (current(lease)?.token !== token) return 'lost'
      entries.set(key, value === null ? kept : { ...kept, value: { text: value, untilMs: until(ttlMs) } })
      return 'stored'
    },
    invalidate: async ({ invalidations }) => {
      for (const { key, mark } of invalidations) {
        if (current(entries.get(key)?.mark)?.mark !== mark) entries.set(key, { mark: { mark, untilMs: until(markMs) } })
      }
    },
    close: async () => entries.clear(),
  }
}
