import type { WorkerJob } from '@cartwright/core'
import { anyOf, type Operation } from './cast.ts'
import { chance } from './seed-streams.ts'

const minute = 60_000
const hour = 60 * minute
const jobs: readonly WorkerJob[] = ['completer', 'refunds', 'expiry', 'relay', 'sweep']

/** A worker runs, or one of its jobs. */
export const work: Operation = async ({ world, random, server, commerce }) => {
  const some = chance(random, 0.6) ? {} : { jobs: [random.pick(jobs)] }
  await world.call(server, 'worker', () => commerce.worker.runOnce(some))
}

/** Time passes, also for what is under way. */
export const pass: Operation = async ({ world, random }) => {
  const ms = random.pick([1_000, 6_000, 31_000, 61_000, 5 * minute, 16 * minute, 31 * minute, 3 * hour, 25 * hour])
  world.clock.advance(ms)
  world.say(`  ${ms} ms pass`)
}

/** The bank, or the buyer at the bank, decides a payment that is open. */
export const decideAtBank: Operation = async ({ world, random }) => {
  const { ledger } = world.bank
  const open = ledger.listPayments({ limit: 1_000 }).items.filter(({ status }) => status === 'requires_action' || status === 'processing')
  const payment = anyOf(random, open)
  if (payment === undefined) return
  const well = chance(random, 0.7)
  world.say(`  ${payment.providerPaymentId}: ${payment.status}, ${well ? 'succeeds' : 'fails'}`)
  if (payment.status === 'processing') ledger.settle(payment.providerPaymentId, well ? 'succeeded' : 'failed')
  else if (well) ledger.completeAction(payment.providerPaymentId)
  else ledger.abandonAction(payment.providerPaymentId)
}

/** The bank pays out a refund that waited. */
export const payOut: Operation = async ({ world, random }) => {
  const { ledger } = world.bank
  const refund = anyOf(
    random,
    ledger.refunds().filter(({ status }) => status === 'pending'),
  )
  if (refund !== undefined) ledger.settleRefund(refund.providerRefundId)
}
