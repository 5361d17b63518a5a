import type { Storage } from '@cartwright/core/ports'
import type { Cast } from './cast.ts'
import { openShop } from './open-shop.ts'
import { streamOf } from './seed-streams.ts'
import { settle } from './settle.ts'
import { plainShop, randomShop, type ShopPlan } from './shop-plan.ts'
import { judge } from './verdict.ts'
import { walk } from './walk.ts'
import { type FaultRates, World } from './world.ts'

export interface SimulationOptions {
  /** Decides everything: the shop, who does what, in which order, and what goes wrong. */
  readonly seed: number
  /**
   * Opens an empty, migrated database. It is closed when the run is over.
   */
  readonly storage: () => Storage | Promise<Storage>
  /** How many things are done before everything is left to settle. @default 20 to 44, as the seed says */
  readonly steps?: number
  /** The shop. @default one by chance, of the seed */
  readonly shop?: ShopPlan
  /** Goods alone: without bundles, promotions and credit, and with tax, shipping and search that answer at once. @default false */
  readonly plain?: boolean
  /** How likely each fault is. @default `defaultFaultRates` */
  readonly faults?: FaultRates
  /** Steps (`s7`) and faults (`f7.2`) to leave out, as `shrink` finds them. */
  readonly without?: readonly string[]
}

export interface SimulationResult {
  readonly seed: number
  readonly ok: boolean
  /** What was wrong, in words. */
  readonly problems: readonly string[]
  /** Every step, fault and refusal, in order. Equal for equal runs. */
  readonly trace: readonly string[]
  /** Names of the steps taken and of the faults that struck. */
  readonly parts: readonly string[]
  /** Turns given by the scheduler, and a digest of their order. */
  readonly turns: number
  readonly digest: number
  /** What came about, to see that runs are not idle. */
  readonly seen: SimulationSights
}

/** What came about in a run, counted. */
export interface SimulationSights {
  readonly orders: number
  readonly confirmed: number
  /** Sales that promotions made cheaper, and that credit paid in part or in full. */
  readonly discounted: number
  readonly credited: number
  readonly parcels: number
  readonly faults: number
  readonly crashes: number
}

/** Something goes wrong in about one call of ten, and about one process dies in a run. */
export const defaultFaultRates: FaultRates = {
  transaction: { busy: 0.01, unavailable: 0.005, conflict: 0.01, rolled_back: 0.005, lost_commit: 0.015, lost_rollback: 0.005, run_twice: 0.02 },
  snapshot: { busy: 0.01, unavailable: 0.005 },
  change: { request_lost: 0.05, answer_lost: 0.06, late: 0.03, repeated: 0.03 },
  lookUp: { request_lost: 0.04, answer_lost: 0.03, blind: 0.05 },
  service: { unavailable: 0.02, answer_lost: 0.01 },
  crash: { dies: 0.002 },
  handler: { fails: 0.03, fails_after: 0.03 },
}

/**
 * Runs one shop, from its opening to the day when everything has settled, entirely as a seed decides: time, ids, random numbers, the order of every asynchronous step, the bank and
 * what goes wrong. Afterwards the audit, the bank's books and a reference model must agree.
 *
 * @example
 * const { ok, problems } = await simulate({ seed: 7, storage: () => myStorage() })
 */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { seed, plain = false } = options
  const { service, ...others } = options.faults ?? defaultFaultRates
  const rates: FaultRates = plain || service === undefined ? others : { ...others, service }
  const without = new Set(options.without)
  const storage = await options.storage()
  try {
    const world = new World({ seed, storage, rates, without })
    const plan = options.shop ?? (plain ? plainShop : randomShop)(streamOf(seed, 6))
    const steps = options.steps ?? streamOf(seed, 7).integer(20, 44)
    const cast: Cast = { world, plan, buyers: [], keyedCalls: [], counter: 0 }
    await openShop(cast)
    world.calm = false
    await walk(cast, steps, without)
    await settle(cast)
    const verdict = await judge(cast)
    return resultOf(cast, steps, without, [...world.problems, ...verdict])
  } finally {
    await storage.close()
  }
}

function resultOf({ world }: Cast, steps: number, without: ReadonlySet<string>, problems: readonly string[]): SimulationResult {
  const { turns, digest } = world.scheduler
  const taken = Array.from({ length: steps }, (_, index) => `s${index + 1}`).filter((name) => !without.has(name))
  const orders = [...world.tally.orders.values()]
  const sold = orders.filter(({ confirmed }) => confirmed)
  return {
    seed: world.seed,
    ok: problems.length === 0,
    problems,
    trace: [...world.trace, `${turns} turns, digest ${digest.toString(16)}`],
    parts: [...taken, ...world.struck],
    turns,
    digest,
    seen: {
      orders: orders.length,
      confirmed: sold.length,
      discounted: sold.filter(({ discountMinor }) => discountMinor > 0).length,
      credited: sold.filter(({ creditMinor }) => creditMinor > 0).length,
      parcels: world.tally.parcels.size,
      faults: world.struck.length,
      crashes: world.crashes,
    },
  }
}
