import Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { ada, expectSound, hearEvent, openShop, order, orderAt, staff, stateOf } from './open-shop.ts'
import type { OpenedStripe } from './open-stripe.ts'

const minute = 60_000
const hour = 60 * minute
const creating = { route: 'POST /v1/payment_intents' }

/** A shop that holds an unpaid order's goods for two days, so that a payment can become old. */
const patient = { shop: { timing: { holdMs: 48 * hour } } } as const

type Shop = Awaited<ReturnType<typeof openShop>>

const posts = ({ stripe }: Shop) => stripe.requests().filter(({ method, path }) => method === 'POST' && path === '/v1/payment_intents').length

describe('C9: a shop whose Stripe', () => {
  it('was away for a day starts no payment whose key has become old: it looks, gives it up, and the buyer pays with another', async () => {
    const shop = await openShop(patient)
    const { commerce, stripe, clock } = shop
    stripe.failNext('reset_before', { ...creating, times: 2 })
    const placed = await order(commerce, 'pm_card_visa')
    expect(placed.outcome).toBe('pending')
    clock.advance(23 * hour + minute)
    const before = posts(shop)
    await commerce.worker.runOnce()
    expect(posts(shop)).toBe(before)
    expect(await commerce.payments.ofOrder({ actor: staff, orderId: placed.order.id })).toMatchObject([{ status: 'cancelled' }])
    const payment = { provider: 'stripe', method: 'pm_card_visa' }
    expect(await commerce.checkout.resume({ actor: ada, orderId: placed.order.id, payment, idempotencyKey: 'again' })).toMatchObject({ outcome: 'confirmed' })
    expect(stripe.totals().byCurrency.usd?.captured).toBe(2500)
    await expectSound(commerce)
  })

  it('starts it, with its own key, a minute before that', async () => {
    const shop = await openShop(patient)
    const { commerce, stripe, clock } = shop
    stripe.failNext('reset_before', { ...creating, times: 2 })
    const placed = await order(commerce, 'pm_card_visa')
    clock.advance(23 * hour - minute)
    await commerce.worker.runOnce()
    expect(await stateOf(commerce, placed.order.id)).toBe('confirmed, paid')
    const keys = stripe.requests().filter(({ method, path }) => method === 'POST' && path === '/v1/payment_intents')
    expect(new Set(keys.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
    await expectSound(commerce)
  })

  it('charged and was then away for a day is looked up, and charges no more', async () => {
    const shop = await openShop(patient)
    const { commerce, stripe, clock } = shop
    stripe.failNext('error_after', creating)
    const placed = await order(commerce, 'pm_card_visa')
    expect(placed.outcome).toBe('pending')
    clock.advance(25 * hour)
    const before = posts(shop)
    await commerce.worker.runOnce()
    expect(posts(shop)).toBe(before)
    expect(await stateOf(commerce, placed.order.id)).toBe('confirmed, paid')
    expect(stripe.totals().byCurrency.usd?.captured).toBe(2500)
    await expectSound(commerce)
  })

  it('answers 409 is asked again with the same key, and charges once', async () => {
    const { commerce, stripe, clock } = await openShop()
    stripe.failNext('conflict', creating)
    const placed = await order(commerce, 'pm_card_visa')
    expect(placed.outcome).toBe('pending')
    clock.advance(minute)
    await commerce.worker.runOnce()
    expect(await stateOf(commerce, placed.order.id)).toBe('confirmed, paid')
    expect(stripe.totals().byCurrency.usd?.captured).toBe(2500)
    await expectSound(commerce)
  })

  it('answers 429 to everything is asked ever more rarely, and the orders of the storm are paid once it is over', async () => {
    const { commerce, stripe, clock } = await openShop(patient)
    stripe.failNext('rate_limited', { times: 1_000 })
    const placed = await Promise.all([order(commerce, 'pm_card_visa'), order(commerce, 'pm_card_visa'), order(commerce, 'pm_card_visa')])
    expect(placed.map(({ outcome }) => outcome)).toEqual(['pending', 'pending', 'pending'])
    /** How often Stripe is asked in a quarter of an hour by a worker that runs every 30 seconds. */
    const asked = async () => {
      const before = stripe.requests().length
      for (let half = 0; half < 30; half += 1) {
        clock.advance(minute / 2)
        await commerce.worker.runOnce({ jobs: ['completer'] })
      }
      return stripe.requests().length - before
    }
    const first = await asked()
    const second = await asked()
    expect(second).toBeLessThan(first)
    // Each payment once in five minutes, at most: it is started again, and then looked for.
    expect(second).toBeLessThanOrEqual(placed.length * 3 * 2)
    stripe.calm()
    clock.advance(10 * minute)
    await commerce.worker.runOnce()
    for (const { order: one } of placed) expect(await stateOf(commerce, one.id)).toBe('confirmed, paid')
    expect(stripe.totals().byCurrency.usd?.captured).toBe(7500)
    await expectSound(commerce)
  })

  it.each(['hang_before', 'hang_after'] as const)(
    'never answers leaves the buyer with an answer at the deadline, and the money is taken once: %s',
    async (fault) => {
      const { commerce, stripe, clock } = await openShop({ shop: { timing: { providerTimeoutMs: 100 } } })
      stripe.failNext(fault, creating)
      const placed = await order(commerce, 'pm_card_visa')
      expect(placed.outcome).toBe('pending')
      clock.advance(minute)
      // Whatever a busy machine makes of so short a deadline, a later look ends it.
      for (let looks = 0; looks < 20 && (await stateOf(commerce, placed.order.id)) !== 'confirmed, paid'; looks += 1) {
        clock.advance(minute / 2)
        await commerce.worker.runOnce({ jobs: ['completer'] })
      }
      expect(await stateOf(commerce, placed.order.id)).toBe('confirmed, paid')
      expect(stripe.totals().byCurrency.usd?.captured).toBe(2500)
      await expectSound(commerce)
    },
  )
})

describe('C12: a shop that sells in', () => {
  it.each([
    // One mug; two of them in Stripe's units.
    ['JPY', 1250, 2500],
    ['KWD', 1250, 2500],
    ['ISK', 1250, 250_000],
    ['MGA', 125_000, 2500],
  ])('%s is paid, captured and gives back to the last unit', async (currency, priceMinor, units) => {
    const { commerce, stripe, clock } = await openShop({ currency, priceMinor })
    const money = () => stripe.totals().byCurrency[currency.toLowerCase()]
    const kept = await order(commerce, 'pm_card_visa')
    const authorised = await order(commerce, 'pm_card_visa', 'manual')
    expect([kept.outcome, authorised.outcome]).toEqual(['confirmed', 'confirmed'])
    expect(money()).toMatchObject({ captured: units, refunded: 0 })
    await commerce.payments.capture({ actor: staff, orderId: authorised.order.id })
    expect(money()).toMatchObject({ captured: 2 * units, refunded: 0 })
    await commerce.orders.cancel({ actor: staff, orderId: authorised.order.id })
    clock.advance(minute)
    await commerce.worker.runOnce()
    expect(money()).toMatchObject({ captured: 2 * units, refunded: units })
    expect(await stateOf(commerce, authorised.order.id)).toBe('cancelled, refunded')
    await expectSound(commerce)
  })

  it.each([
    ['JPY', 25, 'confirmed'],
    ['JPY', 24, /less than 50 minor units of JPY/],
    ['USD', 25, 'confirmed'],
    ['USD', 24, /less than 50 minor units of USD/],
    ['USD', 49_999_999, 'confirmed'],
    ['USD', 50_000_000, /more than 8 digits/],
    // Cards may cost more in yen.
    ['JPY', 4_999_999_999, 'confirmed'],
    ['JPY', 5_000_000_000, /more than 10 digits/],
    // Two zeros more at Stripe: a hundredth of what others may cost.
    ['ISK', 499_999, 'confirmed'],
    ['ISK', 500_000, /more than 8 digits/],
    ['KWD', 49_999_995, 'confirmed'],
    ['KWD', 1253, /the last digit of an amount in KWD must be 0/],
    ['MGA', 125_025, /Stripe counts MGA in whole units only/],
    ['XTS', 1250, /Stripe does not charge in XTS/],
  ])('%s mugs of %i: %s', async (currency, priceMinor, expected) => {
    const { commerce, stripe } = await openShop({ currency, priceMinor })
    const placing = order(commerce, 'pm_card_visa')
    if (expected === 'confirmed') expect((await placing).outcome).toBe('confirmed')
    else await expect(placing).rejects.toMatchObject({ code: 'AMOUNT_NOT_CHARGEABLE', details: { reason: expect.stringMatching(expected) } })
    if (expected !== 'confirmed') expect(stripe.requests()).toEqual([])
  })
})

describe('C12: a Stripe of tomorrow', () => {
  it('sends types of events that nobody knows: those about a payment make the shop look, others are kept and ignored', async () => {
    const shop = await openShop()
    const { commerce, stripe } = shop
    const { placed, providerPaymentId } = await orderAt(commerce, 'pm_card_threeDSecure2Required')
    stripe.completeAction(providerPaymentId, 'succeed')
    const [known] = stripe.events().slice(-1)
    if (known === undefined) throw new Error('Stripe has told nothing')
    await hearEvent(shop, { ...known, id: 'evt_tomorrow_1', type: 'payment_intent.teleported', api_version: '2099-01-01.tomorrow' })
    await hearEvent(shop, { ...known, id: 'evt_tomorrow_2', type: 'warp.engaged', data: { object: { object: 'warp', id: 'wrp_1' } } })
    await commerce.worker.runOnce({ jobs: ['inbox'] })
    const { items } = await commerce.payments.webhooks({ actor: staff })
    expect(items.map(({ eventId, state, outcome }) => [eventId, state, outcome]).sort()).toEqual([
      ['evt_tomorrow_1', 'processed', 'applied'],
      ['evt_tomorrow_2', 'ignored', 'no_subject'],
    ])
    expect(await stateOf(commerce, placed.order.id)).toBe('confirmed, paid')
    await expectSound(commerce)
  })

  it('has a state that nobody knows: nothing is concluded from it, and the order goes on when the payment does', async () => {
    const tomorrow = { come: true }
    const { commerce, stripe, clock, hear } = await openShop({
      stripe: (opened) => ({ client: withStates(opened, (state) => (tomorrow.come ? 'teleporting' : state)), livemode: false }) as object,
    })
    const { placed, providerPaymentId } = await orderAt(commerce, 'pm_card_threeDSecure2Required')
    const before = await stateOf(commerce, placed.order.id)
    stripe.completeAction(providerPaymentId, 'succeed')
    await hear()
    expect(await stateOf(commerce, placed.order.id)).toBe(before)
    const { items } = await commerce.payments.webhooks({ actor: staff, state: 'received' })
    expect(items.map(({ problem }) => problem)).toEqual(items.map(() => 'PROVIDER_UNAVAILABLE'))
    expect(items.length).toBeGreaterThan(0)
    tomorrow.come = false
    clock.advance(minute)
    await commerce.worker.runOnce({ jobs: ['inbox'] })
    expect(await stateOf(commerce, placed.order.id)).toBe('confirmed, paid')
    await expectSound(commerce)
  })
})

/** A client of Stripe's library that is shown other states when it looks payments up. */
function withStates({ stripe }: OpenedStripe, shown: (state: string) => string): Stripe {
  const client = new Stripe(stripe.apiKey, { ...stripe.clientOptions(), maxNetworkRetries: 0, telemetry: false })
  const retrieve = client.paymentIntents.retrieve.bind(client.paymentIntents)
  client.paymentIntents.retrieve = (async (...request: Parameters<typeof retrieve>) => {
    const intent = await retrieve(...request)
    return { ...intent, status: shown(intent.status) }
  }) as typeof client.paymentIntents.retrieve
  return client
}
