import type { ProviderEvent, ProviderPaymentStatus } from '@cartwright/core/ports'
import { chosen, type StepOf } from './shop-steps.ts'
import type { Walker } from './walker.ts'

const secret = 'fake-webhook-secret'

function inStatus(walker: Walker, which: number, ...statuses: readonly ProviderPaymentStatus[]) {
  return chosen(
    walker.theirs().filter(({ status }) => statuses.includes(status)),
    which,
  )
}

function eventsOf({ bank }: Walker): readonly ProviderEvent[] {
  return bank.ledger.listEvents({ limit: 100_000 }).items
}

async function send(walker: Walker, event: ProviderEvent): Promise<void> {
  walker.heard.add(event.eventId)
  const webhook = walker.bank.ledger.signedWebhook(event.eventId, { secret, at: walker.clock.date() })
  await walker.commerce.payments.handleWebhook({ provider: 'fake', ...webhook })
}

/** Sends one event, in whatever order: most often one that was not sent yet. */
async function tell(walker: Walker, which: number, how: number): Promise<string | undefined> {
  const all = eventsOf(walker)
  const fresh = all.filter(({ eventId }) => !walker.heard.has(eventId))
  const event = chosen(how % 5 > 0 && fresh.length > 0 ? fresh : all, which)
  if (event === undefined) return undefined
  await send(walker, event)
  return `${event.type} of ${event.subject?.id}`
}

/** Sends all that was not sent yet, oldest or newest first, and most often lets the worker act on it. */
export async function tellAll(walker: Walker, _which: number, how: number): Promise<string | undefined> {
  const fresh = eventsOf(walker).filter(({ eventId }) => !walker.heard.has(eventId))
  for (const event of how % 2 === 0 ? fresh : fresh.toReversed()) await send(walker, event)
  if (how % 3 > 0) await walker.commerce.worker.runOnce({ jobs: ['inbox'], concurrency: 1 })
  return `${fresh.length} events, ${how % 2 === 0 ? 'oldest' : 'newest'} first${how % 3 > 0 ? ', acted on' : ''}`
}

async function chargeElsewhere(walker: Walker, which: number, how: number): Promise<string | undefined> {
  const ours = chosen(await walker.payments(), which)
  if (ours === undefined) return undefined
  const amountMinor = how % 4 === 0 ? 400 : ours.amountMinor
  const amount = { amountMinor, currency: ours.currency }
  const { providerPaymentId } = walker.bank.ledger.chargeElsewhere({ amount, paymentId: ours.id, orderId: ours.orderId })
  return `${amountMinor} as ${providerPaymentId}`
}

async function captureElsewhere(walker: Walker, which: number, how: number): Promise<string | undefined> {
  const payment = inStatus(walker, which, 'requires_capture')
  if (payment === undefined) return undefined
  const minor = how % 2 === 0 ? payment.capturableMinor : Math.ceil(payment.capturableMinor / 2)
  walker.bank.ledger.captureElsewhere(payment.providerPaymentId, minor)
  return `${minor} of ${payment.providerPaymentId}`
}

async function cancelElsewhere(walker: Walker, which: number): Promise<string | undefined> {
  const payment = inStatus(walker, which, 'requires_action', 'requires_capture')
  if (payment === undefined) return undefined
  walker.bank.ledger.cancelElsewhere(payment.providerPaymentId)
  walker.endedElsewhere.add(payment.providerPaymentId)
  return payment.providerPaymentId
}

/** What a bank would still return of a payment: nothing while there may be a chargeback over it. */
function leftMinor({ bank }: Walker, providerPaymentId: string, capturedMinor: number): number {
  const refunds = bank.ledger.findRefunds({ providerPaymentId }).filter(({ status }) => status !== 'failed')
  const disputes = bank.ledger.findDisputes({ providerPaymentId }).filter(({ status }) => status !== 'won')
  return [...refunds, ...disputes].reduce((left, { amount }) => left - amount.amountMinor, capturedMinor)
}

async function refundElsewhere(walker: Walker, which: number, how: number): Promise<string | undefined> {
  const payment = inStatus(walker, which, 'succeeded')
  const left = payment === undefined ? 0 : leftMinor(walker, payment.providerPaymentId, payment.capturedMinor)
  if (payment === undefined || left < 2) return undefined
  const minor = how % 2 === 0 ? left : Math.ceil(left / 2)
  const { providerRefundId, status } = walker.bank.ledger.refundElsewhere(payment.providerPaymentId, minor)
  return `${minor} of ${payment.providerPaymentId} as ${providerRefundId}, ${status}`
}

/** Ends a refund that is pending, or lets one fail that had succeeded. */
async function settleRefund({ bank }: Walker, which: number, how: number): Promise<string | undefined> {
  const refund = chosen(
    bank.ledger.refunds().filter(({ status }) => status !== 'failed'),
    which,
  )
  if (refund === undefined) return undefined
  const outcome = refund.status === 'succeeded' || how % 3 === 0 ? 'failed' : 'succeeded'
  bank.ledger.settleRefund(refund.providerRefundId, outcome)
  return `${refund.providerRefundId} ${outcome}`
}

async function openDispute(walker: Walker, which: number, how: number): Promise<string | undefined> {
  const { ledger } = walker.bank
  const payment = inStatus(walker, which, 'succeeded')
  if (payment === undefined) return undefined
  const { providerPaymentId, capturedMinor } = payment
  const disputedMinor = ledger.findDisputes({ providerPaymentId }).reduce((sum, { amount }) => sum + amount.amountMinor, 0)
  const left = capturedMinor - disputedMinor
  if (left < 2) return undefined
  const minor = how % 2 === 0 ? left : Math.ceil(left / 2)
  return `${minor} of ${providerPaymentId} as ${ledger.openDispute(providerPaymentId, minor).providerDisputeId}`
}

/** Decides a dispute, or decides it anew. */
async function decideDispute(walker: Walker, which: number, how: number): Promise<string | undefined> {
  const { ledger } = walker.bank
  const dispute = chosen(
    walker.theirs().flatMap(({ providerPaymentId }) => [...ledger.findDisputes({ providerPaymentId })]),
    which,
  )
  if (dispute === undefined) return undefined
  const decision = how % 2 === 0 ? 'won' : 'lost'
  if (dispute.status === decision) return undefined
  ledger.decideDispute(dispute.providerDisputeId, decision)
  return `${dispute.providerDisputeId} ${decision}`
}

async function completeAction(walker: Walker, which: number): Promise<string | undefined> {
  const payment = inStatus(walker, which, 'requires_action')
  return payment && walker.bank.ledger.completeAction(payment.providerPaymentId).providerPaymentId
}

async function abandonAction(walker: Walker, which: number): Promise<string | undefined> {
  const payment = inStatus(walker, which, 'requires_action')
  return payment && walker.bank.ledger.abandonAction(payment.providerPaymentId).providerPaymentId
}

async function settle(walker: Walker, which: number, how: number): Promise<string | undefined> {
  const payment = inStatus(walker, which, 'processing')
  const outcome = how % 3 === 0 ? 'failed' : 'succeeded'
  return payment && `${walker.bank.ledger.settle(payment.providerPaymentId, outcome).providerPaymentId} ${outcome}`
}

/** What happens at the bank, and what it tells of that. */
export const bankSteps = {
  tell,
  tellAll,
  chargeElsewhere,
  captureElsewhere,
  cancelElsewhere,
  refundElsewhere,
  settleRefund,
  openDispute,
  decideDispute,
  completeAction,
  abandonAction,
  settle,
} as const satisfies Record<string, StepOf>
