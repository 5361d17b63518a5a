import type { Script } from '../script.ts'
import { staff } from '../workbench.ts'

const minute = 60_000

/** A declined card buys nothing, and another card for the same order does. */
export const declined: Script = async ({ bank, commerce, findings, quoted, place, settle }) => {
  const { outcome, order } = await place(await quoted('ada', { HOT: 1 }), 'card_declined', 'a')
  findings.expect(outcome === 'declined', `a declined card came to ${outcome}`)
  const [theirs] = bank.ledger.listPayments({ limit: 10 }).items
  findings.expect(theirs?.capturedMinor === 0, 'a declined card was charged')
  if (outcome === 'declined') {
    const payment = { provider: 'fake', method: 'card_ok' }
    await commerce.checkout.resume({ actor: { type: 'customer', customerId: 'ada' }, orderId: order.id, payment, idempotencyKey: 'b' })
  }
  await settle()
}

/** A lost answer is looked up; nobody is told no, and nobody pays twice. */
export const lostAnswer: Script = async ({ clock, commerce, findings, quoted, place, settle }) => {
  const cart = await quoted('ada', { HOT: 1 })
  const { outcome, order } = await place(cart, 'card_timeout', 'a')
  findings.expect(outcome === 'pending', `a lost answer came to ${outcome}`)
  if (outcome === 'declined') {
    const payment = { provider: 'fake', method: 'card_ok' }
    await commerce.checkout.resume({ actor: staff, orderId: order.id, payment, idempotencyKey: 'b' })
  }
  clock.advance(minute)
  await commerce.worker.runOnce()
  await settle()
  const { status } = await commerce.orders.get({ actor: staff, id: order.id })
  findings.expect(status === 'confirmed', `an order that was paid is ${status}`)
}

/** A payment of another amount under our id confirms nothing. */
export const wrongAmount: Script = async ({ bank, clock, commerce, findings, quoted, place, order }) => {
  const { order: placed } = await place(await quoted('ada', { HOT: 1 }), 'card_unreachable', 'a')
  const [ours] = await commerce.payments.ofOrder({ actor: staff, orderId: placed.id })
  if (ours === undefined) throw new Error('the order has no payment')
  bank.ledger.chargeElsewhere({ paymentId: ours.id, orderId: placed.id, amount: { amountMinor: 50, currency: 'USD' } })
  clock.advance(minute)
  await commerce.worker.runOnce()
  const { status, paymentStatus } = await order(placed.id)
  findings.expect(status !== 'confirmed' && paymentStatus === 'review', `an order paid with 50 cents is ${status}, its money ${paymentStatus}`)
}

/** What is cancelled here is cancelled at the bank, so that it cannot be paid any more. */
export const cancelledOpen: Script = async ({ bank, commerce, findings, quoted, place, settle }) => {
  const { order } = await place(await quoted('ada', { HOT: 1 }), 'card_requires_action', 'a')
  await commerce.checkout.cancel({ actor: staff, orderId: order.id })
  for (const { providerPaymentId, status } of bank.ledger.listPayments({ limit: 10 }).items) {
    // The reconciler would return what is paid now: what counts is that nobody could pay.
    findings.expect(status !== 'requires_action', 'a payment of a cancelled order is still open at the bank')
    if (status === 'requires_action') bank.ledger.completeAction(providerPaymentId)
  }
  await settle()
}

/** The money of a cancelled order goes back, once, also when the bank's answer to the first refund is lost. */
export const cancelledPaid: Script = async ({ bank, commerce, faults, findings, quoted, place, settle }) => {
  await place(await quoted('bob', { TEE: 1 }), 'card_ok', 'other')
  const { order } = await place(await quoted('ada', { HOT: 2 }), 'card_ok', 'a')
  faults.refund = async (params) => {
    delete faults.refund
    await bank.refund(params)
    return { outcome: 'unknown', cause: new Error('reset') }
  }
  await commerce.checkout.cancel({ actor: staff, orderId: order.id })
  await settle()
  const refunds = await commerce.payments.refundsOfOrder({ actor: staff, orderId: order.id })
  findings.expect(refunds.length === 1 && refunds[0]?.status === 'succeeded', `refunds: ${refunds.map(({ status }) => status).join(', ') || 'none'}`)
}

/** What the bank took while another call ended the payment is booked, whoever writes last. */
export const paidWhileCancelled: Script = async ({ bank, commerce, faults, quoted, place, settle }) => {
  const { order } = await place(await quoted('ada', { HOT: 1 }), 'card_requires_action', 'a')
  faults.getPayment = async (params) => {
    delete faults.getPayment
    const seen = await bank.getPayment(params)
    bank.ledger.completeAction(params.providerPaymentId)
    await commerce.checkout.resume({ actor: staff, orderId: order.id, idempotencyKey: 'b' })
    return seen
  }
  await commerce.checkout.cancel({ actor: staff, orderId: order.id }).catch(() => {})
  await settle()
}

/** Of two workers, one has the refund and the other leaves it alone. */
export const oneWorkerPerRefund: Script = async ({ bank, commerce, faults, findings, quoted, place, settle, storage, clock }) => {
  const { order } = await place(await quoted('ada', { HOT: 1 }), 'card_ok', 'a')
  faults.refund = async () => ({ outcome: 'unknown', cause: new Error('reset') })
  await commerce.checkout.cancel({ actor: staff, orderId: order.id })
  delete faults.refund
  clock.advance(60 * minute)
  const leaseUntil = new Date(clock.date().getTime() + minute)
  const take = () => storage.transaction(clock.now(), (tx) => tx.payments.claimDueRefunds({ limit: 10, leaseUntil }))
  const taken = [await take(), await take()].map((refunds) => refunds.length)
  findings.expect(taken[0] === 1 && taken[1] === 0, `two workers took ${taken.join(' and ')} refunds of 1`)
  await settle()
  findings.expect(bank.ledger.refunds().length === 1, `${bank.ledger.refunds().length} refunds at the bank`)
}
