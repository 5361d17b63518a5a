import { startFakeStripe, stripeSignature } from '@cartwright/testing/stripe'
import { expect, onTestFinished, test } from 'vitest'
import type { StartedCheckout } from './checkout.ts'
import { startServer } from './server.ts'
import { openShop } from './shop.ts'

async function open() {
  const stripe = await startFakeStripe({ seed: 1, deliverAtOnce: false })
  onTestFinished(() => stripe.close())
  const commerce = await openShop(':memory:', { apiKey: stripe.apiKey, address: stripe.clientOptions(), webhookSecrets: [stripe.webhookSecret] })
  onTestFinished(() => commerce.close())
  const server = await startServer({ commerce, publishableKey: 'pk_test_fake' })
  onTestFinished(() => server.close())
  const fetched = async (path: string, init?: RequestInit) => {
    const response = await fetch(new URL(path, server.url), init)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  /** The buyer pays in the page: what Stripe.js does with the client secret. */
  const payInPage = async ({ clientSecret }: StartedCheckout, method: string) => {
    const [intent = ''] = clientSecret.split('_secret_')
    const body = new URLSearchParams({ payment_method: method, return_url: 'https://shop.example/' })
    const response = await fetch(`${stripe.url}/v1/payment_intents/${intent}/confirm`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${stripe.apiKey}` },
    })
    return response.status
  }
  const statusOf = async ({ orderId, token }: StartedCheckout) =>
    (JSON.parse((await fetched(`/orders/${orderId}`, { headers: { authorization: `Bearer ${token}` } })).text) as { displayStatus: string }).displayStatus
  return { stripe, commerce, fetched, payInPage, statusOf }
}

/** Takes the events so far to the webhook, as Stripe does. */
async function deliver({ stripe, fetched }: Awaited<ReturnType<typeof open>>, signedBy: string): Promise<readonly number[]> {
  const statuses: number[] = []
  for (const event of stripe.events()) {
    const body = JSON.stringify(event)
    const headers = { 'stripe-signature': stripeSignature(body, Math.floor(Date.now() / 1000), [signedBy]) }
    statuses.push((await fetched('/webhooks/stripe', { method: 'POST', body, headers })).status)
  }
  return statuses
}

test('a card is declined in the page, another one pays, and the webhook tells the shop', async () => {
  const opened = await open()
  const { stripe, commerce, fetched, payInPage, statusOf } = opened
  const response = await fetched('/checkout', { method: 'POST' })
  expect(response.status).toBe(201)
  const checkout = JSON.parse(response.text) as StartedCheckout
  expect(checkout.total).toEqual({ amountMinor: 1250, currency: 'EUR' })
  const before = await statusOf(checkout)

  expect(await payInPage(checkout, 'pm_card_visa_chargeDeclined')).toBe(402)
  expect(await payInPage(checkout, 'pm_card_visa')).toBe(200)
  expect(new Set(await deliver(opened, stripe.webhookSecret))).toEqual(new Set([200]))
  expect(await statusOf(checkout)).toBe(before)
  await commerce.worker.runOnce()
  expect(await statusOf(checkout)).not.toBe(before)
  const { items } = await commerce.orders.list({ actor: { type: 'admin', id: 'sam' } })
  expect(items).toMatchObject([{ number: checkout.orderNumber, status: 'confirmed', paymentStatus: 'paid' }])
  expect(stripe.totals().byCurrency.eur?.captured).toBe(1250)
})

test('a webhook that is not signed by Stripe is refused', async () => {
  const opened = await open()
  const checkout = JSON.parse((await opened.fetched('/checkout', { method: 'POST' })).text) as StartedCheckout
  await opened.payInPage(checkout, 'pm_card_visa')
  expect(new Set(await deliver(opened, 'whsec_of_nobody'))).toEqual(new Set([400]))
  expect((await opened.fetched('/webhooks/stripe', { method: 'POST', body: 'x'.repeat(1_100_000) })).status).toBe(413)
})

test('the page loads Stripe.js from Stripe, and only its guest sees an order', async () => {
  const { fetched } = await open()
  const page = await fetched('/')
  expect(page.text).toContain('<script src="https://js.stripe.com/v3/"></script>')
  expect(page.text).toContain('data-key="pk_test_fake"')
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self' https://js.stripe.com;")
  expect((await fetched('/page.js')).text).toContain('confirmPayment')
  const ordered = async () => JSON.parse((await fetched('/checkout', { method: 'POST' })).text) as StartedCheckout
  const [ours, theirs] = [await ordered(), await ordered()]
  const seenBy = (token: string) => fetched(`/orders/${ours.orderId}`, { headers: { authorization: `Bearer ${token}` } })
  expect([(await seenBy(ours.token)).status, (await seenBy(theirs.token)).status]).toEqual([200, 404])
  expect((await fetched('/nothing')).status).toBe(404)
})
