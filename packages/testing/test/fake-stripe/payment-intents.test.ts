import type { TestMethod } from '@cartwright/testing/stripe'
import { testMethods } from '@cartwright/testing/stripe'
import { describe, expect, it } from 'vitest'
import { byCard, olderClientOf, openStripe, refusalOf } from './opened-stripe.ts'

const returnUrl = 'https://shop.example/done'

describe('a payment intent', () => {
  it('is made, given a method, confirmed and charged', async () => {
    const { fake, stripe } = await openStripe()
    const made = await stripe.paymentIntents.create({ ...byCard, metadata: { order: '7' } })
    expect(made).toMatchObject({ status: 'requires_payment_method', amount_received: 0, metadata: { order: '7' }, livemode: false })
    expect(await stripe.paymentIntents.update(made.id, { payment_method: 'pm_card_visa' })).toMatchObject({ status: 'requires_confirmation' })
    const paid = await stripe.paymentIntents.confirm(made.id, { expand: ['latest_charge'] })
    expect(paid).toMatchObject({ status: 'succeeded', amount_received: 2500, latest_charge: { amount_captured: 2500, captured: true, paid: true } })
    expect(fake.events().map(({ type }) => type)).toEqual(['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded', 'charge.updated'])
    expect(fake.totals('order').byPayment).toEqual({ 7: { captured: 2500, refunded: 0, disputed: 0, currency: 'usd', intents: 1 } })
  })

  it('is held with manual capture, and captured in part: the rest is let go', async () => {
    const { stripe } = await openStripe()
    const held = await stripe.paymentIntents.create({ ...byCard, capture_method: 'manual', payment_method: 'pm_card_visa', confirm: true })
    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 2500, amount_received: 0 })
    expect(await refusalOf(stripe.paymentIntents.capture(held.id, { amount_to_capture: 2501 }))).toMatchObject({ statusCode: 400, code: 'amount_too_large' })
    const taken = await stripe.paymentIntents.capture(held.id, { amount_to_capture: 1000, expand: ['latest_charge.balance_transaction'] })
    expect(taken).toMatchObject({ status: 'succeeded', amount_capturable: 0, amount_received: 1000 })
    expect(taken.latest_charge).toMatchObject({ amount_captured: 1000, amount_refunded: 1500, balance_transaction: { amount: 1000 } })
    expect(await refusalOf(stripe.paymentIntents.capture(held.id))).toMatchObject({ code: 'payment_intent_unexpected_state' })
  })

  it('can be canceled until money has moved', async () => {
    const { fake, stripe } = await openStripe()
    const held = await stripe.paymentIntents.create({ ...byCard, capture_method: 'manual', payment_method: 'pm_card_visa', confirm: true })
    const canceled = await stripe.paymentIntents.cancel(held.id, { cancellation_reason: 'abandoned', expand: ['latest_charge'] })
    expect(canceled).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'abandoned',
      amount_capturable: 0,
      latest_charge: { refunded: true, captured: false },
    })
    const paid = await stripe.paymentIntents.create({ ...byCard, payment_method: 'pm_card_visa', confirm: true })
    const refusal = await refusalOf(stripe.paymentIntents.cancel(paid.id))
    expect(refusal).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state', payment_intent: { id: paid.id, status: 'succeeded' } })
    expect(fake.totals().byCurrency).toEqual({ usd: { captured: 2500, refunded: 0, disputed: 0 } })
  })

  it('loses its hold when the bank lets go', async () => {
    const { fake, stripe } = await openStripe()
    const held = await stripe.paymentIntents.create({ ...byCard, capture_method: 'manual', payment_method: 'pm_card_visa', confirm: true })
    fake.expireAuthorisation(held.id)
    expect(await stripe.paymentIntents.retrieve(held.id)).toMatchObject({ status: 'canceled', cancellation_reason: 'automatic' })
    expect(fake.events().map(({ type }) => type)).toContain('charge.expired')
  })

  it('sends the buyer away and back, or into the browser library', async () => {
    const { fake, stripe } = await openStripe()
    const card = { payment_method: 'pm_card_threeDSecure2Required', confirm: true }
    const away = await stripe.paymentIntents.create({ ...byCard, ...card, return_url: returnUrl })
    expect(away).toMatchObject({ status: 'requires_action', next_action: { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl } } })
    const inside = await stripe.paymentIntents.create({ ...byCard, ...card })
    expect(inside).toMatchObject({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } })
    fake.completeAction(away.id, 'succeed')
    fake.completeAction(inside.id, 'fail')
    expect(await stripe.paymentIntents.retrieve(away.id)).toMatchObject({ status: 'succeeded', next_action: null })
    const failed = await stripe.paymentIntents.retrieve(inside.id)
    expect(failed).toMatchObject({ status: 'requires_payment_method', last_payment_error: { code: 'payment_intent_authentication_failure' } })
    expect(() => fake.completeAction(inside.id, 'succeed')).toThrow(/requires_payment_method/)
  })

  it('fails where it would have to wait for a buyer and must not', async () => {
    const { stripe } = await openStripe()
    const asking = { ...byCard, payment_method: 'pm_card_authenticationRequired', confirm: true }
    for (const option of [{ error_on_requires_action: true }, { off_session: true }]) {
      const refusal = await refusalOf(stripe.paymentIntents.create({ ...asking, ...option }))
      expect(refusal).toMatchObject({ statusCode: 402, code: 'authentication_required', decline_code: 'authentication_required' })
      expect(refusal.payment_intent).toMatchObject({ status: 'requires_payment_method' })
    }
  })

  it('wants a page to come back to when the dashboard chooses the methods', async () => {
    const { stripe } = await openStripe()
    const confirmed = { amount: 2500, currency: 'usd', payment_method: 'pm_card_visa', confirm: true }
    expect(await refusalOf(stripe.paymentIntents.create(confirmed))).toMatchObject({ statusCode: 400, param: 'return_url' })
    const never = { automatic_payment_methods: { enabled: true, allow_redirects: 'never' } } as const
    expect(await stripe.paymentIntents.create({ ...confirmed, ...never })).toMatchObject({ status: 'succeeded' })
    expect(await stripe.paymentIntents.create({ ...confirmed, return_url: returnUrl })).toMatchObject({ status: 'succeeded' })
  })

  it('is told which types of method may pay as its API version has it', async () => {
    const { fake, stripe } = await openStripe()
    const cards = { payment_method_types: ['card'] }
    const { allowed_payment_method_types: allowed, ...money } = byCard
    const refusal = await refusalOf(stripe.paymentIntents.create({ ...money, ...cards }))
    expect(refusal).toMatchObject({ statusCode: 400, code: 'payment_method_types_no_longer_supported' })
    expect(await refusalOf(stripe.paymentIntents.create({ ...byCard, automatic_payment_methods: { enabled: true } }))).toMatchObject({
      code: 'parameters_exclusive',
    })
    expect(await stripe.paymentIntents.create(byCard)).toMatchObject({ payment_method_types: allowed, automatic_payment_methods: null })
    expect(await olderClientOf(fake).paymentIntents.create({ ...money, ...cards })).toMatchObject({ payment_method_types: ['card'] })
  })

  it('processes for days, then succeeds or fails', async () => {
    const { fake, stripe } = await openStripe()
    const debit = { amount: 2500, currency: 'eur', allowed_payment_method_types: ['sepa_debit'], payment_method: 'pm_success_de', confirm: true }
    const [good, bad] = [await stripe.paymentIntents.create(debit), await stripe.paymentIntents.create(debit)]
    expect(good).toMatchObject({ status: 'processing', amount_received: 0 })
    expect(await refusalOf(stripe.paymentIntents.cancel(good.id))).toMatchObject({ code: 'payment_intent_unexpected_state' })
    expect(fake.settleProcessing(good.id, 'succeed')).toMatchObject({ status: 'succeeded', amount_received: 2500 })
    expect(fake.settleProcessing(bad.id, 'fail')).toMatchObject({ status: 'requires_payment_method', amount_received: 0 })
    expect(fake.totals().byCurrency).toEqual({ eur: { captured: 2500, refunded: 0, disputed: 0 } })
    expect(await refusalOf(stripe.paymentIntents.create({ ...debit, currency: 'usd' }))).toMatchObject({ code: 'payment_method_currency_mismatch' })
  })

  it('takes another card after a declined one', async () => {
    const { stripe } = await openStripe()
    const intent = await stripe.paymentIntents.create(byCard)
    await refusalOf(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa_chargeDeclined' }))
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({ status: 'requires_payment_method', payment_method: null })
    const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })
    expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null })
    expect((await stripe.charges.list({ payment_intent: intent.id })).data.map(({ status }) => status)).toEqual(['succeeded', 'failed'])
  })
})

describe('test methods', () => {
  it.for(testMethods.filter(({ onSession }) => onSession === 'declines'))('$token is declined as documented', async (method: TestMethod) => {
    const { fake, stripe } = await openStripe()
    const refusal = await refusalOf(stripe.paymentIntents.create({ ...byCard, payment_method: method.token, confirm: true }))
    expect(refusal).toMatchObject({ type: 'StripeCardError', statusCode: 402, code: method.decline.code })
    expect(refusal.decline_code || null).toBe(method.decline.declineCode)
    expect(refusal.payment_intent?.last_payment_error).toMatchObject({ code: method.decline.code })
    expect(fake.events().map(({ type }) => type)).toEqual(['payment_intent.created', 'charge.failed', 'payment_intent.payment_failed'])
    expect(fake.totals().byCurrency).toEqual({ usd: { captured: 0, refunded: 0, disputed: 0 } })
  })
})

describe('amounts', () => {
  it.for([
    ['usd', 49, 'amount_too_small'],
    ['usd', 100_000_000, 'amount_too_large'],
    ['usd', -5, 'parameter_invalid_integer'],
    ['kwd', 5_123, 'invalid_charge_amount'],
    ['isk', 1_050, 'invalid_charge_amount_no_decimal_compatible'],
    ['ugx', 1_050, 'invalid_charge_amount_no_decimal_compatible'],
  ] as const)('%s %i is refused: %s', async ([currency, amount, code]) => {
    const { stripe } = await openStripe()
    expect(await refusalOf(stripe.paymentIntents.create({ amount, currency }))).toMatchObject({ statusCode: 400, code })
  })

  it.for([
    ['usd', 50],
    ['jpy', 500],
    ['mga', 777],
    ['kwd', 5_120],
    ['isk', 1_000],
  ] as const)('%s %i is taken', async ([currency, amount]) => {
    const { stripe } = await openStripe()
    expect(await stripe.paymentIntents.create({ amount, currency })).toMatchObject({ amount, currency })
  })

  it('are integers, and parameters are those that exist', async () => {
    const { fake, stripe } = await openStripe()
    const wrong = (params: object) => refusalOf(stripe.rawRequest('POST', '/v1/payment_intents', { currency: 'usd', ...params }))
    expect(await wrong({ amount: '1e3' })).toMatchObject({ code: 'parameter_invalid_integer', param: 'amount' })
    expect(await wrong({ amount: 20.5 })).toMatchObject({ code: 'parameter_invalid_integer', param: 'amount' })
    expect(await wrong({})).toMatchObject({ code: 'parameter_missing', param: 'amount' })
    expect(await wrong({ amount: 2500, colour: 'red' })).toMatchObject({ code: 'parameter_unknown', param: 'colour' })
    expect(fake.events()).toEqual([])
  })
})
