import * as z from 'zod'
import type { Admission } from './admission.ts'
import type { AdmissionOptions } from './admission-gate.ts'

export const strategyNames = ['conditional', 'optimistic', 'pessimistic', 'batched'] as const

/**
 * How a checkout makes sure of its units. All hold the same contract, neither oversell nor undersell; they differ in what they cost where many buyers want the
 * same SKU.
 *
 * - `conditional`: one guarded statement a level, inside the transaction.
 * - `optimistic`: levels are read before the transaction, which compares their versions as it writes; a level that has moved means another try.
 * - `pessimistic`: the levels are locked, in one order, before they are read.
 * - `batched`: whole checkouts that come together share one transaction and its writes.
 */
export type StrategyName = (typeof strategyNames)[number]

/** How large a batch may grow, and how long its members wait for it. */
export interface BatchLimits {
  /** Checkouts in one transaction. @default 64 */
  readonly maxSize: number
  /** How long the first of a batch waits for company, in ms. @default 2 */
  readonly windowMs: number
  /** How long a caller waits for its batch to begin, in ms; then `STORAGE_BUSY`, with nothing written. @default 10000 */
  readonly deadlineMs: number
}

/** How stock is reserved. */
export interface InventoryOptions {
  /** @default 'conditional' */
  readonly strategy?: StrategyName
  /** Another strategy for the SKUs that everybody wants: those named, and those claimed at least `threshold` times a second in this process. */
  readonly hot?: { readonly skus?: readonly string[]; readonly threshold?: number; readonly strategy: StrategyName }
  readonly batch?: Partial<BatchLimits>
  /** Turns buyers of these SKUs away before they cost the database a transaction, once nothing is left, whatever the strategy. @default nobody */
  readonly admission?: AdmissionOptions
  /** So many units at a location, or fewer, are `low`. The same in every process of a shop. @default 5 */
  readonly lowStockUnits?: number
}

const strategy = z.enum(strategyNames)
const gate = z.custom<Admission>((value) => typeof value === 'object' && value !== null && 'take' in value, 'must count, e.g. inProcessAdmission()')
const wholeMs = z.int().min(0)

export const inventoryOptions = z.strictObject({
  strategy: strategy.default('conditional'),
  hot: z.strictObject({ skus: z.array(z.string()).default([]), threshold: z.number().positive().default(Number.POSITIVE_INFINITY), strategy }).optional(),
  batch: z
    .strictObject({ maxSize: z.int().min(1).max(1_000).default(64), windowMs: wholeMs.default(2), deadlineMs: wholeMs.default(10_000) })
    .default({ maxSize: 64, windowMs: 2, deadlineMs: 10_000 }),
  admission: z.strictObject({ gate, skus: z.array(z.string()), maxAgeMs: wholeMs.default(1_000) }).optional(),
  lowStockUnits: z.int().min(0).default(5),
})

export type ParsedInventoryOptions = z.output<typeof inventoryOptions>
