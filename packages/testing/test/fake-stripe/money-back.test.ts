import type { FakeStripe } from '@cartwright/testing/stripe'
import type Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { byCard, openStripe, refusalOf } from './opened-stripe.ts'

async function paid(stripe: Stripe, method = 'pm_card_visa'): Promise<string> {
  return (await stripe.paymentIntents.create({ ...byCard, payment_method: method, confirm: true })).id
}

const refunded = (fake: FakeStripe) => fake.totals().byCurrency.usd?.refunded

describe('a refund', () => {
  it('gives back in parts, and never more than came in', async () => {
    const { fake, stripe } = await openStripe()
    const intent = await paid(stripe)
    const first = await stripe.refunds.create({ payment_intent: intent, amount: 1000, reason: 'requested_by_customer', metadata: { ours: '1' } })
    expect(first).toMatchObject({ status: 'succeeded', amount: 1000, payment_intent: intent, metadata: { ours: '1' } })
    expect(await refusalOf(stripe.refunds.create({ payment_intent: intent, amount: 1501 }))).toMatchObject({ statusCode: 400, param: 'amount' })
    expect(await refusalOf(stripe.refunds.create({ payment_intent: intent, amount: 0 }))).toMatchObject({ code: 'parameter_invalid_integer' })
    const second = await stripe.refunds.create({ payment_intent: intent, expand: ['charge.refunds'] })
    expect(second).toMatchObject({ amount: 1500, charge: { amount_refunded: 2500, refunded: true } })
    expect(await refusalOf(stripe.refunds.create({ payment_intent: intent }))).toMatchObject({ code: 'charge_already_refunded' })
    expect((await stripe.refunds.list({ payment_intent: intent })).data.map(({ id }) => id)).toEqual([second.id, first.id])
    expect(refunded(fake)).toBe(2500)
  })

  it('needs money that has been taken', async () => {
    const { stripe } = await openStripe()
    const held = await stripe.paymentIntents.create({ ...byCard, capture_method: 'manual', payment_method: 'pm_card_visa', confirm: true })
    expect(await refusalOf(stripe.refunds.create({ payment_intent: held.id }))).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' })
    await stripe.paymentIntents.capture(held.id, { amount_to_capture: 1000 })
    expect(await refusalOf(stripe.refunds.create({ payment_intent: held.id, amount: 1001 }))).toMatchObject({ param: 'amount' })
    expect(await stripe.refunds.create({ payment_intent: held.id })).toMatchObject({ amount: 1000 })
    expect(await refusalOf(stripe.refunds.create({ payment_intent: 'pi_none' }))).toMatchObject({ statusCode: 400, code: 'resource_missing' })
  })

  it('waits, arrives or fails, and one that had arrived can fail later', async () => {
    const { fake, stripe } = await openStripe()
    const slow = await stripe.refunds.create({ payment_intent: await paid(stripe, 'pm_card_pendingRefund'), amount: 700 })
    expect(slow.status).toBe('pending')
    expect(fake.settleRefund(slow.id)).toMatchObject({ status: 'succeeded' })
    const intent = await paid(stripe, 'pm_card_refundFail')
    const failing = await stripe.refunds.create({ payment_intent: intent })
    expect(failing.status).toBe('succeeded')
    expect(fake.failRefund(failing.id)).toMatchObject({ status: 'failed', failure_reason: expect.any(String) })
    expect(refunded(fake)).toBe(700)
    expect(fake.events().map(({ type }) => type)).toEqual(expect.arrayContaining(['refund.failed', 'refund.updated', 'charge.refund.updated']))
    expect(await stripe.refunds.create({ payment_intent: intent })).toMatchObject({ amount: 2500, status: 'succeeded' })
    expect(() => fake.settleRefund(failing.id)).toThrow(/failed/)
  })

  it('that waits for its buyer can be canceled, and no other', async () => {
    const { fake, stripe } = await openStripe()
    const intent = await paid(stripe)
    fake.holdRefunds(intent, 'requires_action')
    const waiting = await stripe.refunds.create({ payment_intent: intent, amount: 500 })
    expect(waiting.status).toBe('requires_action')
    expect(await stripe.refunds.cancel(waiting.id)).toMatchObject({ status: 'canceled' })
    expect(await refusalOf(stripe.refunds.cancel(waiting.id))).toMatchObject({ statusCode: 400 })
    expect(refunded(fake)).toBe(0)
  })

  it('can be made in the dashboard, without our ids', async () => {
    const { fake, stripe } = await openStripe()
    const intent = await paid(stripe)
    const made = fake.refundInDashboard(intent, 300)
    expect(await stripe.refunds.retrieve(made.id)).toMatchObject({ amount: 300, metadata: {}, payment_intent: intent })
    expect(fake.events().at(-1)).toMatchObject({ type: 'charge.refunded', request: { id: null } })
  })
})

describe('a dispute', () => {
  it('takes the money, stands in the way of refunds, and gives it back when it is won', async () => {
    const { fake, stripe } = await openStripe()
    const intent = await paid(stripe)
    const dispute = fake.openDispute(intent)
    expect(await stripe.charges.list({ payment_intent: intent })).toMatchObject({ data: [{ disputed: true }] })
    expect(await refusalOf(stripe.refunds.create({ payment_intent: intent }))).toMatchObject({ code: 'charge_disputed' })
    expect(fake.totals().byCurrency.usd).toMatchObject({ captured: 2500, disputed: 2500 })
    const answered = await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'delivered' }, submit: true })
    expect(answered).toMatchObject({ status: 'under_review', evidence_details: { has_evidence: true, submission_count: 1 } })
    fake.closeDispute(dispute.id, 'won')
    expect(await stripe.disputes.retrieve(dispute.id)).toMatchObject({ status: 'won', payment_intent: intent })
    expect(fake.totals().byCurrency.usd).toMatchObject({ captured: 2500, disputed: 0 })
    const told = fake.events().flatMap(({ type }) => (type.startsWith('charge.dispute') ? [type.slice('charge.dispute.'.length)] : []))
    expect(told).toEqual(['created', 'funds_withdrawn', 'updated', 'funds_reinstated', 'closed'])
  })

  it('is opened by some test cards by themselves, and can be given up', async () => {
    const { fake, stripe } = await openStripe()
    const lost = await paid(stripe, 'pm_card_createDispute')
    const [dispute] = (await stripe.disputes.list({ payment_intent: lost })).data
    expect(await stripe.disputes.close(dispute?.id ?? '')).toMatchObject({ status: 'lost', reason: 'fraudulent' })
    const asked = await paid(stripe, 'pm_card_createDisputeInquiry')
    expect((await stripe.disputes.list({ payment_intent: asked })).data).toMatchObject([{ status: 'warning_needs_response', is_charge_refundable: true }])
    expect(await stripe.refunds.create({ payment_intent: asked })).toMatchObject({ status: 'succeeded' })
    expect(fake.totals().byCurrency.usd).toEqual({ captured: 5000, refunded: 2500, disputed: 2500 })
  })
})
