import { describe, expect, it } from 'vitest'
import { accepted, aStart, changeOf, ids, openStripe, refundOf, unhurried } from './open-stripe.ts'

const creating = { route: 'POST /v1/payment_intents' }
const hour = 3_600_000

/** Gives up soon, where Stripe hangs. */
const hasty = { requestTimeoutMs: 250 }

describe('C4 an answer that is lost', () => {
  it.each([
    // The SDK itself repeats a request once whose connection was cut, with the same key.
    ['reset_after', ['accepted', 'unknown'], 'accepted'],
    // A 500 is stored under the key like any answer, and repeated: only the look tells.
    ['error_after', ['unknown'], 'unknown'],
    ['hang_after', ['unknown'], 'accepted'],
  ] as const)('%s: charged once, found by our id, and not charged again', async (fault, first, again) => {
    const { stripe, provider, another } = await openStripe()
    const start = aStart()
    stripe.failNext(fault, creating)
    expect(first).toContain((await (fault === 'hang_after' ? another(hasty) : provider).start(start)).outcome)
    expect(await provider.findByOurId({ paymentId: start.paymentId, ...unhurried() })).toMatchObject([{ status: 'succeeded', capturedMinor: 2500 }])
    expect((await provider.start(start)).outcome).toBe(again)
    expect(stripe.totals().byCurrency).toMatchObject({ usd: { captured: 2500, refunded: 0 } })
  })

  it.each(['reset_before', 'unavailable', 'rate_limited', 'conflict'] as const)('%s: nothing is done, and the same key does it', async (fault) => {
    const { stripe, provider } = await openStripe()
    const start = aStart()
    stripe.failNext(fault, { ...creating, times: fault === 'reset_before' ? 2 : 1 })
    expect((await provider.start(start)).outcome).toBe('unknown')
    expect(await provider.findByOurId({ paymentId: start.paymentId, ...unhurried() })).toEqual([])
    expect(accepted(await provider.start(start)).capturedMinor).toBe(2500)
  })

  it('of a refund: refunded once, and found', async () => {
    const { stripe, provider } = await openStripe()
    const { providerPaymentId } = accepted(await provider.start(aStart()))
    const refund = refundOf(providerPaymentId, 1000)
    stripe.failNext('error_after', { route: 'POST /v1/refunds' })
    expect((await provider.refund(refund)).outcome).toBe('unknown')
    expect(await provider.findRefunds({ providerPaymentId, ...unhurried() })).toMatchObject([{ refundId: refund.refundId, status: 'succeeded' }])
  })

  it('does not outlast the signal, however long Stripe hangs', async () => {
    const { stripe, another } = await openStripe()
    stripe.failNext('hang_before')
    const controller = new AbortController()
    const start = another(hasty).start({ ...aStart(), signal: controller.signal })
    controller.abort(new Error('enough'))
    expect(await start).toMatchObject({ outcome: 'unknown', cause: { message: 'enough' } })
  })
})

describe('C9 keys', () => {
  it('past 23 hours a start is looked up, never sent again', async () => {
    const { stripe, provider, clock } = await openStripe()
    const start = aStart({ createdAt: clock.date() })
    const made = accepted(await provider.start(start))
    clock.advance(25 * hour)
    const posts = () => stripe.requests().filter(({ method, path }) => method === 'POST' && path === '/v1/payment_intents').length
    const before = posts()
    expect(accepted(await provider.start(start)).providerPaymentId).toBe(made.providerPaymentId)
    expect((await provider.start(aStart({ createdAt: start.createdAt as Date }))).outcome).toBe('unknown')
    expect(posts()).toBe(before)
    expect(stripe.totals().byCurrency.usd?.captured).toBe(2500)
  })

  it('used with other parameters, after a change of configuration: the payment that was made is found, not refused', async () => {
    const { provider, another } = await openStripe()
    const start = aStart()
    const made = accepted(await provider.start(start))
    const changed = another({ statementDescriptorSuffix: 'MUGS' })
    expect(accepted(await changed.start(start)).providerPaymentId).toBe(made.providerPaymentId)
    expect((await changed.start({ ...start, amount: { amountMinor: 2600, currency: 'USD' } })).outcome).toBe('rejected')
  })

  it('used for another refund: the refund that was made is found', async () => {
    const { provider } = await openStripe()
    const { providerPaymentId } = accepted(await provider.start(aStart()))
    const refund = refundOf(providerPaymentId, 1000)
    const made = accepted(await provider.refund(refund))
    expect(accepted(await provider.refund({ ...refund, reason: 'duplicate' }))).toEqual(made)
    expect((await provider.refund({ ...refund, amount: { amountMinor: 900, currency: 'USD' } })).outcome).toBe('rejected')
  })

  it('repeated: says how the payment is, not how it was', async () => {
    const { stripe, provider } = await openStripe()
    const start = aStart({ method: 'pm_card_threeDSecure2Required' })
    const { providerPaymentId } = accepted(await provider.start(start))
    stripe.completeAction(providerPaymentId, 'succeed')
    expect(accepted(await provider.start(start))).toMatchObject({ status: 'succeeded', capturedMinor: 2500 })
  })

  it('a wrong key of the shop is no refusal of the buyer', async () => {
    const { stripe, another } = await openStripe()
    const wrong = another({ apiKey: 'sk_test_wrong' } as object)
    expect((await wrong.start(aStart())).outcome).toBe('unknown')
    expect(stripe.totals().byCurrency).toEqual({})
  })
})

describe('C11 what happens to money later', () => {
  it('a partial capture takes its part and lets the rest go', async () => {
    const { stripe, provider } = await openStripe()
    const { providerPaymentId } = accepted(await provider.start(aStart({ capture: 'manual' })))
    const captured = accepted(await provider.capture({ ...changeOf(providerPaymentId, 'capture'), amountMinor: 1000 }))
    expect(captured).toMatchObject({ status: 'succeeded', capturedMinor: 1000, capturableMinor: 0, amount: { amountMinor: 2500 } })
    expect(stripe.totals().byCurrency.usd?.captured).toBe(1000)
  })

  it('an authorisation that ends is canceled, and cannot be captured', async () => {
    const { stripe, provider } = await openStripe()
    const { providerPaymentId } = accepted(await provider.start(aStart({ capture: 'manual' })))
    stripe.expireAuthorisation(providerPaymentId)
    expect(await provider.getPayment({ providerPaymentId, ...unhurried() })).toMatchObject({ status: 'canceled', capturableMinor: 0 })
    expect(await provider.capture(changeOf(providerPaymentId, 'capture'))).toMatchObject({ outcome: 'rejected', value: { status: 'canceled' } })
    expect(accepted(await provider.void(changeOf(providerPaymentId, 'void'))).status).toBe('canceled')
  })

  it('a refund that is pending, succeeds and fails after all counts only while it has succeeded', async () => {
    const { stripe, provider } = await openStripe()
    const { providerPaymentId } = accepted(await provider.start(aStart()))
    stripe.holdRefunds(providerPaymentId, 'pending')
    const { providerRefundId, status } = accepted(await provider.refund(refundOf(providerPaymentId, 1000)))
    const refunded = async () => (await provider.getPayment({ providerPaymentId, ...unhurried() }))?.refundedMinor
    expect([status, await refunded()]).toEqual(['pending', 0])
    stripe.settleRefund(providerRefundId)
    expect(await refunded()).toBe(1000)
    stripe.failRefund(providerRefundId)
    expect(await refunded()).toBe(0)
    expect(await provider.getRefund({ providerRefundId, ...unhurried() })).toMatchObject({ status: 'failed' })
  })

  it('a refund made in the dashboard is found, under no id of ours', async () => {
    const { stripe, provider } = await openStripe()
    const { providerPaymentId } = accepted(await provider.start(aStart()))
    const ours = accepted(await provider.refund(refundOf(providerPaymentId, 500)))
    stripe.refundInDashboard(providerPaymentId, 700)
    const found = await provider.findRefunds({ providerPaymentId, ...unhurried() })
    expect(found.map(({ refundId, amount }) => [refundId, amount.amountMinor])).toEqual([
      [ours.refundId, 500],
      [null, 700],
    ])
    expect(await provider.getPayment({ providerPaymentId, ...unhurried() })).toMatchObject({ capturedMinor: 2500, refundedMinor: 1200 })
  })

  it('refunds come with their payments, and are asked for only where there are more than Stripe puts there', async () => {
    const { stripe, provider } = await openStripe()
    const [few, many] = [accepted(await provider.start(aStart())), accepted(await provider.start(aStart()))]
    for (let count = 0; count < 2; count += 1) stripe.refundInDashboard(few.providerPaymentId, 100)
    for (let count = 0; count < 11; count += 1) stripe.refundInDashboard(many.providerPaymentId, 100)
    const before = stripe.requests().length
    const { items } = await provider.listPayments({ limit: 100, ...unhurried() })
    expect(items.map(({ refundedMinor }) => refundedMinor)).toEqual([200, 1_100])
    expect(await provider.getPayment({ providerPaymentId: few.providerPaymentId, ...unhurried() })).toMatchObject({ refundedMinor: 200 })
    expect(
      stripe
        .requests()
        .slice(before)
        .map(({ route }) => route),
    ).toEqual(['GET /v1/payment_intents', 'GET /v1/refunds', 'GET /v1/payment_intents/{intent}'])
  })

  it('a dispute is open, then lost, and then there is nothing more to answer', async () => {
    const { stripe, provider } = await openStripe()
    const { providerPaymentId } = accepted(await provider.start(aStart()))
    const { id: providerDisputeId } = stripe.openDispute(providerPaymentId, 'product_not_received')
    const read = () => provider.getDispute({ providerDisputeId, ...unhurried() })
    expect(await read()).toMatchObject({ providerPaymentId, status: 'open', reason: 'product_not_received', evidenceDueBy: expect.any(Date) })
    stripe.closeDispute(providerDisputeId, 'lost')
    expect(await read()).toMatchObject({ status: 'lost', evidenceDueBy: null })
  })

  it('a debit that takes days is processing, cannot be called off, and succeeds or fails', async () => {
    const { stripe, provider } = await openStripe()
    const [paid, failed] = [
      accepted(await provider.start(aStart({ method: 'pm_success_de', amount: { amountMinor: 2500, currency: 'EUR' } }))),
      accepted(await provider.start(aStart({ method: 'pm_failed_de', amount: { amountMinor: 2500, currency: 'EUR' } }))),
    ]
    expect([paid.status, failed.status]).toEqual(['processing', 'processing'])
    expect(await provider.void(changeOf(paid.providerPaymentId, 'void'))).toMatchObject({ outcome: 'rejected', value: { status: 'processing' } })
    stripe.settleProcessing(paid.providerPaymentId, 'succeed')
    stripe.settleProcessing(failed.providerPaymentId, 'fail')
    const read = async (providerPaymentId: string) => provider.getPayment({ providerPaymentId, ...unhurried() })
    expect(await read(paid.providerPaymentId)).toMatchObject({ status: 'succeeded', capturedMinor: 2500 })
    expect(await read(failed.providerPaymentId)).toMatchObject({ status: 'failed', capturedMinor: 0, decline: { code: expect.any(String) } })
    expect(accepted(await provider.void(changeOf(failed.providerPaymentId, 'void'))).status).toBe('failed')
  })
})

describe('C12 currencies', () => {
  it.each([
    ['JPY', 2500, 2500],
    ['KWD', 2500, 2500],
    ['ISK', 2500, 250_000],
    ['UGX', 2500, 250_000],
    ['MGA', 250_000, 2500],
  ])('%s: charged, captured in part and refunded exactly', async (currency, amountMinor, units) => {
    const { stripe, provider } = await openStripe()
    const payment = accepted(await provider.start(aStart({ capture: 'manual', amount: { amountMinor, currency } })))
    expect(payment).toMatchObject({ amount: { amountMinor, currency }, capturableMinor: amountMinor })
    const part = { ...changeOf(payment.providerPaymentId, 'capture'), amountMinor: amountMinor / 5 }
    expect(accepted(await provider.capture(part)).capturedMinor).toBe(amountMinor / 5)
    expect(accepted(await provider.refund(refundOf(payment.providerPaymentId, amountMinor / 5, currency))).amount).toEqual({
      amountMinor: amountMinor / 5,
      currency,
    })
    expect(stripe.totals().byCurrency[currency.toLowerCase()]).toMatchObject({ captured: units / 5, refunded: units / 5 })
  })

  it('what cannot be said exactly is refused before Stripe hears of it', async () => {
    const { stripe, provider } = await openStripe()
    const dinars = { amountMinor: 2505, currency: 'KWD' }
    expect(await provider.start(aStart({ amount: dinars }))).toMatchObject({ outcome: 'rejected', decline: { code: 'amount_not_chargeable' } })
    expect(stripe.requests()).toEqual([])
    const payment = accepted(await provider.start(aStart({ capture: 'manual', amount: { amountMinor: 2500, currency: 'KWD' } })))
    const part = { ...changeOf(payment.providerPaymentId, 'capture'), amountMinor: 1005 }
    expect(await provider.capture(part)).toMatchObject({ outcome: 'rejected', decline: { code: 'amount_not_chargeable' } })
    await provider.capture(changeOf(payment.providerPaymentId, 'capture'))
    expect(await provider.refund(refundOf(payment.providerPaymentId, 1005, 'KWD'))).toMatchObject({
      outcome: 'rejected',
      decline: { code: 'amount_not_chargeable' },
    })
  })
})

describe('what is looked up', () => {
  it('is found by our id at once and for ever: by the lists while the search is behind, by the search after that', async () => {
    const { stripe, provider, clock } = await openStripe()
    const start = aStart()
    await provider.start(start)
    for (let made = 0; made < 3; made += 1) await provider.start(aStart())
    const find = () => provider.findByOurId({ paymentId: start.paymentId, ...unhurried() })
    expect(await find()).toHaveLength(1)
    clock.advance(48 * hour)
    expect(await find()).toHaveLength(1)
    expect(await provider.findByOurId({ paymentId: ids.next(), createdFrom: clock.date(), ...unhurried() })).toEqual([])
    expect(stripe.requests().some(({ path }) => path === '/v1/payment_intents/search')).toBe(true)
  })

  it.each(['unavailable', 'rate_limited', 'hang_before'] as const)(
    'throws PROVIDER_UNAVAILABLE, never "not there", when Stripe does not answer: %s',
    async (fault) => {
      const { stripe, provider, another } = await openStripe()
      const asking = fault === 'hang_before' ? another(hasty) : provider
      const { providerPaymentId, paymentId } = accepted(await provider.start(aStart()))
      for (const look of [
        () => asking.getPayment({ providerPaymentId, ...unhurried() }),
        () => asking.findByOurId({ paymentId: paymentId ?? ids.next(), ...unhurried() }),
        () => asking.findRefunds({ providerPaymentId, ...unhurried() }),
      ]) {
        stripe.failNext(fault)
        await expect(look()).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
      }
    },
  )
})
