import { randomBytes } from 'node:crypto'
import { serveFakePayments } from '@cartwright/testing'
import { prepareGoods, withdrawHotGoods } from './goods.ts'
import type { LoadPlan } from './load-plan.ts'
import { type LoadResult, loadResult } from './load-result.ts'
import { type LoadWatch, makeLoad } from './make-load.ts'
import { withLoadShop } from './open-load-shop.ts'
import { type Aftermath, readBaseline, settleLoad } from './settle-load.ts'
import type { TimelinePoint } from './timeline.ts'

export interface LoadOutcome {
  readonly result: LoadResult
  readonly engine: string
  readonly timeline: readonly TimelinePoint[]
  readonly aftermath: Aftermath
}

/** Puts goods on sale where the shop has none, lets several processes make the load, then audits what they left. */
export async function runLoadTest(plan: LoadPlan, watch: LoadWatch): Promise<LoadOutcome> {
  const bank = await serveFakePayments()
  try {
    const run = randomBytes(4).toString('hex')
    // Opened once: a configuration file gives the same storage each time, and a storage that has been closed stays closed.
    return await withLoadShop({ ...plan, run, bankUrl: bank.url }, async (commerce, { currency, storage }) => {
      const baseline = await readBaseline(commerce)
      const goods = await prepareGoods({ ...plan, commerce, currency, run, say: watch.say })
      const load = await makeLoad(plan, { ...specOf(plan), run, goods, bankUrl: bank.url }, watch)
      watch.say('Settling and auditing …')
      const aftermath = await settleLoad(commerce, run, baseline)
      if (plan.scenario === 'flash-sale') await withdrawHotGoods({ commerce, run })
      const result = loadResult({ plan, load, aftermath, supply: goods.supply })
      return { result, engine: storage.name, timeline: load.totals.timeline.points(load.seconds), aftermath }
    })
  } finally {
    await bank.close()
  }
}

function specOf({ shop, scenario, seed, processes, arrival, limits, thinkFactor, shapes, strategy }: LoadPlan) {
  return { shop, scenario, seed, processes, arrival, limits, thinkFactor, shapes, strategy }
}
