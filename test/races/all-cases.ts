import type { EngineName } from './arena.ts'
import { addedMeanwhile } from './cases/addition-cases.ts'
import { adminAgainstBuyers } from './cases/admin-cases.ts'
import { behindAdmission } from './cases/admission-cases.ts'
import { addedDuringCheckout, cancelAgainstPay, editedAfterPayment } from './cases/cart-cases.ts'
import { skewedClocks } from './cases/clock-cases.ts'
import { killAfterCharge, killAtEveryStep, killAtRandom, killBeforeAnswer } from './cases/crash-cases.ts'
import { oneGiftCard } from './cases/credit-cases.ts'
import { cutCommits } from './cases/cut-commit-cases.ts'
import { everyOrderOfEvents } from './cases/event-order-case.ts'
import { expiryAgainstConfirm } from './cases/expiry-cases.ts'
import { failover, primaryDown } from './cases/failover-cases.ts'
import { heldCarts } from './cases/hold-cases.ts'
import { killedInboxes } from './cases/inbox-crash-case.ts'
import { oneCartManyKeys, oneKey } from './cases/key-cases.ts'
import { laggingReplica } from './cases/lagging-replica-case.ts'
import { reversedLines } from './cases/lock-order-cases.ts'
import { lostCounts } from './cases/lost-counts-cases.ts'
import { moneyUnderFaults } from './cases/money-cases.ts'
import { signUps } from './cases/people-cases.ts'
import { preorders } from './cases/preorder-case.ts'
import { refundsAtOnce } from './cases/refund-cases.ts'
import { killedRelays } from './cases/relay-cases.ts'
import { reviewedTogether } from './cases/review-cases.ts'
import { starved } from './cases/scarcity-cases.ts'
import { serverStops } from './cases/server-crash-cases.ts'
import { lastUnit, mixedQuantities, oneLocation, threeLocations } from './cases/stock-cases.ts'
import { firstUse, singleUse } from './cases/voucher-cases.ts'
import { everyEventTwelveTimes } from './cases/webhook-cases.ts'
import { wishedTogether } from './cases/wish-list-case.ts'
import type { CaseOptions, CaseResult } from './race-case.ts'

/** The named cases of docs/proving.md that are too large for a test: most run in several processes on one database. */
export const allCases: Readonly<Record<string, (options: CaseOptions) => Promise<CaseResult>>> = {
  A1: lastUnit,
  A2: oneLocation,
  'A2-three': threeLocations,
  A3: mixedQuantities,
  'A1-admission': behindAdmission(lastUnit),
  'A2-admission': behindAdmission(oneLocation),
  'A3-admission': behindAdmission(mixedQuantities),
  A4: singleUse,
  A5: firstUse,
  A6: oneGiftCard,
  A7: addedDuringCheckout,
  A8: editedAfterPayment,
  A9: oneKey,
  A10: oneCartManyKeys,
  A11: reversedLines,
  A12: refundsAtOnce,
  A13: cancelAgainstPay,
  A14: expiryAgainstConfirm,
  A15: adminAgainstBuyers,
  A16: signUps,
  'A16-review': reviewedTogether,
  A17: heldCarts,
  A18: preorders,
  A19: wishedTogether,
  A20: addedMeanwhile,
  B1: killAtEveryStep,
  'B1-inbox': killedInboxes,
  B2: killAfterCharge,
  B3: killBeforeAnswer,
  B4: serverStops,
  B5: cutCommits,
  B6: failover,
  B7: killedRelays,
  B8: killAtRandom,
  B9: starved,
  B10: skewedClocks,
  C1: everyEventTwelveTimes,
  C2: everyOrderOfEvents,
  D2: lostCounts,
  D3: laggingReplica,
  D4: primaryDown,
  money: moneyUnderFaults,
}

/** The cases in which servers are stopped, held back or cut off, which a file has not: they are on Postgres whatever else is not. */
const onServersOnly: ReadonlySet<string> = new Set(['B4', 'B5', 'B6', 'D3', 'D4'])

/** What a case runs on. @param asked - what whoever runs it asked for, if anything. @returns undefined when the case cannot run on that */
export function engineOf(name: string, asked: EngineName | undefined): EngineName | undefined {
  if (!onServersOnly.has(name)) return asked ?? 'sqlite'
  return asked === 'sqlite' ? undefined : 'postgres'
}

/** The cases that mean something on this engine. */
export function casesOn(engine: EngineName): readonly string[] {
  return Object.keys(allCases).filter((name) => engineOf(name, engine) !== undefined)
}
