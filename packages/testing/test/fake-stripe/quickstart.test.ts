// #region start
import { startFakeStripe } from '@cartwright/testing/stripe'
import Stripe from 'stripe'
import { expect, test } from 'vitest'

const fake = await startFakeStripe({ seed: 1 })
const stripe = new Stripe(fake.apiKey, fake.clientOptions())
// #endregion start

test('a payment with 3-D Secure, paid once although the answer is lost', async () => {
  // #region pay
  const order = { amount: 2500, currency: 'usd', allowed_payment_method_types: ['card'], metadata: { order: '7' } }
  const card = { payment_method: 'pm_card_threeDSecure2Required', confirm: true }

  fake.failNext('reset_after', { route: 'POST /v1/payment_intents' })
  const intent = await stripe.paymentIntents.create({ ...order, ...card }, { idempotencyKey: 'start:7' })
  expect(intent.status).toBe('requires_action')

  fake.completeAction(intent.id, 'succeed')
  expect(fake.totals('order').byPayment['7']).toMatchObject({ captured: 2500, intents: 1 })
  // #endregion pay
  await fake.close()
})
