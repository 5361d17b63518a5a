import type { Diagnosis } from '../storage/storage.ts'

/** What is asked of the counts of one SKU. */
export interface AdmissionRequest {
  readonly sku: string
  /** Whole units, ≥ 1. */
  readonly quantity: number
  /** Whose units they would be: a cart. One that was let through is let through again, for an hour, and counted once. */
  readonly holder: string
  /** The newest generation of the counts that the caller has seen, 0 for none. Counts of an earlier one come from a copy that has lost something. */
  readonly seen: number
  /** Names the caller while it reads the database. */
  readonly token: string
  /** A refusal may rest on counts of this age at most, in ms. */
  readonly maxAgeMs: number
  /** For how long one caller may read the database before another does, in ms. */
  readonly lookMs: number
}

export type AdmissionAnswer =
  /** The units were taken off what is thought to be left. */
  | { readonly outcome: 'admitted'; readonly generation: number }
  /** Fewer are thought to be left. */
  | { readonly outcome: 'sold_out'; readonly generation: number; readonly left: number }
  /** The counts are missing, of an earlier generation, or too old to refuse by: this caller, and no other, is to read the database and `fill` them. */
  | { readonly outcome: 'look' }
  /** Somebody is reading the database; nothing is known meanwhile. */
  | { readonly outcome: 'wait' }

/**
 * Counts of what may be left of SKUs that everybody wants, beside the database and cheaper to ask. They decide nothing: whoever is admitted is decided by the
 * database, and a refusal holds for as long as `maxAgeMs`.
 *
 * **Contract for implementers**
 * - `take` is one step: of concurrent takers, as many are admitted as fit.
 * - A holder that was let through and not corrected since is `admitted` whatever is left, and nothing is taken for it.
 * - What cannot be told is `look`, for one caller at a time, and `wait` for the others. Losing counts is harmless, inventing them is not.
 * - Generations grow with each `fill`.
 *
 * Each verb may reject with DEPENDENCY_UNAVAILABLE; the database then decides about everybody.
 */
export interface Admission {
  take(request: AdmissionRequest): Promise<AdmissionAnswer>
  /**
   * Sets what is left of a SKU to what the database has, and lets its caller through.
   *
   * @returns the new generation; `lost` when the counts were no longer this caller's to fill: nothing was written then.
   */
  fill(params: {
    readonly sku: string
    readonly token: string
    readonly holder: string
    readonly left: number
  }): Promise<{ readonly generation: number } | 'lost'>
  /** A holder's checkout failed: it is one like all others again, and the counts are corrected, if they are still of this generation: `back` units were not bought after all; or the database was seen to have `left`. */
  correct(
    params: { readonly sku: string; readonly holder: string; readonly generation: number } & ({ readonly back: number } | { readonly left: number }),
  ): Promise<void>
  /** What `doctor` should say of the place where it counts. */
  diagnose?(): Promise<readonly Diagnosis[]>
}

interface Counts {
  left: number
  generation: number
  filledMs: number
  look: { readonly token: string; readonly untilMs: number } | undefined
  /** Who was let through, and until when that is remembered. */
  readonly holders: Map<string, number>
}

const heldMs = 3_600_000

interface InProcessAdmissionOptions {
  /** A clock that only moves forward, in ms. @default the process's */
  readonly nowMs?: () => number
}

/** Counts in this process only: each of several processes admits as many as are left. */
export function inProcessAdmission({ nowMs = () => performance.now() }: InProcessAdmissionOptions = {}): Admission {
  const bySku = new Map<string, Counts>()
  let generation = 0
  return {
    take: async ({ sku, quantity, holder, seen, token, maxAgeMs, lookMs }) => {
      const counts = bySku.get(sku) ?? { left: 0, generation: 0, filledMs: Number.NEGATIVE_INFINITY, look: undefined, holders: new Map() }
      bySku.set(sku, counts)
      const known = counts.generation > 0 && counts.generation >= seen
      const held = (counts.holders.get(holder) ?? 0) > nowMs()
      if (known && (held || counts.left >= quantity)) {
        if (!held) counts.left -= quantity
        counts.holders.set(holder, nowMs() + heldMs)
        return { outcome: 'admitted', generation: counts.generation }
      }
      const beingLookedAt = counts.look !== undefined && nowMs() < counts.look.untilMs
      if (known && (beingLookedAt || nowMs() - counts.filledMs < maxAgeMs)) {
        return { outcome: 'sold_out', generation: counts.generation, left: counts.left }
      }
      if (beingLookedAt) return { outcome: 'wait' }
      counts.look = { token, untilMs: nowMs() + lookMs }
      return { outcome: 'look' }
    },
    fill: async ({ sku, token, holder, left }) => {
      const before = bySku.get(sku)
      if (before?.look?.token !== token) return 'lost'
      generation += 1
      const remembered = [...before.holders].filter(([, untilMs]) => untilMs > nowMs())
      const holders = new Map([...remembered, [holder, nowMs() + heldMs]])
      bySku.set(sku, { left, generation, filledMs: nowMs(), look: undefined, holders })
      return { generation }
    },
    correct: async ({ sku, holder, generation: of, ...change }) => {
      const counts = bySku.get(sku)
      counts?.holders.delete(holder)
      if (counts?.generation !== of) return
      counts.left = 'back' in change ? counts.left + change.back : change.left
    },
  }
}
