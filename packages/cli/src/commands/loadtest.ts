import { CommerceError, type StrategyName } from '@cartwright/core'
import { defaultLoadShapes, readLoadShapes } from '../load-shapes/load-shapes.ts'
import { liveView } from '../loadtest/live-view.ts'
import { chooseLoad, type LoadPlan, type LoadRequest } from '../loadtest/load-plan.ts'
import type { Objective } from '../loadtest/objectives.ts'
import { writeReport } from '../loadtest/report/write-report.ts'
import { resultInWords } from '../loadtest/result-in-words.ts'
import { runLoadTest } from '../loadtest/run-load-test.ts'
import type { ShopOptions } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'
import { stopSignal } from '../terminal/stop-signal.ts'

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
  const plan = await planOf(options)
  const view = liveView(output.streams.stderr, plan)
  const say = (text: string): void => {
    view.stop()
    output.note(text)
  }
  // Nobody comes any more; what is under way is finished, audited and reported.
  const interrupt = stopSignal(() => say('Ending early; press Ctrl-C again to end without the audit.'))
  try {
    const outcome = await runLoadTest(plan, { say, onStatus: view.update, onEnd: view.stop, signal: interrupt.signal })
    output.result(outcome.result, () => resultInWords(outcome, output))
    if (options.report !== undefined) {
      await writeReport(options.report, plan, outcome)
      output.note(`Wrote ${options.report}`)
    }
    return outcome.result.ok ? 0 : 1
  } finally {
    view.stop()
    interrupt.forget()
  }
}

async function planOf(options: LoadTestOptions): Promise<LoadPlan> {
  const { db, config, scenario, seed, processes, strategy = null, objective: objectives = [] } = options
  const shapes = options.shapes === undefined ? defaultLoadShapes : await readLoadShapes(options.shapes)
  if (db?.engine === 'sqlite' && db.file === ':memory:') throw memoryRefused()
  const shop = { ...(db === undefined ? {} : { db }), ...(config === undefined ? {} : { config }) }
  return { shop, scenario, seed, processes, strategy, objectives, shapes, ...chooseLoad(options) }
}

function memoryRefused(): CommerceError<'INVALID_INPUT'> {
  const message = 'Several processes cannot share a database in memory. Name a file with --db'
  return new CommerceError('INVALID_INPUT', { message, details: { issues: [{ path: 'db', message }] } })
}
