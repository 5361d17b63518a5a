import type { CustomerId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { stripePayments } from '../src/index.ts'
import { accepted, aStart, changeOf, type OpenedStripe, openStripe, refundOf, unhurried } from './open-stripe.ts'

const ada = 'ada' as CustomerId
const eve = 'eve' as CustomerId
const hosted = { successUrl: ({ orderId }: { orderId: string }) => `https://shop.example/orders/${orderId}`, cancelUrl: () => 'https://shop.example/cart' }

describe('a card that the page has collected', () => {
  it.each([
    ['pm_card_visa_chargeDeclined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_visa_chargeDeclinedLostCard', 'lost_card'],
    ['pm_card_visa_chargeDeclinedStolenCard', 'stolen_card'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc'],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error'],
    ['pm_card_visa_chargeDeclinedVelocityLimitExceeded', 'card_velocity_exceeded'],
    ['pm_card_radarBlock', 'fraudulent'],
  ])('%s is declined, and dead at Stripe too', async (method, code) => {
    const { provider } = await openStripe()
    const start = aStart({ method })
    const change = await provider.start(start)
    expect(change).toMatchObject({ outcome: 'rejected', decline: { code }, value: { status: 'failed', capturedMinor: 0, action: null } })
    expect(change.outcome === 'rejected' && change.decline.buyerMessage).not.toMatch(/lost|stolen|fraud/i)
    expect(await provider.findByOurId({ paymentId: start.paymentId, ...unhurried() })).toMatchObject([{ status: 'failed', decline: { code } }])
  })

  it('that the bank wants confirmed asks for it, and fails when the buyer does not', async () => {
    const { stripe, provider } = await openStripe()
    const payment = accepted(await provider.start(aStart({ method: 'pm_card_threeDSecure2Required' })))
    expect(payment).toMatchObject({ status: 'requires_action', action: { type: 'client_secret', value: expect.stringContaining('_secret_') } })
    stripe.completeAction(payment.providerPaymentId, 'fail')
    // The browser holds the client secret, so the payment is called off before it is said to be over.
    const { providerPaymentId } = payment
    const read = () => provider.getPayment({ providerPaymentId, ...unhurried() })
    stripe.failNext('unavailable', { route: 'POST /v1/payment_intents/{intent}/cancel' })
    expect(await read()).toMatchObject({ status: 'requires_action', decline: { code: 'payment_intent_authentication_failure' }, capturedMinor: 0 })
    expect(await read()).toMatchObject({ status: 'failed', decline: { code: 'payment_intent_authentication_failure' }, action: null })
  })

  it('carries our ids, and asks Stripe for the version of this package', async () => {
    const { stripe, provider } = await openStripe()
    const start = aStart()
    await provider.start(start)
    const [event] = stripe.events().filter(({ type }) => type === 'payment_intent.succeeded')
    expect(event?.data.object).toMatchObject({
      metadata: { cartwright_payment_id: start.paymentId, cartwright_order_id: start.orderId, cartwright_order_number: 'K7QX-29MF' },
      description: 'Order K7QX-29MF',
    })
  })

  it('is one of the types that the shop has named', async () => {
    const { stripe, another } = await openStripe()
    const provider = another({ hosted, paymentMethodTypes: ['card'] })
    for (const method of ['pm_card_visa', 'elements', 'checkout']) accepted(await provider.start(aStart({ method })))
    const asked = stripe.requests().filter(({ method }) => method === 'POST')
    expect(asked.map(({ params }) => params.allowed_payment_method_types)).toEqual([['card'], ['card'], ['card']])
  })

  it.each(['', 'visa', '4242424242424242', 'checkout'])('is refused when it is none, before Stripe hears of it: %j', async (method) => {
    const { stripe, provider } = await openStripe()
    expect(await provider.start(aStart({ method }))).toMatchObject({ outcome: 'rejected', decline: { code: 'unknown_method' }, value: null })
    expect(stripe.requests()).toEqual([])
  })
})

describe('the Payment Element', () => {
  it('gets a client secret for a payment without a card, which can be called off', async () => {
    const { provider } = await openStripe()
    const payment = accepted(await provider.start(aStart({ method: 'elements' })))
    expect(payment).toMatchObject({ status: 'requires_action', capturedMinor: 0, action: { type: 'client_secret' }, decline: null })
    expect(accepted(await provider.void(changeOf(payment.providerPaymentId, 'void')))).toMatchObject({ status: 'canceled', action: null })
  })
})

describe("Stripe's own page", () => {
  async function opened(start = aStart({ method: 'checkout' })) {
    const { stripe, clock, another } = await openStripe()
    const provider = another({ hosted })
    const payment = accepted(await provider.start(start))
    const read = () => provider.getPayment({ providerPaymentId: payment.providerPaymentId, ...unhurried() })
    return { stripe, clock, provider, start, payment, read }
  }

  it('is a redirect until the buyer has paid; then the payment can be refunded under the same id', async () => {
    const { stripe, provider, payment, read } = await opened()
    expect(payment).toMatchObject({
      status: 'requires_action',
      action: { type: 'redirect', value: expect.stringMatching(/^http/) },
      amount: { amountMinor: 2500 },
    })
    const { id: intentId } = stripe.payCheckout(payment.providerPaymentId)
    expect(await read()).toMatchObject({ providerPaymentId: payment.providerPaymentId, status: 'succeeded', capturedMinor: 2500, action: null })
    expect(await provider.getPayment({ providerPaymentId: intentId, ...unhurried() })).toEqual(await read())
    const refund = accepted(await provider.refund(refundOf(payment.providerPaymentId, 1000)))
    expect(await provider.getRefund({ providerRefundId: refund.providerRefundId, ...unhurried() })).toEqual(refund)
    expect(await provider.findRefunds({ providerPaymentId: payment.providerPaymentId, ...unhurried() })).toEqual([refund])
    expect(await read()).toMatchObject({ refundedMinor: 1000 })
    stripe.openDispute(intentId)
    expect(await provider.findDisputes({ providerPaymentId: payment.providerPaymentId, ...unhurried() })).toMatchObject([
      { providerPaymentId: payment.providerPaymentId },
    ])
    expect((await provider.listPayments({ limit: 10, ...unhurried() })).items.map(({ providerPaymentId }) => providerPaymentId)).toEqual([
      payment.providerPaymentId,
    ])
  })

  it('is found by our id before and after the buyer has paid, also after the search has caught up', async () => {
    const { stripe, clock, provider, start, payment } = await opened()
    const find = async () =>
      (await provider.findByOurId({ paymentId: start.paymentId, ...unhurried() })).map(({ providerPaymentId, status }) => [providerPaymentId, status])
    expect(await find()).toEqual([[payment.providerPaymentId, 'requires_action']])
    stripe.payCheckout(payment.providerPaymentId)
    expect(await find()).toEqual([[payment.providerPaymentId, 'succeeded']])
    clock.advance(20 * 60_000)
    expect(await find()).toEqual([[payment.providerPaymentId, 'succeeded']])
  })

  it('stays open when a card is declined there', async () => {
    const { stripe, payment, read } = await opened()
    stripe.payCheckout(payment.providerPaymentId, 'pm_card_visa_chargeDeclined')
    expect(await read()).toMatchObject({ status: 'requires_action', action: { type: 'redirect' }, decline: { code: 'generic_decline' } })
  })

  it('expires by itself, and is closed when the payment is called off', async () => {
    const { stripe, clock, provider, payment, read } = await opened()
    const other = accepted(await provider.start(aStart({ method: 'checkout' })))
    expect(accepted(await provider.void(changeOf(other.providerPaymentId, 'void')))).toMatchObject({ status: 'canceled', action: null })
    expect(() => stripe.payCheckout(other.providerPaymentId)).toThrow(/not open/)
    clock.advance(25 * 3_600_000)
    expect(await read()).toMatchObject({ status: 'canceled' })
    expect(accepted(await provider.void(changeOf(payment.providerPaymentId, 'void'))).status).toBe('canceled')
  })

  it('only authorises when capture is manual, and the authorisation can be let go or taken', async () => {
    const { stripe, provider, payment } = await opened(aStart({ method: 'checkout', capture: 'manual' }))
    const other = accepted(await provider.start(aStart({ method: 'checkout', capture: 'manual' })))
    stripe.payCheckout(payment.providerPaymentId)
    stripe.payCheckout(other.providerPaymentId)
    expect(accepted(await provider.capture(changeOf(payment.providerPaymentId, 'capture')))).toMatchObject({
      providerPaymentId: payment.providerPaymentId,
      capturedMinor: 2500,
    })
    expect(accepted(await provider.void(changeOf(other.providerPaymentId, 'void')))).toMatchObject({
      providerPaymentId: other.providerPaymentId,
      status: 'canceled',
    })
    expect(await provider.void(changeOf(payment.providerPaymentId, 'void'))).toMatchObject({ outcome: 'rejected', value: { status: 'succeeded' } })
  })

  it('that ends with a debit which fails days later has failed for good', async () => {
    const euros = aStart({ method: 'checkout', amount: { amountMinor: 2500, currency: 'EUR' } })
    const { stripe, payment, read } = await opened(euros)
    const { id } = stripe.payCheckout(payment.providerPaymentId, 'pm_failed_de')
    expect(await read()).toMatchObject({ status: 'processing' })
    stripe.settleProcessing(id, 'fail')
    expect(await read()).toMatchObject({ status: 'failed', action: null })
  })
})

describe('a kept card', () => {
  /** Ada pays, and keeps her card. */
  async function kept(): Promise<OpenedStripe & { readonly methodId: string }> {
    const opened = await openStripe()
    accepted(await opened.provider.start(aStart({ method: 'pm_card_visa:save', customerId: ada })))
    const [method] = await opened.provider.savedMethods.list({ customerId: ada })
    return { ...opened, methodId: method?.id ?? '' }
  }

  it('pays again, with the buyer there and without', async () => {
    const { provider, methodId } = await kept()
    for (const method of [`saved:${methodId}`, `off_session:${methodId}`])
      expect(accepted(await provider.start(aStart({ method, customerId: ada })))).toMatchObject({ status: 'succeeded', capturedMinor: 2500 })
  })

  it('is kept under one Stripe customer, while the search is behind and after', async () => {
    const { stripe, provider, clock } = await kept()
    for (const wait of [0, 2 * 60_000, 48 * 3_600_000]) {
      clock.advance(wait)
      accepted(await provider.start(aStart({ method: 'pm_card_mastercard:save', customerId: ada })))
    }
    expect(stripe.events().filter(({ type }) => type === 'customer.created')).toHaveLength(1)
    expect(await provider.savedMethods.list({ customerId: ada })).toHaveLength(4)
  })

  it('is of no use to another customer or a guest: not to pay, not to see, not to remove', async () => {
    const { stripe, provider, methodId } = await kept()
    for (const customerId of [eve, null]) {
      for (const method of [`saved:${methodId}`, `off_session:${methodId}`, methodId])
        expect((await provider.start(aStart({ method, customerId }))).outcome).toBe('rejected')
    }
    expect(await provider.savedMethods.list({ customerId: eve })).toEqual([])
    expect(await provider.savedMethods.forget({ customerId: eve, methodId })).toBe(false)
    expect(stripe.totals().byCurrency.usd?.captured).toBe(2500)
  })

  it('is shown with what tells it from others, and is gone once it is removed', async () => {
    const { provider, methodId } = await kept()
    expect(await provider.savedMethods.list({ customerId: ada })).toEqual([
      { id: methodId, type: 'card', card: { brand: 'visa', last4: '4242', expiryMonth: expect.any(Number), expiryYear: expect.any(Number) } },
    ])
    expect(await provider.savedMethods.forget({ customerId: ada, methodId })).toBe(true)
    expect(await provider.savedMethods.list({ customerId: ada })).toEqual([])
    expect(await provider.start(aStart({ method: `saved:${methodId}`, customerId: ada }))).toMatchObject({ decline: { code: 'saved_method_not_found' } })
  })

  it('that needs its owner is declined when the owner is not there', async () => {
    const { stripe, provider } = await openStripe()
    const first = accepted(await provider.start(aStart({ method: 'pm_card_authenticationRequired:save', customerId: ada })))
    stripe.completeAction(first.providerPaymentId, 'succeed')
    const [method] = await provider.savedMethods.list({ customerId: ada })
    const absent = aStart({ method: `off_session:${method?.id}`, customerId: ada })
    expect(await provider.start(absent)).toMatchObject({ outcome: 'rejected', decline: { code: 'authentication_required' } })
  })

  it('can be set up without paying, and belongs to a customer the shop has had before', async () => {
    const { provider, another, stripe } = await openStripe()
    expect((await provider.savedMethods.add({ customerId: ada, idempotencyKey: 'add:1' })).clientSecret).toMatch(/^seti_.*_secret_/)
    const [made] = stripe.events().filter(({ type }) => type === 'customer.created')
    const theirs = (made?.data.object as { readonly id: string } | undefined)?.id
    const known = another({ customerOf: async (customerId) => (customerId === eve ? theirs : undefined) })
    accepted(await known.start(aStart({ method: 'pm_card_visa:save', customerId: eve })))
    const [method] = await known.savedMethods.list({ customerId: eve })
    expect(accepted(await known.start(aStart({ method: `saved:${method?.id}`, customerId: eve }))).capturedMinor).toBe(2500)
  })

  it('needs a customer', async () => {
    const { provider } = await openStripe()
    for (const method of ['elements:save', 'pm_card_visa:save', 'saved:pm_1'])
      expect(await provider.start(aStart({ method, customerId: null }))).toMatchObject({ outcome: 'rejected', decline: { code: 'customer_required' } })
  })
})

describe('options', () => {
  const apiKey = 'sk_test_1'

  it.each([
    [{ apiKey, webhookToleranceSeconds: 0 }],
    [{ apiKey, webhookToleranceSeconds: Number.NaN }],
    [{ apiKey, webhookToleranceSeconds: 86_400 }],
    [{ apiKey, requestTimeoutMs: 0 }],
    [{ apiKey, webhookSecrets: [''] }],
    [{ apiKey: 'not a key of Stripe' }],
  ])('that cannot be meant are refused: %j', (options) => {
    expect(() => stripePayments(options)).toThrow(RangeError)
  })

  it.each([
    ['sk_test_1', false],
    ['rk_test_1', false],
    ['sk_live_1', true],
    ['rk_live_1', true],
  ])('%s says whether money is real', (key, live) => {
    expect(stripePayments({ apiKey: key }).live).toBe(live)
  })
})
