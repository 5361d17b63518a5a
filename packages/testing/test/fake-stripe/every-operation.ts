import type { FakeStripe } from '@cartwright/testing/stripe'
import type Stripe from 'stripe'

/** What buyers and banks do between the calls. Null against a server that keeps no state, which takes the calls one by one. */
type Steps = Pick<FakeStripe, 'completeAction' | 'openDispute' | 'holdRefunds'> | null

const address = { line1: '1 Main Street', city: 'Springfield', postal_code: '12345', country: 'US' }
const shipping = { name: 'A Buyer', address }
const created = { gte: 1, lt: 4_000_000_000 }
/** As API versions before 2026-09-30 have it. */
const cards = { payment_method_types: ['card'] }
const debits = { payment_method_types: ['sepa_debit'] }
const query = "metadata['order']:'7'"

/** Calls everything of Stripe's API that the fake has, through Stripe's library, with every parameter that a shop is likely to send. */
export async function everyOperation(stripe: Stripe, steps: Steps): Promise<void> {
  const customer = await customers(stripe)
  await paymentMethods(stripe, customer)
  await setupIntents(stripe, customer, steps)
  const intent = await paymentIntents(stripe, customer, steps)
  await moneyBack(stripe, intent, steps)
  await sessions(stripe, customer)
  const [event] = (await stripe.events.list({ created, limit: 3, types: ['payment_intent.succeeded', 'charge.refunded'] })).data
  await stripe.events.list({ type: 'charge.*', delivery_success: true })
  await stripe.events.retrieve(event?.id ?? '')
}

async function customers(stripe: Stripe): Promise<string> {
  const details = { address, description: 'a buyer', email: 'buyer@shop.example', name: 'A Buyer', phone: '+15555550100', shipping, metadata: { ours: '1' } }
  const { id } = await stripe.customers.create(details)
  await stripe.customers.update(id, { description: '', metadata: { ours: '' } })
  await stripe.customers.retrieve(id)
  await stripe.customers.list({ created, email: 'buyer@shop.example', limit: 3 })
  await stripe.customers.search({ query: 'metadata["ours"]:"1"', limit: 3 })
  const other = await stripe.customers.create({ payment_method: 'pm_card_visa' })
  await stripe.customers.listPaymentMethods(other.id, { type: 'card' })
  await stripe.customers.del(other.id)
  return id
}

async function paymentMethods(stripe: Stripe, customer: string): Promise<void> {
  const billing_details = { address, email: 'buyer@shop.example', name: 'A Buyer', phone: '+15555550100' }
  const { id } = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' }, billing_details, metadata: { ours: '2' } })
  await stripe.paymentMethods.create({ type: 'sepa_debit', sepa_debit: { iban: 'DE89370400440532013000' }, billing_details })
  await stripe.paymentMethods.create({
    type: 'us_bank_account',
    us_bank_account: { account_number: '000123456789', routing_number: '110000000' },
    billing_details,
  })
  await stripe.paymentMethods.attach(id, { customer })
  await stripe.paymentMethods.update(id, { metadata: { ours: '3' } })
  await stripe.paymentMethods.retrieve(id)
  await stripe.paymentMethods.list({ customer, type: 'card', limit: 3 })
  await stripe.paymentMethods.detach(id)
}

async function setupIntents(stripe: Stripe, customer: string, steps: Steps): Promise<void> {
  const { id } = await stripe.setupIntents.create({
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    customer,
    description: 'for later',
    metadata: { ours: '4' },
    payment_method: 'pm_card_threeDSecure2Required',
    usage: 'off_session',
  })
  await stripe.setupIntents.confirm(id, { return_url: 'https://shop.example/done' })
  await stripe.setupIntents.retrieve(id, { expand: ['payment_method'] })
  steps?.completeAction(id, 'succeed')
  await stripe.setupIntents.list({ created, customer, limit: 3 })
  const { id: other } = await stripe.setupIntents.create({ description: 'for later', ...cards })
  await stripe.setupIntents.cancel(other, { cancellation_reason: 'abandoned' })
}

async function paymentIntents(stripe: Stripe, customer: string, steps: Steps): Promise<string> {
  const paid = await stripe.paymentIntents.create(
    {
      amount: 2500,
      automatic_payment_methods: { enabled: true },
      capture_method: 'manual',
      confirm: true,
      confirmation_method: 'automatic',
      currency: 'usd',
      customer,
      description: 'order 7',
      error_on_requires_action: false,
      expand: ['customer', 'latest_charge.balance_transaction', 'payment_method'],
      metadata: { order: '7' },
      payment_method: 'pm_card_visa',
      payment_method_options: { card: { request_three_d_secure: 'automatic' } },
      receipt_email: 'buyer@shop.example',
      return_url: 'https://shop.example/done',
      setup_future_usage: 'off_session',
      shipping,
      statement_descriptor_suffix: 'MUGS',
      transfer_group: 'group',
      use_stripe_sdk: true,
    },
    { idempotencyKey: 'start:7' },
  )
  await stripe.paymentIntents.capture(paid.id, {
    amount_to_capture: 2000,
    final_capture: true,
    metadata: { shipped: 'yes' },
    expand: ['latest_charge.balance_transaction'],
  })
  const { id } = await stripe.paymentIntents.create({ amount: 2500, currency: 'usd', ...cards })
  await stripe.paymentIntents.update(id, { amount: 2600, description: '', metadata: { order: '8' }, payment_method: 'pm_card_threeDSecure2Required', shipping })
  await stripe.paymentIntents.confirm(id, { return_url: 'https://shop.example/done', off_session: false, receipt_email: 'buyer@shop.example' })
  await stripe.paymentIntents.retrieve(id)
  steps?.completeAction(id, 'fail')
  await stripe.paymentIntents.cancel(id, { cancellation_reason: 'requested_by_customer' })
  await stripe.paymentIntents.create({
    amount: 2500,
    currency: 'eur',
    ...debits,
    payment_method: 'pm_success_de',
    confirm: true,
    mandate_data: { customer_acceptance: { type: 'offline' } },
  })
  await stripe.paymentIntents.list({ created, customer, limit: 3, expand: ['data.latest_charge', 'data.payment_method'] })
  await stripe.paymentIntents.search({ query, limit: 3 })
  return paid.id
}

async function moneyBack(stripe: Stripe, intent: string, steps: Steps): Promise<void> {
  const { id } = await stripe.refunds.create({
    payment_intent: intent,
    amount: 500,
    reason: 'requested_by_customer',
    metadata: { ours: '5' },
    expand: ['charge', 'balance_transaction'],
  })
  await stripe.refunds.update(id, { metadata: { ours: '6' } })
  await stripe.refunds.retrieve(id, { expand: ['payment_intent'] })
  await stripe.refunds.list({ payment_intent: intent, created, limit: 3 })
  const [charge] = (await stripe.charges.list({ payment_intent: intent, created, limit: 3, expand: ['data.refunds'] })).data
  await stripe.charges.retrieve(charge?.id ?? '', { expand: ['balance_transaction', 'customer'] })
  await stripe.charges.update(charge?.id ?? '', { description: 'order 7', metadata: { ours: '7' } })
  if (typeof charge?.balance_transaction === 'string') await stripe.balanceTransactions.retrieve(charge.balance_transaction)
  steps?.holdRefunds(intent, 'requires_action')
  await stripe.refunds.cancel((await stripe.refunds.create({ payment_intent: intent, amount: 100 })).id)
  steps?.openDispute(intent)
  const [dispute] = (await stripe.disputes.list({ payment_intent: intent, created, limit: 3 })).data
  await stripe.disputes.retrieve(dispute?.id ?? '', { expand: ['charge', 'payment_intent'] })
  await stripe.disputes.update(dispute?.id ?? '', { evidence: { uncategorized_text: 'delivered' }, submit: true, metadata: { ours: '8' } })
  await stripe.disputes.close(dispute?.id ?? '')
}

async function sessions(stripe: Stripe, customer: string): Promise<void> {
  const { id } = await stripe.checkout.sessions.create({
    cancel_url: 'https://shop.example/cart',
    client_reference_id: '7',
    customer,
    expand: ['line_items'],
    line_items: [{ price_data: { currency: 'usd', unit_amount: 1250, product_data: { name: 'Mug' } }, quantity: 2 }],
    locale: 'auto',
    metadata: { order: '7' },
    mode: 'payment',
    payment_intent_data: { capture_method: 'manual', description: 'order 7', metadata: { order: '7' }, setup_future_usage: 'off_session' },
    ...cards,
    success_url: 'https://shop.example/done',
  })
  await stripe.checkout.sessions.retrieve(id, { expand: ['line_items', 'customer'] })
  await stripe.checkout.sessions.listLineItems(id, { limit: 3 })
  await stripe.checkout.sessions.list({ created, customer, status: 'open', limit: 3 })
  await stripe.checkout.sessions.expire(id)
  await stripe.accounts.retrieveCurrent()
}
