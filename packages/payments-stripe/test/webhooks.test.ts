import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Commerce, createCommerce } from '@cartwright/core'
import { stripeSignature } from '@cartwright/testing/stripe'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openStripe } from './open-stripe.ts'

const ada = { type: 'customer', customerId: 'ada' } as const
const staff = { type: 'admin', id: 'sam' } as const
const shippingAddress = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }

/** A shop in memory whose orders are paid through Stripe, and that hears of everything by its webhook. */
async function openShop() {
  const opened = await openStripe()
  const { stripe, clock } = opened
  const commerce = await createCommerce({
    storage: sqliteStorage({ file: ':memory:' }),
    currency: 'USD',
    payments: [opened.another({ hosted: { successUrl: () => 'https://shop.example/thanks', cancelUrl: () => 'https://shop.example/cart' } })],
    clock,
  })
  onTestFinished(() => commerce.close())
  await commerce.catalog.upsertMany({
    products: [{ handle: 'mug', title: 'Mug', variants: [{ sku: 'MUG', prices: [{ currency: 'USD', amountMinor: 1250 }], stock: [{ quantity: 10 }] }] }],
  })
  let heard = 0
  /** Every event since the last time, newest first, as Stripe may send them; then the worker. Time stands still: nothing else makes it look. */
  const hear = async () => {
    const news = stripe.events().slice(heard).toReversed()
    heard = stripe.events().length
    for (const event of news) {
      const body = JSON.stringify(event)
      const headers = { 'stripe-signature': stripeSignature(body, clock.date().getTime() / 1000, [stripe.webhookSecret]) }
      await commerce.payments.handleWebhook({ provider: 'stripe', rawBody: body, headers })
    }
    await commerce.worker.runOnce()
  }
  return { ...opened, commerce, hear }
}

async function order(commerce: Commerce, method: string) {
  const { cart } = await commerce.carts.create({ actor: ada })
  await commerce.carts.addLine({ actor: ada, cartId: cart.id, sku: 'MUG', quantity: 2 })
  const quote = await commerce.checkout.quote({ actor: ada, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
  const payment = { provider: 'stripe', method }
  const placed = await commerce.checkout.place({ actor: ada, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: `place ${cart.id}` })
  const [made] = await commerce.payments.ofOrder({ actor: staff, orderId: placed.order.id })
  return { placed, providerPaymentId: made?.providerPaymentId ?? '' }
}

const stateOf = async (commerce: Commerce, id: string) => {
  const { status, paymentStatus } = await commerce.orders.get({ actor: staff, id })
  return `${status}, ${paymentStatus}`
}

describe('what Stripe tells', () => {
  it('about a page of its own confirms the order', async () => {
    const { commerce, stripe, hear } = await openShop()
    const { placed, providerPaymentId } = await order(commerce, 'checkout')
    stripe.payCheckout(providerPaymentId)
    await hear()
    expect(await stateOf(commerce, placed.order.id)).toBe('confirmed, paid')
    expect((await commerce.payments.webhooks({ actor: staff, state: 'parked' })).items).toEqual([])
  })

  it('about 3-D Secure confirms the order, or lets the buyer take another card', async () => {
    const { commerce, stripe, hear } = await openShop()
    const passed = await order(commerce, 'pm_card_threeDSecure2Required')
    const failed = await order(commerce, 'pm_card_threeDSecure2Required')
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
    const { placed, providerPaymentId } = await order(commerce, method)
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
    const { checks } = await commerce.audit({ providers: true, graceMs: 0 })
    expect(checks.filter(({ violations }) => violations > 0)).toEqual([])
  })
})
