import type { StrategyName } from '@cartwright/core'
import { defaultLoadShapes, readLoadShapes } from '../load-shapes/load-shapes.ts'
import { chooseLoad, type LoadPlan, type LoadRequest } from '../loadtest/load-plan.ts'
import type { Objective } from '../loadtest/objectives.ts'
import { runLoadTest } from '../loadtest/run-load-test.ts'
import type { ShopOptions } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'

interface LoadTestOptions extends ShopOptions, LoadRequest {
  readonly seed: number
  readonly processes: number
  readonly strategy?: StrategyName
  readonly shapes?: string
  readonly objective?: readonly Objective[]
  readonly report?: string
}

/** Makes load on a shop, audits it, and says what was measured. Fails when an invariant is broken, stock is over- or undersold, or an objective missed. */
export async function loadtest(output: Output, options: LoadTestOptions): Promise<number> {
  const { db, config, scenario, seed, processes, strategy = null, objective: objectives = [] } = options
  const shapes = options.shapes === undefined ? defaultLoadShapes : await readLoadShapes(options.shapes)
  const shop = { ...(db === undefined ? {} : { db }), ...(config === undefined ? {} : { config }) }
  const plan: LoadPlan = { shop, scenario, seed, processes, strategy, objectives, shapes, ...chooseLoad(options) }
  const controller = new AbortController()
  const { result } = await runLoadTest(plan, { say: (text) => output.note(text), onStatus: () => undefined, signal: controller.signal })
  output.result(result, () => JSON.stringify(result, null, 2))
  return result.ok ? 0 : 1
}
