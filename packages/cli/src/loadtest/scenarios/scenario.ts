import type { Commerce } from '@cartwright/core'
import type { SeededSource } from '../../seed/seeded-source.ts'
import type { LoadSpec } from '../load-spec.ts'
import type { SalesTally } from '../sales.ts'
import type { VisitSteps } from '../visit-steps.ts'

/** What a process has to make its visits with. */
export interface Stage {
  readonly commerce: Commerce
  readonly spec: LoadSpec
  readonly sales: SalesTally
}

export interface Visit {
  /** Among the visits of this process, from 0 up. */
  readonly index: number
  /** Decides every choice of the visit. */
  readonly source: SeededSource
  readonly steps: VisitSteps
}

/** Makes one visit. Throws what an operation threw, once that is counted. */
export type Scenario = (visit: Visit) => Promise<void>
