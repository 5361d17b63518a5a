import { describe, expect, it } from 'vitest'
import { ada, expectSound, openShop, order, shippingAddress, staff, stateOf } from './open-shop.ts'

/** Long enough for the worker to look at what is open. */
const soonMs = 60_000

describe('a purchase through Stripe', () => {
  it('is paid at once, and known at Stripe by the ids of the shop', async () => {
    const { commerce, stripe } = await openShop()
    const placed = await order(commerce, 'pm_card_visa')
    expect(placed.outcome).toBe('confirmed')
    const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId: placed.order.id })
    expect(stripe.totals('cartwright_payment_id').byPayment).toMatchObject({ [payment?.id ?? '']: { captured: 2500 } })
    await expectSound(commerce)
  })

  it('with 3-D Secure waits for the buyer, and is confirmed once they have confirmed', async () => {
    const { commerce, stripe, clock } = await openShop()
    const placed = await order(commerce, 'pm_card_threeDSecure2Required')
    if (placed.outcome !== 'requires_action') throw new Error(`expected to wait for the buyer, got ${placed.outcome}`)
    expect(placed.action).toEqual({ type: 'client_secret', value: expect.stringMatching(/^pi_.*_secret_/) })
    stripe.completeAction(placed.action.value.split('_secret_')[0] ?? '', 'succeed')
    clock.advance(soonMs)
    await commerce.worker.runOnce()
    expect(await stateOf(commerce, placed.order.id)).toBe('confirmed, paid')
    await expectSound(commerce)
  })

  it('with 3-D Secure that is abandoned ends with the order, and the payment is dead at Stripe', async () => {
    const { commerce, provider, clock } = await openShop()
    const placed = await order(commerce, 'pm_card_threeDSecure2Required')
    for (let step = 0; step < 4; step += 1) {
      clock.advance(3_600_000)
      await commerce.worker.runOnce()
    }
    expect(await stateOf(commerce, placed.order.id)).toBe('expired, none')
    const { items } = await provider.listPayments({ limit: 10, signal: AbortSignal.timeout(10_000) })
    expect(items).toMatchObject([{ status: 'canceled', capturedMinor: 0 }])
    await expectSound(commerce)
  })

  it('is declined with words for the buyer, and paid with another card', async () => {
    const { commerce, stripe } = await openShop()
    const declined = await order(commerce, 'pm_card_visa_chargeDeclinedLostCard')
    expect(declined).toMatchObject({ outcome: 'declined', decline: { code: 'lost_card', buyerMessage: expect.stringMatching(/^Your card was declined/) } })
    const resume = { actor: ada, orderId: declined.order.id, payment: { provider: 'stripe', method: 'pm_card_visa' }, idempotencyKey: 'another card' }
    expect([(await commerce.checkout.resume(resume)).outcome, (await commerce.checkout.resume(resume)).outcome]).toEqual(['confirmed', 'confirmed'])
    expect(stripe.totals().byCurrency.usd?.captured).toBe(2500)
    await expectSound(commerce)
  })

  it('whose 3-D Secure failed is paid with another card, and the first payment can take nothing any more', async () => {
    const { commerce, stripe, provider, clock } = await openShop()
    const placed = await order(commerce, 'pm_card_threeDSecure2Required')
    if (placed.outcome !== 'requires_action') throw new Error(`expected to wait for the buyer, got ${placed.outcome}`)
    stripe.completeAction(placed.action.value.split('_secret_')[0] ?? '', 'fail')
    clock.advance(soonMs)
    await commerce.worker.runOnce()
    const resume = { actor: ada, orderId: placed.order.id, payment: { provider: 'stripe', method: 'pm_card_visa' }, idempotencyKey: 'another card' }
    expect((await commerce.checkout.resume(resume)).outcome).toBe('confirmed')
    const { items } = await provider.listPayments({ limit: 10, signal: AbortSignal.timeout(10_000) })
    expect(items.map(({ status }) => status)).toEqual(['failed', 'succeeded'])
    await expectSound(commerce)
  })

  it("is paid on Stripe's page", async () => {
    const { commerce, stripe, clock } = await openShop()
    const placed = await order(commerce, 'checkout')
    if (placed.outcome !== 'requires_action') throw new Error(`expected to wait for the buyer, got ${placed.outcome}`)
    expect(placed.action.type).toBe('redirect')
    stripe.payCheckout(placed.action.value.split('/').at(-1) ?? '')
    clock.advance(soonMs)
    await commerce.worker.runOnce()
    expect(await stateOf(commerce, placed.order.id)).toBe('confirmed, paid')
    await expectSound(commerce)
  })

  it('that was only authorised is captured by staff', async () => {
    const { commerce, stripe } = await openShop()
    const placed = await order(commerce, 'pm_card_visa', 'manual')
    expect([placed.outcome, await stateOf(commerce, placed.order.id)]).toEqual(['confirmed', 'confirmed, authorised'])
    expect(stripe.totals().byCurrency.usd?.captured ?? 0).toBe(0)
    await commerce.payments.capture({ actor: staff, orderId: placed.order.id })
    expect(await stateOf(commerce, placed.order.id)).toBe('confirmed, paid')
    expect(stripe.totals().byCurrency.usd?.captured).toBe(2500)
    await expectSound(commerce)
  })

  it('is given back when it was paid after the order had been cancelled', async () => {
    const { commerce, stripe, clock } = await openShop()
    const placed = await order(commerce, 'pm_card_visa')
    await commerce.checkout.cancel({ actor: staff, orderId: placed.order.id })
    clock.advance(soonMs)
    await commerce.worker.runOnce()
    expect(stripe.totals().byCurrency.usd).toMatchObject({ captured: 2500, refunded: 2500 })
    expect(await stateOf(commerce, placed.order.id)).toBe('cancelled, refunded')
    await expectSound(commerce)
  })

  it('by a debit takes days, and is confirmed when the money has come', async () => {
    const { commerce, stripe, clock, provider } = await openShop()
    const placed = await order(commerce, 'pm_usBankAccount_success')
    expect(placed.outcome).toBe('pending')
    const [waiting] = (await provider.listPayments({ limit: 10, signal: AbortSignal.timeout(10_000) })).items
    expect(waiting?.status).toBe('processing')
    stripe.settleProcessing(waiting?.providerPaymentId ?? '', 'succeed')
    clock.advance(3_600_000)
    await commerce.worker.runOnce()
    expect(await stateOf(commerce, placed.order.id)).toBe('confirmed, paid')
    await expectSound(commerce)
  })

  it('whose answer is lost is charged once', async () => {
    const { commerce, stripe, clock } = await openShop()
    stripe.failNext('error_after', { route: 'POST /v1/payment_intents' })
    const placed = await order(commerce, 'pm_card_visa')
    expect(placed.outcome).toBe('pending')
    clock.advance(soonMs)
    await commerce.worker.runOnce()
    expect(await stateOf(commerce, placed.order.id)).toBe('confirmed, paid')
    expect(stripe.totals().byCurrency.usd?.captured).toBe(2500)
    await expectSound(commerce)
  })

  it('that cannot be charged is refused in the quote, with the reason', async () => {
    const { commerce } = await openShop()
    await commerce.catalog.upsertMany({
      products: [{ handle: 'pin', title: 'Pin', variants: [{ sku: 'PIN', prices: [{ currency: 'USD', amountMinor: 40 }], stock: [{ quantity: 1 }] }] }],
    })
    const { cart } = await commerce.carts.create({ actor: ada })
    await commerce.carts.addLine({ actor: ada, cartId: cart.id, sku: 'PIN', quantity: 1 })
    await expect(commerce.checkout.quote({ actor: ada, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })).rejects.toMatchObject({
      code: 'AMOUNT_NOT_CHARGEABLE',
      details: { reason: expect.stringContaining('less than 50') },
    })
  })
})
