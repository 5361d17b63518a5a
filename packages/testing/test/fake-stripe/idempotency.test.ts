import { describe, expect, it } from 'vitest'
import { byCard, clientOf, openStripe, refusalOf } from './opened-stripe.ts'

const paying = { ...byCard, payment_method: 'pm_card_visa', confirm: true } as const
const route = 'POST /v1/payment_intents'
const dayMs = 24 * 3_600_000

describe('an idempotency key', () => {
  it('is answered once more with the first answer, whatever has become of the object', async () => {
    const { fake, stripe } = await openStripe()
    const first = await stripe.paymentIntents.create({ ...paying, capture_method: 'manual' }, { idempotencyKey: 'k' })
    await stripe.paymentIntents.capture(first.id)
    const again = await stripe.paymentIntents.create({ ...paying, capture_method: 'manual' }, { idempotencyKey: 'k' })
    expect(again).toEqual(first)
    expect(again.lastResponse.headers).toMatchObject({ 'idempotent-replayed': 'true', 'original-request': first.lastResponse.requestId })
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined()
    expect(fake.totals().byPayment).toEqual({ [first.id]: { captured: 2500, refunded: 0, disputed: 0, currency: 'usd', intents: 1 } })
  })

  it('is refused with other parameters, and for another path', async () => {
    const { stripe } = await openStripe()
    const made = await stripe.paymentIntents.create(byCard, { idempotencyKey: 'k' })
    const wanted = { statusCode: 400, type: 'StripeIdempotencyError' }
    expect(await refusalOf(stripe.paymentIntents.create({ ...byCard, amount: 2501 }, { idempotencyKey: 'k' }))).toMatchObject(wanted)
    expect(await refusalOf(stripe.paymentIntents.cancel(made.id, {}, { idempotencyKey: 'k' }))).toMatchObject(wanted)
    expect(await stripe.paymentIntents.create({ currency: 'usd', allowed_payment_method_types: ['card'], amount: 2500 }, { idempotencyKey: 'k' })).toEqual(made)
  })

  it('is in use while its request is under way, and does the work once', async () => {
    const { fake, stripe } = await openStripe({ faults: { latency: { probability: 1, ms: { min: 100, max: 100 } } } })
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => stripe.paymentIntents.create(paying, { idempotencyKey: 'k' })))
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    expect(refused).toHaveLength(7)
    for (const reason of refused) expect(reason).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use', headers: { 'stripe-should-retry': 'true' } })
    expect(fake.totals().byCurrency).toEqual({ usd: { captured: 2500, refunded: 0, disputed: 0 } })
  })

  it('keeps declines and errors of the server, done or not', async () => {
    const { fake, stripe } = await openStripe()
    const declined = { ...paying, payment_method: 'pm_card_visa_chargeDeclined' }
    const first = await refusalOf(stripe.paymentIntents.create(declined, { idempotencyKey: 'declined' }))
    expect(await refusalOf(stripe.paymentIntents.create(declined, { idempotencyKey: 'declined' }))).toMatchObject({
      payment_intent: { id: first.payment_intent?.id },
    })
    for (const fault of ['error_after', 'error_before'] as const) {
      fake.failNext(fault, { route })
      for (let attempt = 0; attempt < 2; attempt++) {
        const refusal = await refusalOf(stripe.paymentIntents.create(paying, { idempotencyKey: fault }))
        expect(refusal).toMatchObject({ statusCode: 500, type: 'StripeAPIError' })
        expect(refusal.headers?.['idempotent-replayed']).toBe(attempt === 0 ? undefined : 'true')
      }
    }
    expect(fake.totals().byCurrency).toEqual({ usd: { captured: 2500, refunded: 0, disputed: 0 } })
  })

  it('stays free after what was never carried out', async () => {
    const { fake, stripe } = await openStripe()
    const key = { idempotencyKey: 'k' }
    expect(await refusalOf(stripe.rawRequest('POST', '/v1/payment_intents', { ...byCard, colour: 'red' }, { idempotencyKey: 'k' }))).toMatchObject({
      statusCode: 400,
    })
    for (const [fault, statusCode] of [
      ['rate_limited', 429],
      ['conflict', 409],
      ['unavailable', 503],
    ] as const) {
      fake.failNext(fault)
      expect(await refusalOf(stripe.paymentIntents.create(paying, key))).toMatchObject({ statusCode })
    }
    expect(await stripe.paymentIntents.create(paying, key)).toMatchObject({ status: 'succeeded' })
  })

  it('is forgotten after a day: the same request then does the work again', async () => {
    const { fake, stripe } = await openStripe()
    const first = await stripe.paymentIntents.create(paying, { idempotencyKey: 'k' })
    await fake.advance(dayMs - 1)
    expect((await stripe.paymentIntents.create(paying, { idempotencyKey: 'k' })).id).toBe(first.id)
    await fake.advance(1)
    expect((await stripe.paymentIntents.create(paying, { idempotencyKey: 'k' })).id).not.toBe(first.id)
    expect(fake.totals().byCurrency.usd).toMatchObject({ captured: 5000 })
  })
})

describe('a connection that is cut', () => {
  it('before or after the work: the same key finds out', async () => {
    const { fake, stripe } = await openStripe()
    for (const fault of ['reset_before', 'reset_after'] as const) {
      // Stripe's library repeats a cut connection once by itself, with the same key.
      fake.failNext(fault, { route, times: 2 })
      expect(await refusalOf(stripe.paymentIntents.create(paying, { idempotencyKey: fault }))).toMatchObject({ type: 'StripeConnectionError' })
      expect(await stripe.paymentIntents.create(paying, { idempotencyKey: fault })).toMatchObject({ status: 'succeeded' })
    }
    expect(fake.totals().byCurrency.usd).toMatchObject({ captured: 5000 })
  })

  it('an answer that never comes is waited for as long as the caller wants', async () => {
    const { fake } = await openStripe()
    const hasty = clientOf(fake, { timeout: 50 })
    fake.failNext('hang_after', { route })
    expect(await refusalOf(hasty.paymentIntents.create(paying, { idempotencyKey: 'k' }))).toMatchObject({ type: 'StripeConnectionError' })
    expect(await clientOf(fake).paymentIntents.create(paying, { idempotencyKey: 'k' })).toMatchObject({ status: 'succeeded' })
    expect(fake.totals().byCurrency.usd).toMatchObject({ captured: 2500 })
  })
})

describe('a request', () => {
  it('needs the key of the account, and is written down', async () => {
    const { fake, stripe } = await openStripe()
    const stranger = clientOf(fake, {}, 'sk_test_wrong')
    expect(await refusalOf(stranger.paymentIntents.create(byCard))).toMatchObject({ statusCode: 401, type: 'StripeAuthenticationError' })
    expect(await refusalOf(stripe.paymentIntents.create(byCard, { stripeAccount: 'acct_other' }))).toMatchObject({ statusCode: 403 })
    const made = await stripe.paymentIntents.create(byCard, { idempotencyKey: 'k', stripeAccount: 'acct_fake', apiVersion: '2026-10-28.endive' })
    expect(made.lastResponse.headers).toMatchObject({ 'stripe-version': '2026-10-28.endive', 'request-id': expect.stringMatching(/^req_/) })
    expect(fake.requests().at(-1)).toMatchObject({
      route,
      idempotencyKey: 'k',
      account: 'acct_fake',
      apiVersion: '2026-10-28.endive',
      params: { amount: '2500', currency: 'usd' },
      status: 200,
      issues: [],
    })
    expect(await refusalOf(stripe.rawRequest('GET', '/v1/nothing'))).toMatchObject({ statusCode: 404 })
    expect(await refusalOf(stripe.paymentIntents.retrieve('pi_none'))).toMatchObject({ statusCode: 404, code: 'resource_missing', param: 'intent' })
  })
})

describe('faults by chance', () => {
  async function outcomes(seed: number): Promise<readonly string[]> {
    const { fake, stripe } = await openStripe({ seed, faults: { requests: { rate_limited: 0.2, error_before: 0.2, error_after: 0.2, conflict: 0.1 } } })
    for (let count = 0; count < 25; count++) await stripe.paymentIntents.create(byCard).catch(() => undefined)
    fake.calm()
    for (let count = 0; count < 10; count++) await stripe.paymentIntents.create(byCard)
    return fake.requests().map(({ fault, status }) => `${fault} ${status}`)
  }

  it('are the same for the same seed, others for another, and end when told', async () => {
    const first = await outcomes(7)
    expect(await outcomes(7)).toEqual(first)
    expect(await outcomes(8)).not.toEqual(first)
    expect(new Set(first.slice(0, 25)).size).toBeGreaterThan(3)
    expect(new Set(first.slice(25))).toEqual(new Set(['null 200']))
  })
})
