import { randomBytes } from 'node:crypto'
import { serveFakePayments } from '@cartwright/testing'
import { type Goods, prepareGoods, withdrawHotGoods } from './goods.ts'
import type { LoadPlan } from './load-plan.ts'
import { type LoadResult, loadResult } from './load-result.ts'
import { isBuying } from './load-spec.ts'
import { type LoadWatch, makeLoad } from './make-load.ts'
import { withLoadShop } from './open-load-shop.ts'
import { type Aftermath, type Baseline, readBaseline, settleLoad } from './settle-load.ts'
import type { TimelinePoint } from './timeline.ts'

export interface LoadOutcome {
  readonly result: LoadResult
  readonly engine: string
  readonly timeline: readonly TimelinePoint[]
  readonly aftermath: Aftermath
}

interface Prepared {
  readonly goods: Goods
  readonly baseline: Baseline
  readonly engine: string
}

/** Puts goods on sale where the shop has none, lets several processes make the load, then audits what they left. */
export async function runLoadTest(plan: LoadPlan, watch: LoadWatch): Promise<LoadOutcome> {
  const bank = await serveFakePayments()
  try {
    const run = randomBytes(4).toString('hex')
    const shop = { ...plan, run, bankUrl: bank.url }
    const { goods, baseline, engine } = await withLoadShop(shop, async (commerce, { currency, storage }): Promise<Prepared> => {
      const before = await readBaseline(commerce)
      return { goods: await prepareGoods({ ...plan, commerce, currency, run, say: watch.say }), baseline: before, engine: storage.name }
    })
    const { arrival, limits, processes, scenario, seed, shapes, strategy, thinkFactor } = plan
    const spec = { shop: plan.shop, scenario, run, seed, processes, arrival, limits, thinkFactor, shapes, goods, strategy, bankUrl: bank.url }
    const load = await makeLoad(plan, spec, watch)
    if (isBuying(scenario)) watch.say('Settling and auditing …')
    const aftermath = await withLoadShop(shop, async (commerce) => {
      const left = await settleLoad(commerce, run, baseline)
      if (scenario === 'flash-sale') await withdrawHotGoods({ commerce, run })
      return left
    })
    const result = loadResult({ plan, load, aftermath, supply: goods.supply })
    return { result, engine, timeline: load.totals.timeline.points(load.seconds), aftermath }
  } finally {
    await bank.close()
  }
}
