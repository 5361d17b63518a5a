import { tellAll } from './bank-steps.ts'
import type { Walker } from './walker.ts'

const minute = 60_000

/** When the worker looks after the walk: past locks, past holds, past every recheck, and once more for what the last look has queued. */
const laterMs = [2 * minute, 20 * minute, 2 * 60 * minute, 26 * 60 * minute, 26 * 60 * minute, 5 * 24 * 60 * minute, 2 * minute]

/** Lets everything come to its end: the bank decides, tells and answers, and the worker works. */
export async function settleWalk(walker: Walker): Promise<void> {
  for (const ms of laterMs) {
    endAtBank(walker)
    if (walker.walk.told) await tellAll(walker, 0, 0)
    walker.clock.advance(ms)
    await walker.commerce.worker.runOnce({ concurrency: 1 })
  }
}

/** The bank decides what is open: disputes and what it processes as the walk says, and every refund well, for one that fails is for staff. */
function endAtBank(walker: Walker): void {
  const { ledger } = walker.bank
  const isGood = walker.walk.inTheEnd === 'good'
  for (const { providerPaymentId, status } of walker.theirs()) {
    if (status === 'processing') ledger.settle(providerPaymentId, isGood ? 'succeeded' : 'failed')
    for (const { providerDisputeId, status: open } of ledger.findDisputes({ providerPaymentId })) {
      if (open === 'open') ledger.decideDispute(providerDisputeId, isGood ? 'won' : 'lost')
    }
  }
  for (const { providerRefundId, status } of ledger.refunds()) if (status === 'pending') ledger.settleRefund(providerRefundId)
}

/** All that a second look at a shop that has settled must leave as it is. */
export async function stateOf(walker: Walker): Promise<string> {
  const { commerce, bank } = walker
  const orders = await walker.orders()
  const money = await commerce.storage.snapshot(
    walker.clock.now(),
    async ({ payments }) => {
      const all = []
      for (const { id: orderId } of orders) {
        const ofOrder = (await payments.ofOrder({ orderId })).map(({ id, status, capturedMinor, authorisedMinor }) => [
          id,
          status,
          capturedMinor,
          authorisedMinor,
        ])
        const refunds = (await payments.refundsOfOrder({ orderId })).map(({ id, status }) => [id, status])
        const disputes = (await payments.disputesOfOrder({ orderId })).map(({ id, status }) => [id, status])
        all.push({ ofOrder, refunds, disputes })
      }
      return all
    },
    { fresh: true },
  )
  const steps = orders.map(({ id, version, status, paymentStatus }) => ({ id, version, status, paymentStatus }))
  const levels = (await commerce.inventory.levels({ skus: ['MUG', 'TEE'] })).map(({ sku, onHand, reserved }) => ({ sku, onHand, reserved }))
  return JSON.stringify({ steps, money, levels, refunds: bank.ledger.refunds().length, totals: bank.ledger.totals() })
}
