import type { ProviderPaymentStatus } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { metadataKeys } from './metadata.ts'
import { paymentOfIntent, paymentOfSession } from './payment-mapping.ts'
import { disputeOf, reasonForStripe, refundOf } from './refund-mapping.ts'
import type { StripeIntent, StripeSession } from './stripe-objects.ts'
import { statusOfDispute, statusOfIntent, statusOfRefund } from './stripe-states.ts'

const intent: StripeIntent = {
  id: 'pi_1',
  status: 'succeeded',
  amount: 2500,
  amount_capturable: 0,
  amount_received: 2500,
  currency: 'usd',
  client_secret: 'pi_1_secret',
  created: 1_772_366_400,
  livemode: false,
  metadata: { [metadataKeys.payment]: 'ours', [metadataKeys.order]: 'order' },
  latest_charge: 'ch_1',
  last_payment_error: null,
}
const session: StripeSession = {
  id: 'cs_1',
  status: 'open',
  url: 'https://checkout.stripe.com/c/pay/cs_1',
  amount_total: 2500,
  currency: 'usd',
  created: 1_772_366_400,
  livemode: false,
  metadata: intent.metadata,
  payment_intent: null,
}

describe('a PaymentIntent', () => {
  const expected: readonly (readonly [string, ProviderPaymentStatus])[] = [
    ['requires_payment_method', 'requires_action'],
    ['requires_confirmation', 'requires_action'],
    ['requires_action', 'requires_action'],
    ['processing', 'processing'],
    ['requires_capture', 'requires_capture'],
    ['succeeded', 'succeeded'],
    ['canceled', 'canceled'],
  ]

  it.each(expected)('that is %s is %s', (status, ours) => {
    expect(paymentOfIntent({ ...intent, status }, 0).status).toBe(ours)
  })

  it('for one card, canceled because that failed, has failed', () => {
    const dead = { ...intent, status: 'canceled', last_payment_error: { code: 'card_declined', decline_code: 'do_not_honor', type: 'card_error' } }
    const ofToken = { ...dead, metadata: { ...intent.metadata, [metadataKeys.flow]: 'token' } }
    expect(paymentOfIntent(ofToken, 0)).toMatchObject({ status: 'failed', decline: { code: 'do_not_honor' } })
    expect(paymentOfIntent({ ...ofToken, last_payment_error: null }, 0).status).toBe('canceled')
    expect(paymentOfIntent(dead, 0).status).toBe('canceled')
  })

  it('has no state that this test does not know', () => {
    expect(Object.keys(statusOfIntent).toSorted()).toEqual(expected.map(([status]) => status).toSorted())
  })

  it('in a state of tomorrow is an error: nothing may be concluded', () => {
    for (const status of ['under_water', 'toString']) expect(() => paymentOfIntent({ ...intent, status }, 0)).toThrow(/not known here/)
  })

  it('gives its client secret only while the buyer is waited for, and only when it is ours', () => {
    expect(paymentOfIntent({ ...intent, status: 'requires_action' }, 0).action).toEqual({ type: 'client_secret', value: 'pi_1_secret' })
    expect(paymentOfIntent(intent, 0).action).toBeNull()
    expect(paymentOfIntent({ ...intent, status: 'requires_action', metadata: {} }, 0)).toMatchObject({ action: null, paymentId: null, orderId: null })
  })

  it('counts in the minor units of ISO', () => {
    const yen = { ...intent, currency: 'ugx', amount: 2500, amount_received: 2500 }
    expect(paymentOfIntent(yen, 0)).toMatchObject({ amount: { amountMinor: 25, currency: 'UGX' }, capturedMinor: 25 })
  })
})

describe('a Checkout Session', () => {
  it.each([
    ['open', null, 'requires_action'],
    ['open', 'requires_payment_method', 'requires_action'],
    ['expired', null, 'canceled'],
    ['complete', 'succeeded', 'succeeded'],
    ['complete', 'requires_capture', 'requires_capture'],
    ['complete', 'processing', 'processing'],
    ['complete', 'requires_payment_method', 'failed'],
    ['complete', 'canceled', 'canceled'],
  ])('that is %s with a PaymentIntent that is %s is %s', (status, ofIntent, ours) => {
    const paid = ofIntent === null ? null : { ...intent, status: ofIntent }
    expect(paymentOfSession({ ...session, status, payment_intent: paid }, 0)).toMatchObject({ providerPaymentId: 'cs_1', status: ours, paymentId: 'ours' })
  })

  it('sends the buyer to its page while it is open', () => {
    expect(paymentOfSession(session, 0).action).toEqual({ type: 'redirect', value: session.url })
    expect(paymentOfSession({ ...session, status: 'expired', url: null }, 0).action).toBeNull()
  })

  it('without an amount, or complete without a payment, is none of ours', () => {
    expect(() => paymentOfSession({ ...session, amount_total: null }, 0)).toThrow(/no amount/)
    expect(() => paymentOfSession({ ...session, status: 'complete' }, 0)).toThrow(/no PaymentIntent/)
    expect(() => paymentOfSession({ ...session, status: null }, 0)).toThrow(/not known here/)
  })
})

describe('refunds and disputes', () => {
  const refund = {
    id: 're_1',
    status: 'succeeded',
    amount: 500,
    currency: 'usd',
    created: 1,
    metadata: { [metadataKeys.refund]: 'our refund' },
    payment_intent: 'pi_1',
  }
  const dispute = {
    id: 'du_1',
    status: 'needs_response',
    reason: 'fraudulent',
    amount: 2500,
    currency: 'usd',
    created: 1,
    payment_intent: 'pi_1',
    evidence_details: { due_by: 100 },
  }

  it.each([
    ['pending', 'pending'],
    ['requires_action', 'pending'],
    ['succeeded', 'succeeded'],
    ['failed', 'failed'],
    ['canceled', 'failed'],
    [null, 'pending'],
    ['of tomorrow', 'pending'],
  ])('a refund that is %s is %s', (status, ours) => {
    expect(refundOf({ ...refund, status }, 'pi_1')).toMatchObject({ status: ours, refundId: 'our refund', amount: { amountMinor: 500, currency: 'USD' } })
    expect(Object.keys(statusOfRefund)).toHaveLength(5)
  })

  it.each([
    ['warning_needs_response', 'open'],
    ['warning_under_review', 'open'],
    ['needs_response', 'open'],
    ['under_review', 'open'],
    ['appeal_needs_response', 'open'],
    ['appeal_under_review', 'open'],
    ['warning_closed', 'won'],
    ['prevented', 'won'],
    ['won', 'won'],
    ['lost', 'lost'],
    ['of tomorrow', 'open'],
  ])('a dispute that is %s is %s', (status, ours) => {
    expect(disputeOf({ ...dispute, status }, 'pi_1').status).toBe(ours)
    expect(Object.keys(statusOfDispute)).toHaveLength(10)
  })

  it('a dispute is to be answered only while it can be', () => {
    expect(disputeOf(dispute, 'pi_1').evidenceDueBy).toEqual(new Date(100_000))
    expect(disputeOf({ ...dispute, status: 'under_review' }, 'pi_1').evidenceDueBy).toBeNull()
  })

  it('only reasons that Stripe has a word for are passed on', () => {
    expect(['duplicate', 'fraudulent', 'requested_by_customer'].map(reasonForStripe)).toEqual(['duplicate', 'fraudulent', 'requested_by_customer'])
    expect(['out of stock when the payment arrived: MUG', '', undefined].map(reasonForStripe)).toEqual([undefined, undefined, undefined])
  })
})
