import * as z from 'zod'
import { parseInput } from '../parse-input.ts'
import type { Diagnosis } from '../storage/storage.ts'

/** `burst` at once, and as many again in every `perMs`, evenly: one comes back every `perMs / burst` milliseconds. */
export interface RateLimit {
  /** In whole units. */
  readonly burst: number
  readonly perMs: number
}

export interface RateRequest {
  /** Whose units they are, e.g. `login:` and a hash of an address. No personal data: adapters store it. */
  readonly key: string
  /** The same for one key at all times; one that has changed counts from where the old one stood. */
  readonly limit: RateLimit
  /** Units to take, at most `burst`. @default 1 */
  readonly cost?: number
}

export interface RateDecision {
  /** When false, nothing was taken. */
  readonly allowed: boolean
  /** Units that could be taken right now. */
  readonly remaining: number
  /** In how many ms the same request would be allowed if nobody else came; 0 when it was allowed. */
  readonly retryAfterMs: number
  /** In how many ms the whole burst is there again if nobody else comes. */
  readonly resetMs: number
}

/**
 * Counts how often something is done.
 *
 * **Contract for implementers**
 * - Looking and taking are indivisible: of any number of concurrent requests, in however many processes share the counts, exactly those that fit are allowed.
 * - A refusal takes nothing and does not lengthen the wait.
 * - Bounded memory: a key whose burst is whole again is forgotten.
 *
 * Rejects with INVALID_INPUT for a limit or cost that makes no sense, and with the retryable DEPENDENCY_UNAVAILABLE when the counts cannot be reached.
 */
export interface RateLimiter {
  take(request: RateRequest): Promise<RateDecision>
  /** What `doctor` should say of the place where it counts. */
  diagnose?(): Promise<readonly Diagnosis[]>
}

/** For adapters: what a request means in whole microseconds, so that every implementation rounds alike. @throws INVALID_INPUT */
export function rateInUnits(request: RateRequest): { readonly key: string; readonly unitUs: number; readonly burst: number; readonly cost: number } {
  const { key, limit, cost } = parseInput(rateRequestInput, request)
  return { key, unitUs: Math.floor((limit.perMs * 1_000) / limit.burst), burst: limit.burst, cost }
}

const rateRequestInput = z
  .strictObject({
    key: z.string().min(1).max(500),
    limit: z.strictObject({
      burst: z.int().min(1).max(1_000_000),
      perMs: z
        .int()
        .min(1)
        .max(366 * 24 * 3_600_000),
    }),
    cost: z.int().min(1).default(1),
  })
  .refine(({ limit, cost }) => cost <= limit.burst, { path: ['cost'], message: 'must not be more than the burst' })
  .refine(({ limit }) => limit.perMs * 1_000 >= limit.burst, { path: ['limit', 'perMs'], message: 'must leave a microsecond a unit' })

interface InProcessRateLimiterOptions {
  /** A clock that only moves forward, in ms. @default the process's */
  readonly nowMs?: () => number
  /** So many keys are remembered at once; beyond, those used longest ago are forgotten. @default 100000 */
  readonly maxKeys?: number
}

/** Counts in this process only: several processes allow a limit each. */
export function inProcessRateLimiter({ nowMs = () => performance.now(), maxKeys = 100_000 }: InProcessRateLimiterOptions = {}): RateLimiter {
  /** When the burst of a key is whole again, in µs: the generic cell rate algorithm's one number. Those used last stand last. */
  const wholeAtUs = new Map<string, number>()
  return {
    take: async (request) => {
      const { key, unitUs, burst, cost } = rateInUnits(request)
      const nowUs = Math.floor(nowMs() * 1_000)
      const before = Math.max(wholeAtUs.get(key) ?? 0, nowUs)
      const after = before + cost * unitUs
      const waitUs = after - nowUs - burst * unitUs
      const allowed = waitUs <= 0
      const wholeUs = allowed ? after : before
      wholeAtUs.delete(key)
      if (wholeUs > nowUs) wholeAtUs.set(key, wholeUs)
      if (wholeAtUs.size > maxKeys) forgetOldest(wholeAtUs)
      return rateDecision({ allowed, waitUs, owedUs: wholeUs - nowUs, unitUs, burst })
    },
  }
}

function forgetOldest(keys: Map<string, number>): void {
  for (const key of keys.keys()) {
    keys.delete(key)
    return
  }
}

/** For adapters: a decision from its one number. @param owed - µs until the burst is whole again. */
export function rateDecision(found: {
  readonly allowed: boolean
  readonly waitUs: number
  readonly owedUs: number
  readonly unitUs: number
  readonly burst: number
}): RateDecision {
  const { allowed, waitUs, owedUs, unitUs, burst } = found
  return {
    allowed,
    remaining: Math.max(0, burst - Math.ceil(owedUs / unitUs)),
    retryAfterMs: allowed ? 0 : Math.max(1, Math.ceil(waitUs / 1_000)),
    resetMs: Math.ceil(owedUs / 1_000),
  }
}
