import { isCommerceError, webhookSteps } from '@cartwright/core'
import type { ProviderEvent } from '@cartwright/core/ports'
import { signWebhook } from '@cartwright/testing'
import type { Script } from '../script.ts'
import { type Bench, Died, openBench, staff } from '../workbench.ts'

const secret = 'fake-webhook-secret'

function told({ bank }: Bench): readonly ProviderEvent[] {
  return bank.ledger.listEvents({ limit: 1_000 }).items
}

/** Delivers an event, signed now. @returns what came of it, or the code of its refusal. */
async function deliver({ commerce, clock }: Bench, event: ProviderEvent, signedWith = secret): Promise<string> {
  try {
    const { outcome } = await commerce.payments.handleWebhook({ provider: 'fake', ...signWebhook(event, { secret: signedWith, at: clock.date() }) })
    return outcome
  } catch (error) {
    return isCommerceError(error) ? error.code : String(error)
  }
}

async function work({ commerce }: Bench): Promise<void> {
  await commerce.worker.runOnce({ jobs: ['inbox'] })
}

/** An event that comes again is known. */
export const toldTwice: Script = async (bench) => {
  await bench.place(await bench.quoted('ada', { HOT: 1 }), 'card_timeout', 'a')
  const answers: string[] = []
  for (const event of told(bench)) answers.push(await deliver(bench, event), await deliver(bench, event))
  bench.findings.expect(
    answers.join() ===
      told(bench)
        .map(() => 'recorded,duplicate')
        .join(),
    `events told twice were ${answers.join(', ')}`,
  )
  await bench.settle()
}

/** Nobody but the bank is listened to, and nothing is kept of what others say. */
export const forgedWebhook: Script = async (bench) => {
  await bench.place(await bench.quoted('ada', { HOT: 1 }), 'card_timeout', 'a')
  const [event] = told(bench)
  if (event === undefined) throw new Error('the bank has told nothing')
  const answer = await deliver(bench, event, 'a guess')
  bench.findings.expect(answer === 'WEBHOOK_INVALID', `a forged webhook was ${answer}`)
  const { items } = await bench.commerce.payments.webhooks({ actor: staff })
  bench.findings.expect(items.length === 0, `${items.length} forged webhooks were recorded`)
}

/** An event of the live mode is nothing to a shop that tests. */
export const liveWebhook: Script = async (bench) => {
  await bench.place(await bench.quoted('ada', { HOT: 1 }), 'card_timeout', 'a')
  const [event] = told(bench)
  if (event === undefined) throw new Error('the bank has told nothing')
  const answer = await deliver(bench, { ...event, live: true })
  bench.findings.expect(answer === 'WEBHOOK_FOREIGN', `an event of the live mode was ${answer}`)
}

/** In whatever order the end of an authorisation is told, the order learns of it. */
export const toldBackwards: Script = async (bench) => {
  const { bank, commerce, findings, quoted } = bench
  const { customerId, cartId, total } = await quoted('ada', { HOT: 1 })
  const { order } = await commerce.checkout.place({
    actor: { type: 'customer', customerId },
    cartId,
    expectedTotal: total,
    payment: { provider: 'fake', method: 'card_ok', capture: 'manual' },
    idempotencyKey: 'a',
  })
  bank.ledger.cancelElsewhere(told(bench)[0]?.providerPaymentId ?? '')
  for (const event of [...told(bench)].reverse()) await deliver(bench, event)
  await work(bench)
  const { paymentStatus } = await bench.order(order.id)
  findings.expect(paymentStatus === 'review', `an order whose authorisation has ended is ${paymentStatus}`)
}

/** What the buyer disputes does not leave the house. */
export const disputed: Script = async (bench) => {
  const { bank, commerce, findings, quoted, place } = bench
  const { order } = await place(await quoted('ada', { HOT: 1 }), 'card_ok', 'a')
  bank.ledger.openDispute(told(bench)[0]?.providerPaymentId ?? '')
  for (const event of told(bench)) await deliver(bench, event)
  await work(bench)
  await findings.refused('ORDER_CLOSED', 'shipping a disputed order', commerce.orders.fulfil({ actor: staff, orderId: order.id }))
}

/** Money of a cancelled order that the bank kept for a dispute goes back once the shop has won. */
export const wonAfterRefusal: Script = async (bench) => {
  const { order } = await bench.place(await bench.quoted('ada', { HOT: 1 }), 'card_ok', 'a')
  const { providerDisputeId } = bench.bank.ledger.openDispute(told(bench)[0]?.providerPaymentId ?? '')
  await bench.commerce.checkout.cancel({ actor: staff, orderId: order.id })
  bench.bank.ledger.decideDispute(providerDisputeId, 'won')
  for (const event of told(bench)) await deliver(bench, event)
  await work(bench)
  await bench.settle()
}

/** What was given back at the bank's own desk is known here: a cancellation returns the rest and no more. */
export const refundedElsewhere: Script = async (bench) => {
  const { bank, commerce, findings, quoted, place, settle } = bench
  const { order } = await place(await quoted('ada', { HOT: 2 }), 'card_ok', 'a')
  bank.ledger.refundElsewhere(told(bench)[0]?.providerPaymentId ?? '', 1000)
  for (const event of told(bench)) await deliver(bench, event)
  await work(bench)
  const { paymentStatus } = await bench.order(order.id)
  findings.expect(paymentStatus === 'partially_refunded', `an order refunded in part at the bank is ${paymentStatus}`)
  await commerce.checkout.cancel({ actor: staff, orderId: order.id })
  await settle()
}

/** An event may come before the answer to the call that caused it, or in its place. */
export const toldFirst: Script = async (bench) => {
  const { order } = await bench.place(await bench.quoted('ada', { HOT: 1 }), 'card_timeout', 'a')
  for (const event of told(bench)) await deliver(bench, event)
  await work(bench)
  const { status, paymentStatus } = await bench.order(order.id)
  bench.findings.expect(status === 'confirmed' && paymentStatus === 'paid', `an order whose answer was lost is ${status} and ${paymentStatus} after its event`)
}

/** That a buyer has approved a payment is told by its event alone: what is booked by then is not past it. */
export const approvedLater: Script = async (bench) => {
  const { order } = await bench.place(await bench.quoted('ada', { HOT: 1 }), 'card_requires_action', 'a')
  const before = told(bench)
  for (const event of before) await deliver(bench, event)
  await work(bench)
  bench.bank.ledger.completeAction(before[0]?.providerPaymentId ?? '')
  for (const event of told(bench).slice(before.length)) await deliver(bench, event)
  await work(bench)
  const { status, paymentStatus } = await bench.order(order.id)
  bench.findings.expect(status === 'confirmed' && paymentStatus === 'paid', `an order that was approved later is ${status} and ${paymentStatus}`)
}

/** That money of a paid order went back may be told of its payment, and by nothing else. */
export const refundToldOfPayment: Script = async (bench) => {
  const { bank, findings, place, quoted } = bench
  const { order } = await place(await quoted('ada', { HOT: 1 }), 'card_ok', 'a')
  const providerPaymentId = told(bench)[0]?.providerPaymentId ?? ''
  bank.ledger.refundElsewhere(providerPaymentId, 500)
  await deliver(bench, bank.ledger.announce('payment.refunded', providerPaymentId))
  await work(bench)
  const { paymentStatus } = await bench.order(order.id)
  findings.expect(paymentStatus === 'partially_refunded', `an order of which the bank tells that money went back is ${paymentStatus}`)
}

/** What takes days is neither paid nor dead meanwhile, however often it is asked about. */
export const slowPayment: Script = async (bench) => {
  const { bank, clock, commerce, findings, place, quoted } = bench
  const { order } = await place(await quoted('ada', { HOT: 1 }), 'card_never', 'a')
  for (let days = 0; days < 2; days += 1) {
    for (const event of told(bench)) await deliver(bench, event)
    await commerce.worker.runOnce({ jobs: ['inbox', 'completer', 'expiry'] })
    const { displayStatus } = await commerce.orders.get({ actor: staff, id: order.id })
    findings.expect(displayStatus === 'payment processing', `an order whose payment is processing is shown as ${displayStatus}`)
    clock.advance(24 * 3_600_000)
  }
  bank.ledger.settle(told(bench)[0]?.providerPaymentId ?? '')
  for (const event of told(bench)) await deliver(bench, event)
  await work(bench)
  await bench.settle()
}

/** Past 23 hours a payment is looked for and never started again: its key is forgotten where it would be sent. */
export const oldKey: Script = async ({ engine, findings }, plant) => {
  const bench = await openBench({ plant, engine, findings, timing: { holdMs: 48 * 3_600_000 } })
  try {
    let starts = 0
    bench.faults.start = async () => {
      starts += 1
      return { outcome: 'unknown', cause: 'reset' }
    }
    await bench.place(await bench.quoted('ada', { HOT: 1 }), 'card_ok', 'a')
    bench.clock.advance(23 * 3_600_000 + 60_000)
    starts = 0
    await bench.commerce.worker.runOnce({ jobs: ['completer'] })
    findings.expect(starts === 0, 'a payment was started under a key of yesterday')
  } finally {
    await bench.close()
  }
}

/** What the provider cannot charge is refused before anything is held. */
export const unchargeable: Script = async ({ commerce, findings, quoted }) => {
  const price = { currency: 'USD', amountMinor: 100_000_000 }
  await commerce.catalog.upsertMany({ products: [{ handle: 'gold', title: 'Gold', variants: [{ sku: 'GOLD', prices: [price], stock: [{ quantity: 1 }] }] }] })
  await findings.refused('AMOUNT_NOT_CHARGEABLE', 'a cart of a million', quoted('ada', { GOLD: 1 }))
}

/** Wherever the process dies that hears a webhook, another one ends it, once the provider has sent again what was not acknowledged. */
export const cutWebhook: Script = async ({ engine, findings }, plant) => {
  for (const step of webhookSteps) {
    let armed = false
    const probe = async (passed: string) => {
      if (armed && passed === step) throw new Died(step)
    }
    const bench = await openBench({ plant, engine, probe, findings })
    try {
      const { order } = await bench.place(await bench.quoted('ada', { HOT: 1 }), 'card_timeout', 'a')
      armed = true
      for (const event of told(bench)) await deliver(bench, event)
      await work(bench).catch(() => {})
      armed = false
      for (const event of told(bench)) await deliver(bench, event)
      bench.clock.advance(2 * 60_000)
      await work(bench)
      const { status } = await bench.order(order.id)
      findings.expect(status === 'confirmed', `killed at ${step}: the order is ${status}`)
      await bench.settle()
    } finally {
      await bench.close()
    }
  }
}
