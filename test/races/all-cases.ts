import { killAtEveryStep, killAtRandom } from './cases/crash-cases.ts'
import { expiryAgainstConfirm } from './cases/expiry-cases.ts'
import { oneCartManyKeys, oneKey } from './cases/key-cases.ts'
import { lastUnit, mixedQuantities, oneLocation, threeLocations } from './cases/stock-cases.ts'
import type { CaseOptions, CaseResult } from './race-case.ts'

/** The named cases of CORRECTNESS that run in several processes on one file. */
export const allCases: Readonly<Record<string, (options: CaseOptions) => Promise<CaseResult>>> = {
  A1: lastUnit,
  A2: oneLocation,
  'A2-three': threeLocations,
  A3: mixedQuantities,
  A9: oneKey,
  A10: oneCartManyKeys,
  A14: expiryAgainstConfirm,
  B1: killAtEveryStep,
  B8: killAtRandom,
}
