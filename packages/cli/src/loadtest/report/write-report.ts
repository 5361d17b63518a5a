import { writeFile } from 'node:fs/promises'
import type { LoadPlan } from '../load-plan.ts'
import type { LoadOutcome } from '../run-load-test.ts'
import { describeEnvironment } from './environment.ts'
import { reportPage } from './report-page.ts'

/** Writes one page that needs nothing beside it. */
export async function writeReport(file: string, plan: LoadPlan, outcome: LoadOutcome): Promise<void> {
  await writeFile(file, reportPage({ plan, outcome, environment: describeEnvironment(plan, outcome), madeAt: new Date() }))
}
