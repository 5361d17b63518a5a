import * as z from 'zod'
import type { CacheLevel } from '../runtime/cache.ts'

/** What is cached of the catalogue: products, whether they are in stock, and pages of listings. Carts, quotes and checkout never read it. */
export interface CacheOptions {
  /** Products and availabilities in this process; the longest unused go first. @default 10000 */
  readonly maxEntries?: number
  /** Pages of listings in this process. @default 500 */
  readonly maxPages?: number
  /** How old an answer of this process may get when no event outdates it, in ms. @default 60000 */
  readonly ttlMs?: number
  /** Within how many ms every process sees a change. @default 1000 */
  readonly maxLagMs?: number
  /** For how much longer an old answer may be given, marked `stale`, while the database fails, in ms. @default 600000 */
  readonly staleMs?: number
  /** A level that processes share, such as `redisCache({ url })`; `commerce.close()` closes it. @default none */
  readonly shared?: CacheLevel
  /** How old an answer of the shared level may get when no event outdates it, in ms. @default 300000 */
  readonly sharedTtlMs?: number
}

const count = z.int().min(1)
const durationMs = z.int().min(1)

export const cacheOptionsInput = z.strictObject({
  maxEntries: count.default(10_000),
  maxPages: count.default(500),
  ttlMs: durationMs.default(60_000),
  maxLagMs: durationMs.default(1_000),
  staleMs: z.int().min(0).default(600_000),
  shared: z.custom<CacheLevel>((value) => typeof value === 'object' && value !== null && 'lease' in value, 'must be a cache level').optional(),
  sharedTtlMs: durationMs.default(300_000),
})

export type ParsedCacheOptions = z.output<typeof cacheOptionsInput>
