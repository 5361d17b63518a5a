import { type PlantName, plantNamed } from '../planted/plants.ts'
import type { EngineName } from '../races/arena.ts'
import { skewedClocks } from '../races/cases/clock-cases.ts'
import { killAtEveryStep, killAtRandom } from '../races/cases/crash-cases.ts'
import { oneGiftCard } from '../races/cases/credit-cases.ts'
import { expiryAgainstConfirm } from '../races/cases/expiry-cases.ts'
import { oneCartManyKeys, oneKey } from '../races/cases/key-cases.ts'
import { signUps } from '../races/cases/people-cases.ts'
import { preorders } from '../races/cases/preorder-case.ts'
import { refundsAtOnce } from '../races/cases/refund-cases.ts'
import { killedRelays } from '../races/cases/relay-cases.ts'
import { reviewedTogether } from '../races/cases/review-cases.ts'
import { serverStops } from '../races/cases/server-crash-cases.ts'
import { lastUnit, mixedQuantities, oneLocation } from '../races/cases/stock-cases.ts'
import { firstUse, singleUse } from '../races/cases/voucher-cases.ts'
import { wishedTogether } from '../races/cases/wish-list-case.ts'
import type { CaseOptions, CaseResult } from '../races/race-case.ts'
import { play, type Script } from './script.ts'
import * as additions from './scripts/addition-scripts.ts'
import * as bundles from './scripts/bundle-scripts.ts'
import * as checkout from './scripts/checkout-scripts.ts'
import * as credit from './scripts/credit-scripts.ts'
import * as cuts from './scripts/cut-scripts.ts'
import * as events from './scripts/event-scripts.ts'
import * as holds from './scripts/hold-scripts.ts'
import * as money from './scripts/money-scripts.ts'
import * as people from './scripts/people-scripts.ts'
import * as prices from './scripts/price-scripts.ts'
import * as promotions from './scripts/promotion-scripts.ts'
import * as reviews from './scripts/review-scripts.ts'
import * as stock from './scripts/stock-scripts.ts'
import * as webhooks from './scripts/webhook-scripts.ts'

/** Looks for a fault, with a plant or without. @returns what is wrong; nothing on the sound library. */
export type Detector = (plant: PlantName | null) => Promise<readonly string[]>

/** Stories on a shop in one process, in milliseconds each where it is in memory. */
export const scripts = {
  ...stock,
  ...bundles,
  ...holds,
  ...checkout,
  ...additions,
  ...money,
  ...events,
  ...webhooks,
  ...people,
  ...prices,
  ...reviews,
  ...promotions,
  ...credit,
  ...cuts,
} satisfies Record<string, Script>

/** Named cases at small size, in seconds each. */
const cases = {
  A1: lastUnit,
  A2: oneLocation,
  A3: mixedQuantities,
  A4: singleUse,
  A5: firstUse,
  A6: oneGiftCard,
  A9: oneKey,
  A10: oneCartManyKeys,
  A12: refundsAtOnce,
  A14: expiryAgainstConfirm,
  A16: signUps,
  'A16-review': reviewedTogether,
  A18: preorders,
  A19: wishedTogether,
  B1: killAtEveryStep,
  B4: serverStops,
  B7: killedRelays,
  B8: killAtRandom,
  B10: skewedClocks,
} satisfies Record<string, (options: CaseOptions) => Promise<CaseResult>>

export type ScriptName = keyof typeof scripts
export type CaseName = keyof typeof cases
export type DetectorName = ScriptName | CaseName

export const scriptNames = Object.keys(scripts) as readonly ScriptName[]

export function isCase(name: DetectorName): name is CaseName {
  return Object.hasOwn(cases, name)
}

/** The detector of this name. @param seed - of the named cases; the scripts need none. */
export function detector(name: DetectorName, seed: number, engine: EngineName): Detector {
  if (!isCase(name)) return (plant) => play(scripts[name], plantNamed(plant), engine)
  const run = cases[name]
  return async (plant) => {
    const { ok, oversold, undersold, problems } = await run({ seed, size: 'small', engine, ...(plant === null ? {} : { plant }) })
    if (ok) return []
    return [...(oversold > 0 ? [`${oversold} oversold`] : []), ...(undersold > 0 ? [`${undersold} undersold`] : []), ...problems]
  }
}
