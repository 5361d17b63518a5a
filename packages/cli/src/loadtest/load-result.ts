import { defectCodes } from './defects.ts'
import type { LoadPlan } from './load-plan.ts'
import type { ScenarioName } from './load-spec.ts'
import type { OperationResult } from './load-totals.ts'
import type { MadeLoad } from './make-load.ts'
import { judgeObjectives, type ObjectiveResult } from './objectives.ts'
import { type StockResult, stockResult } from './sales.ts'
import type { Aftermath } from './settle-load.ts'

/** What a load test came to: what `--json` prints. */
export interface LoadResult {
  readonly scenario: ScenarioName
  /** That were measured: from the end of the warm-up to the last answer. */
  readonly seconds: number
  readonly operations: Readonly<Record<string, OperationResult>>
  readonly stock: StockResult
  readonly audit: { readonly violations: number; readonly checks: readonly { readonly id: string; readonly violations: number }[] }
  readonly objectives: readonly ObjectiveResult[]
  /** Whether it was ended before its time. */
  readonly interrupted: boolean
  /** Something was measured, no error was a defect, every objective is met, no invariant broken, and not one unit over- or undersold. */
  readonly ok: boolean
}

interface ResultParts {
  readonly plan: Pick<LoadPlan, 'scenario' | 'objectives' | 'warmUpSeconds'>
  readonly load: MadeLoad
  readonly aftermath: Aftermath
  /** Units available before, by SKU. */
  readonly supply: Readonly<Record<string, number>>
}

export function loadResult({ plan, load, aftermath, supply }: ResultParts): LoadResult {
  const seconds = Math.max(0, load.seconds - plan.warmUpSeconds)
  const operations = load.totals.operations(seconds)
  const stock = stockResult(supply, load.sales, aftermath.sold)
  const objectives = judgeObjectives(plan.objectives, operations)
  const { violations, broken } = aftermath
  const answered = Object.values(operations).some(({ count, errors }) => count > errors)
  return {
    scenario: plan.scenario,
    seconds: Math.round(seconds * 1_000) / 1_000,
    operations,
    stock,
    audit: { violations, checks: broken.map((check) => ({ id: check.id, violations: check.violations })) },
    objectives,
    interrupted: load.interrupted,
    ok:
      answered &&
      defectCodes(operations).length === 0 &&
      violations === 0 &&
      stock.oversold === 0 &&
      stock.undersold === 0 &&
      objectives.every(({ met }) => met),
  }
}
