import type { Storage } from '@cartwright/core/ports'
import type { Cast } from './cast.ts'
import { streamOf } from './seed-streams.ts'
import { settle } from './settle.ts'
import { randomShop, type ShopPlan } from './shop-plan.ts'
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
  readonly seen: { readonly orders: number; readonly confirmed: number; readonly parcels: number; readonly faults: number; readonly crashes: number }
}

/** Something goes wrong in about one call of ten, and about one process dies in a run. */
export const defaultFaultRates: FaultRates = {
  transaction: { busy: 0.01, unavailable: 0.005, conflict: 0.01, rolled_back: 0.005, lost_commit: 0.015, lost_rollback: 0.005, run_twice: 0.02 },
  snapshot: { busy: 0.01, unavailable: 0.005 },
  change: { request_lost: 0.05, answer_lost: 0.06, late: 0.03, repeated: 0.03 },
  lookUp: { request_lost: 0.04, answer_lost: 0.03, blind: 0.05 },
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
  const { seed, faults = defaultFaultRates } = options
  const without = new Set(options.without)
  const storage = await options.storage()
  try {
    const world = new World({ seed, storage, rates: faults, without })
    const plan = options.shop ?? randomShop(streamOf(seed, 6))
    const steps = options.steps ?? streamOf(seed, 7).integer(20, 44)
    const cast: Cast = { world, plan, buyers: [], keyedCalls: [], counter: 0 }
    await open(cast)
    world.calm = false
    await walk(cast, steps, without)
    await settle(cast)
    const verdict = await judge(cast)
    return resultOf(cast, steps, without, [...world.problems, ...verdict])
  } finally {
    await storage.close()
  }
}

async function open(cast: Cast): Promise<void> {
  const { world, plan } = cast
  await world.open(plan)
  const [server] = world.servers
  if (server === undefined) throw new RangeError('a shop needs at least one server')
  world.say(`shop: ${JSON.stringify({ goods: plan.goods, locations: plan.locations, currency: plan.currency, inventory: plan.options.inventory })}`)
  world.launch(async () => {
    const { catalog, inventory, worker } = server.commerce
    await worker.runOnce({ jobs: ['relay'] })
    const products = plan.goods.map(({ handle, sku, priceMinor, stockTracked, backorder }) => ({
      handle,
      title: handle,
      variants: [{ sku, stockTracked, backorder, prices: [{ currency: plan.currency, amountMinor: priceMinor }] }],
    }))
    const { rejected } = await catalog.upsertMany({ products })
    if (rejected.length > 0) throw new Error(`the goods were refused: ${JSON.stringify(rejected)}`)
    for (const [priority, code] of plan.locations.entries()) await inventory.ensureLocation({ code, priority })
    for (const { sku, priceMinor, stock, backorder } of plan.goods) {
      world.tally.price(sku, priceMinor)
      if (backorder === 'allow') world.tally.owed.add(sku)
      for (const [location, units] of Object.entries(stock)) {
        const { delta } = await inventory.adjust({ sku, location, to: units, reason: 'received' })
        world.tally.receive(sku, delta)
      }
    }
  })
  await world.turns()
}

function resultOf({ world }: Cast, steps: number, without: ReadonlySet<string>, problems: readonly string[]): SimulationResult {
  const { turns, digest } = world.scheduler
  const taken = Array.from({ length: steps }, (_, index) => `s${index + 1}`).filter((name) => !without.has(name))
  const orders = [...world.tally.orders.values()]
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
      confirmed: orders.filter(({ confirmed }) => confirmed).length,
      parcels: world.tally.parcels.size,
      faults: world.struck.length,
      crashes: world.crashes,
    },
  }
}
