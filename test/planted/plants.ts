import { addedFromMemory } from './checkout/added-from-memory.ts'
import { additionsLeftBehind } from './checkout/additions-left-behind.ts'
import { cartNotFrozen } from './checkout/cart-not-frozen.ts'
import { noLiveOrderCheck } from './checkout/no-live-order-check.ts'
import { pricesFromACache } from './checkout/prices-from-a-cache.ts'
import { quoteNeverStale } from './checkout/quote-never-stale.ts'
import { roundedSplit } from './checkout/rounded-split.ts'
import { totalFromTwoReads } from './checkout/total-from-two-reads.ts'
import { totalNotCompared } from './checkout/total-not-compared.ts'
import { creditFromMemory } from './credit/credit-from-memory.ts'
import { creditNotReleased } from './credit/credit-not-released.ts'
import { creditReturnedTwice } from './credit/credit-returned-twice.ts'
import { advancedBeforeHandled } from './events/advanced-before-handled.ts'
import { deafToProducts } from './events/deaf-to-products.ts'
import { eventOutsideTransaction } from './events/event-outside-transaction.ts'
import { leaseWithoutFence } from './events/lease-without-fence.ts'
import { outboxByPosition } from './events/outbox-by-position.ts'
import { twoRelaysAtOnce } from './events/two-relays-at-once.ts'
import { forgetfulKeys } from './keys/forgetful-keys.ts'
import { forgottenRefusal } from './keys/forgotten-refusal.ts'
import { keyWithoutFence } from './keys/key-without-fence.ts'
import { keyWithoutFingerprint } from './keys/key-without-fingerprint.ts'
import { neverInFlight } from './keys/never-in-flight.ts'
import { amountNotChecked } from './payments/amount-not-checked.ts'
import { anyAmount } from './payments/any-amount.ts'
import { declineIsSuccess } from './payments/decline-is-success.ts'
import { disputeForgotten } from './payments/dispute-forgotten.ts'
import { eitherMode } from './payments/either-mode.ts'
import { everyDelivery } from './payments/every-delivery.ts'
import { idleCompleter } from './payments/idle-completer.ts'
import { keyForEver } from './payments/key-for-ever.ts'
import { knownByTheirIdOnly } from './payments/known-by-their-id-only.ts'
import { lastEventWins } from './payments/last-event-wins.ts'
import { lateMoneyWithoutStock } from './payments/late-money-without-stock.ts'
import { neverAskedAgain } from './payments/never-asked-again.ts'
import { oldByTypeAlone } from './payments/old-by-type-alone.ts'
import { ownRefundsOnly } from './payments/own-refunds-only.ts'
import { paymentSavedBlindly } from './payments/payment-saved-blindly.ts'
import { processedWhenClaimed } from './payments/processed-when-claimed.ts'
import { refundBeyondCapture } from './payments/refund-beyond-capture.ts'
import { refundNotQueued } from './payments/refund-not-queued.ts'
import { refundWithFreshKey } from './payments/refund-with-fresh-key.ts'
import { refundsAreOldNews } from './payments/refunds-are-old-news.ts'
import { slowIsDead } from './payments/slow-is-dead.ts'
import { startWithFreshKey } from './payments/start-with-fresh-key.ts'
import { startedInsidePrepare } from './payments/started-inside-prepare.ts'
import { unknownIsDeclined } from './payments/unknown-is-declined.ts'
import { unsignedWebhooks } from './payments/unsigned-webhooks.ts'
import { voidOnPaper } from './payments/void-on-paper.ts'
import { workWithoutLease } from './payments/work-without-lease.ts'
import { loginWithoutLock } from './people/login-without-lock.ts'
import { mergedTwice } from './people/merged-twice.ts'
import { tokenUsedTwice } from './people/token-used-twice.ts'
import { wishesMovedByAdding } from './people/wishes-moved-by-adding.ts'
import type { Plant } from './plant.ts'
import { listPricesFromMemory } from './pricing/list-prices-from-memory.ts'
import { codeNotCounted } from './promotions/code-not-counted.ts'
import { customerLimitFromMemory } from './promotions/customer-limit-from-memory.ts'
import { lateMoneyWithoutVoucher } from './promotions/late-money-without-voucher.ts'
import { promotionsFromACache } from './promotions/promotions-from-a-cache.ts'
import { usesNotGivenBack } from './promotions/uses-not-given-back.ts'
import { acknowledgedBeforeWritten } from './records/acknowledged-before-written.ts'
import { counterDrifts } from './records/counter-drifts.ts'
import { historyRowMissing } from './records/history-row-missing.ts'
import { ledgerEntryMissing } from './records/ledger-entry-missing.ts'
import { purchaseOfAnybody } from './reviews/purchase-of-anybody.ts'
import { ratingFromMemory } from './reviews/rating-from-memory.ts'
import { ratingNotTakenBack } from './reviews/rating-not-taken-back.ts'
import { reviewedTwice } from './reviews/reviewed-twice.ts'
import { votesWithoutMemory } from './reviews/votes-without-memory.ts'
import { adjustsBelowReserved } from './stock/adjusts-below-reserved.ts'
import { applicationClock } from './stock/application-clock.ts'
import { backorderLimitForgotten } from './stock/backorder-limit-forgotten.ts'
import { commitWithoutGuard } from './stock/commit-without-guard.ts'
import { doubleRelease } from './stock/double-release.ts'
import { forgottenCommit } from './stock/forgotten-commit.ts'
import { forgottenHolds } from './stock/forgotten-holds.ts'
import { forgottenRelease } from './stock/forgotten-release.ts'
import { holdNotTakenOver } from './stock/hold-not-taken-over.ts'
import { holdsWithoutCount } from './stock/holds-without-count.ts'
import { neverExpires } from './stock/never-expires.ts'
import { partialReservation } from './stock/partial-reservation.ts'
import { partsCountedOnce } from './stock/parts-counted-once.ts'
import { phantomBackorders } from './stock/phantom-backorders.ts'
import { preorderSentEarly } from './stock/preorder-sent-early.ts'
import { readThenWriteStock } from './stock/read-then-write-stock.ts'
import { shipsWithoutStock } from './stock/ships-without-stock.ts'
import { staleAvailability } from './stock/stale-availability.ts'

/** Faults that a case or a script must catch, each in a file of its own. */
export const plants = {
  readThenWriteStock: { storage: (storage) => readThenWriteStock(storage, 'HOT') },
  staleAvailability: { storage: (storage) => staleAvailability(storage, 'HOT') },
  forgottenHolds: { storage: forgottenHolds },
  phantomBackorders: { storage: phantomBackorders },
  backorderLimitForgotten: { sql: backorderLimitForgotten },
  preorderSentEarly: { storage: preorderSentEarly },
  partialReservation: { storage: partialReservation },
  partsCountedOnce: { storage: partsCountedOnce },
  holdNotTakenOver: { storage: holdNotTakenOver },
  holdsWithoutCount: { storage: holdsWithoutCount },
  doubleRelease: { storage: doubleRelease },
  forgottenRelease: { storage: forgottenRelease },
  forgottenCommit: { storage: forgottenCommit },
  commitWithoutGuard: { storage: commitWithoutGuard },
  neverExpires: { storage: neverExpires },
  adjustsBelowReserved: { storage: adjustsBelowReserved },
  shipsWithoutStock: { storage: shipsWithoutStock },
  counterDrifts: { sql: counterDrifts },
  ledgerEntryMissing: { sql: ledgerEntryMissing },
  historyRowMissing: { sql: historyRowMissing },
  forgetfulKeys: { storage: forgetfulKeys },
  keyWithoutFingerprint: { storage: keyWithoutFingerprint },
  keyWithoutFence: { storage: keyWithoutFence },
  neverInFlight: { storage: neverInFlight },
  forgottenRefusal: { storage: forgottenRefusal },
  noLiveOrderCheck: { storage: noLiveOrderCheck },
  cartNotFrozen: { storage: cartNotFrozen },
  addedFromMemory: { storage: addedFromMemory },
  additionsLeftBehind: { storage: additionsLeftBehind },
  pricesFromACache: { storage: pricesFromACache },
  listPricesFromMemory: { storage: listPricesFromMemory },
  quoteNeverStale: { storage: quoteNeverStale },
  totalNotCompared: { commerce: totalNotCompared },
  totalFromTwoReads: { storage: totalFromTwoReads },
  roundedSplit: { storage: roundedSplit },
  idleCompleter: { storage: idleCompleter },
  startedInsidePrepare: { storage: startedInsidePrepare },
  startWithFreshKey: { provider: startWithFreshKey },
  amountNotChecked: { provider: amountNotChecked },
  declineIsSuccess: { provider: declineIsSuccess },
  unknownIsDeclined: { provider: unknownIsDeclined },
  lateMoneyWithoutStock: { storage: lateMoneyWithoutStock },
  paymentSavedBlindly: { storage: paymentSavedBlindly },
  voidOnPaper: { provider: voidOnPaper },
  refundBeyondCapture: { storage: refundBeyondCapture },
  refundNotQueued: { storage: refundNotQueued },
  neverAskedAgain: { storage: neverAskedAgain },
  refundWithFreshKey: { provider: refundWithFreshKey },
  workWithoutLease: { storage: workWithoutLease },
  everyDelivery: { storage: everyDelivery },
  unsignedWebhooks: { provider: unsignedWebhooks },
  eitherMode: { provider: eitherMode },
  lastEventWins: { provider: lastEventWins },
  disputeForgotten: { storage: disputeForgotten },
  ownRefundsOnly: { provider: ownRefundsOnly },
  knownByTheirIdOnly: { storage: knownByTheirIdOnly },
  slowIsDead: { provider: slowIsDead },
  keyForEver: { storage: keyForEver },
  anyAmount: { provider: anyAmount },
  oldByTypeAlone: { provider: oldByTypeAlone },
  refundsAreOldNews: { provider: refundsAreOldNews },
  processedWhenClaimed: { storage: processedWhenClaimed },
  ratingNotTakenBack: { storage: ratingNotTakenBack },
  ratingFromMemory: { storage: ratingFromMemory },
  codeNotCounted: { storage: codeNotCounted },
  customerLimitFromMemory: { storage: customerLimitFromMemory },
  usesNotGivenBack: { storage: usesNotGivenBack },
  lateMoneyWithoutVoucher: { storage: lateMoneyWithoutVoucher },
  promotionsFromACache: { storage: promotionsFromACache },
  reviewedTwice: { sql: reviewedTwice },
  purchaseOfAnybody: { storage: purchaseOfAnybody },
  votesWithoutMemory: { storage: votesWithoutMemory },
  creditFromMemory: { storage: creditFromMemory },
  creditNotReleased: { storage: creditNotReleased },
  creditReturnedTwice: { storage: creditReturnedTwice },
  eventOutsideTransaction: { storage: eventOutsideTransaction },
  deafToProducts: { storage: deafToProducts },
  advancedBeforeHandled: { storage: advancedBeforeHandled },
  leaseWithoutFence: { storage: leaseWithoutFence },
  twoRelaysAtOnce: { storage: twoRelaysAtOnce },
  loginWithoutLock: { storage: loginWithoutLock },
  mergedTwice: { storage: mergedTwice },
  tokenUsedTwice: { storage: tokenUsedTwice },
  wishesMovedByAdding: { commerce: wishesMovedByAdding },
  outboxByPosition: { sql: outboxByPosition },
  applicationClock: { storage: applicationClock },
  acknowledgedBeforeWritten: { server: acknowledgedBeforeWritten },
} as const satisfies Record<string, Plant>

export type PlantName = keyof typeof plants

export function plantNamed(name: PlantName | null | undefined): Plant | undefined {
  return name === null || name === undefined ? undefined : plants[name]
}
