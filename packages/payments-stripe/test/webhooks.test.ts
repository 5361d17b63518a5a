import { describe, expect, it } from 'vitest'
import { ada, expectSound, openShop, orderAt, staff, stateOf } from './open-shop.ts'

describe('what Stripe tells', () => {
  it('about a page of its own confirms the order', async () => {
    const { commerce, stripe, hear } = await openShop()
    const { placed, providerPaymentId } = await orderAt(commerce, 'checkout')
    stripe.payCheckout(providerPaymentId)
    await hear()
    expect(await stateOf(commerce, placed.order.id)).toBe('confirmed, paid')
    expect((await commerce.payments.webhooks({ actor: staff, state: 'parked' })).items).toEqual([])
  })

  it('about 3-D Secure confirms the order, or lets the buyer take another card', async () => {
    const { commerce, stripe, hear } = await openShop()
    const passed = await orderAt(commerce, 'pm_card_threeDSecure2Required')
    const failed = await orderAt(commerce, 'pm_card_threeDSecure2Required')
    stripe.completeAction(passed.providerPaymentId, 'succeed')
    stripe.completeAction(failed.providerPaymentId, 'fail')
    await hear()
    expect(await stateOf(commerce, passed.placed.order.id)).toBe('confirmed, paid')
    const { order: waiting } = failed.placed
    const resumed = await commerce.checkout.resume({
      actor: ada,
      orderId: waiting.id,
      payment: { provider: 'stripe', method: 'pm_card_visa' },
      idempotencyKey: 'k',
    })
    expect(resumed.outcome).toBe('confirmed')
  })

  it.each(['pm_card_visa', 'checkout'])('about refunds made in the dashboard, and disputes, is booked: %s', async (method) => {
    const { commerce, stripe, hear } = await openShop()
    const { placed, providerPaymentId } = await orderAt(commerce, method)
    const intentId = method === 'checkout' ? stripe.payCheckout(providerPaymentId).id : providerPaymentId
    await hear()
    stripe.refundInDashboard(intentId, 700)
    await hear()
    expect(await stateOf(commerce, placed.order.id)).toBe('confirmed, partially_refunded')
    expect(await commerce.payments.refundsOfOrder({ actor: staff, orderId: placed.order.id })).toMatchObject([{ amountMinor: 700, status: 'succeeded' }])
    const { id } = stripe.openDispute(intentId)
    await hear()
    expect(await commerce.orders.get({ actor: staff, id: placed.order.id })).toMatchObject({ disputed: true })
    stripe.closeDispute(id, 'won')
    await hear()
    expect(await commerce.orders.get({ actor: staff, id: placed.order.id })).toMatchObject({ disputed: false })
    expect((await commerce.payments.webhooks({ actor: staff, state: 'parked' })).items).toEqual([])
    await expectSound(commerce)
  })
})
