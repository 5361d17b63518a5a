import type Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { byCard, openStripe, refusalOf } from './opened-stripe.ts'

const backTo = 'https://shop.example/done'

const mug = {
  mode: 'payment',
  success_url: backTo,
  line_items: [{ price_data: { currency: 'usd', unit_amount: 1250, product_data: { name: 'Mug' } }, quantity: 2 }],
  payment_intent_data: { metadata: { order: '7' }, capture_method: 'automatic' },
} satisfies Stripe.Checkout.SessionCreateParams

describe('a customer', () => {
  it('keeps a method that was used for later, and pays with it again', async () => {
    const { stripe } = await openStripe()
    const customer = await stripe.customers.create({ email: 'a@shop.example', metadata: { ours: '1' } })
    const first = await stripe.paymentIntents.create({
      ...byCard,
      customer: customer.id,
      payment_method: 'pm_card_visa',
      setup_future_usage: 'off_session',
      confirm: true,
    })
    const { data } = await stripe.customers.listPaymentMethods(customer.id)
    expect(data.map(({ id }) => id)).toEqual([first.payment_method])
    const again = { ...byCard, customer: customer.id, payment_method: data[0]?.id ?? '', off_session: true, confirm: true }
    expect(await stripe.paymentIntents.create(again)).toMatchObject({ status: 'succeeded' })
    const { customer: _customer, ...nobody } = again
    expect(await refusalOf(stripe.paymentIntents.create(nobody))).toMatchObject({ statusCode: 400, param: 'payment_method' })
    await stripe.paymentMethods.detach(data[0]?.id ?? '')
    expect(await refusalOf(stripe.paymentIntents.create(again))).toMatchObject({ statusCode: 400, code: 'payment_method_unexpected_state' })
  })

  it('may own cards that banks refuse to be kept, that ask, and that are declined later', async () => {
    const { fake, stripe } = await openStripe()
    const { id: customer } = await stripe.customers.create({})
    expect(await refusalOf(stripe.paymentMethods.attach('pm_card_visa_chargeDeclined', { customer }))).toMatchObject({ statusCode: 402 })
    const kept = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer })
    expect(await refusalOf(stripe.paymentIntents.create({ ...byCard, customer, payment_method: kept.id, confirm: true }))).toMatchObject({
      code: 'card_declined',
    })
    const asking = await stripe.paymentMethods.attach('pm_card_authenticationRequiredOnSetup', { customer })
    const later = { ...byCard, customer, payment_method: asking.id, off_session: true, confirm: true }
    expect(await refusalOf(stripe.paymentIntents.create(later))).toMatchObject({ code: 'authentication_required' })
    const setup = await stripe.setupIntents.create({ customer, payment_method: asking.id, allowed_payment_method_types: ['card'], confirm: true })
    expect(setup.status).toBe('requires_action')
    fake.completeAction(setup.id, 'succeed')
    expect(await stripe.setupIntents.retrieve(setup.id)).toMatchObject({ status: 'succeeded' })
    expect(await stripe.paymentIntents.create(later)).toMatchObject({ status: 'succeeded' })
  })

  it('is changed, listed and deleted', async () => {
    const { stripe } = await openStripe()
    const { id } = await stripe.customers.create({ name: 'A', metadata: { one: '1', two: '2' } })
    expect(await stripe.customers.update(id, { name: '', metadata: { two: '', three: '3' } })).toMatchObject({ name: null, metadata: { one: '1', three: '3' } })
    expect((await stripe.customers.list()).data).toHaveLength(1)
    expect(await stripe.customers.del(id)).toMatchObject({ id, deleted: true })
    expect(await stripe.customers.retrieve(id)).toMatchObject({ id, deleted: true })
    expect(await refusalOf(stripe.paymentIntents.create({ ...byCard, customer: id }))).toMatchObject({ code: 'resource_missing' })
  })

  it('has cards by number, if the bank of the fake has issued them', async () => {
    const { stripe } = await openStripe()
    const card = (number: string) => stripe.paymentMethods.create({ type: 'card', card: { number, exp_month: 12, exp_year: 2040, cvc: '123' } })
    expect((await card('5555555555554444')).card).toMatchObject({ brand: 'mastercard', last4: '4444' })
    expect(await refusalOf(card('4242424242424241'))).toMatchObject({ statusCode: 402, code: 'incorrect_number' })
  })
})

describe('a checkout session', () => {
  it('makes its intent when its buyer pays', async () => {
    const { fake, stripe } = await openStripe()
    const session = await stripe.checkout.sessions.create({ ...mug, client_reference_id: '7', expand: ['line_items'] })
    expect(session).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: null,
      amount_total: 2500,
      url: expect.stringContaining(session.id),
    })
    expect(session.line_items?.data).toMatchObject([{ description: 'Mug', quantity: 2, amount_total: 2500 }])
    const intent = fake.payCheckout(session.id)
    expect(intent).toMatchObject({ status: 'succeeded', amount: 2500, metadata: { order: '7' } })
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] })
    expect(paid).toMatchObject({ status: 'complete', payment_status: 'paid', url: null, payment_intent: { id: intent.id } })
    expect(await stripe.checkout.sessions.list({ payment_intent: intent.id })).toMatchObject({ data: [{ id: session.id }] })
    expect(fake.events().at(-1)?.type).toBe('checkout.session.completed')
    expect(await refusalOf(stripe.checkout.sessions.expire(session.id))).toMatchObject({ statusCode: 400 })
  })

  it('stays open after a declined card and while its buyer is identified', async () => {
    const { fake, stripe } = await openStripe()
    const { id } = await stripe.checkout.sessions.create(mug)
    fake.payCheckout(id, 'pm_card_visa_chargeDeclined')
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: 'open' })
    const asking = fake.payCheckout(id, 'pm_card_threeDSecure2Required')
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: 'open', payment_intent: asking.id })
    fake.completeAction(asking.id, 'succeed')
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: 'complete', payment_status: 'paid' })
  })

  it('is complete before a debit is', async () => {
    const { fake, stripe } = await openStripe()
    const { id } = await stripe.checkout.sessions.create(mug)
    const debit = fake.payCheckout(id, 'pm_usBankAccount_success')
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: 'complete', payment_status: 'unpaid' })
    fake.settleProcessing(debit.id, 'succeed')
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ payment_status: 'paid' })
    expect(fake.events().at(-1)?.type).toBe('checkout.session.async_payment_succeeded')
  })

  it('expires when told, and by itself', async () => {
    const { fake, stripe } = await openStripe()
    const told = await stripe.checkout.sessions.create(mug)
    expect(await stripe.checkout.sessions.expire(told.id)).toMatchObject({ status: 'expired', url: null })
    const left = await stripe.checkout.sessions.create({ ...mug, expires_at: told.created + 1800 })
    await fake.advance(1_799_000)
    expect(await stripe.checkout.sessions.retrieve(left.id)).toMatchObject({ status: 'open' })
    await fake.advance(1000)
    expect(await stripe.checkout.sessions.retrieve(left.id)).toMatchObject({ status: 'expired' })
    expect(() => fake.payCheckout(left.id)).toThrow(/expired/)
    expect(await refusalOf(stripe.checkout.sessions.create({ ...mug, expires_at: told.created + 60 }))).toMatchObject({ param: 'expires_at' })
  })
})

describe('finding', () => {
  it('is late by search and at once by list', async () => {
    const { fake, stripe } = await openStripe()
    const query = "metadata['order']:'7' AND status:'succeeded'"
    const { id } = await stripe.paymentIntents.create({ ...byCard, payment_method: 'pm_card_visa', confirm: true, metadata: { order: '7' } })
    await stripe.paymentIntents.create({ ...byCard, metadata: { order: '8' } })
    expect((await stripe.paymentIntents.search({ query })).data).toEqual([])
    expect((await stripe.paymentIntents.list()).data.map(({ metadata }) => metadata.order)).toEqual(['8', '7'])
    await fake.advance(60_000)
    expect((await stripe.paymentIntents.search({ query })).data.map((intent) => intent.id)).toEqual([id])
    await stripe.paymentIntents.update(id, { metadata: { order: '9' } })
    expect((await stripe.paymentIntents.search({ query })).data).toHaveLength(1)
    expect((await stripe.paymentIntents.search({ query: 'amount>2500 OR currency:"eur"' })).data).toEqual([])
    expect((await stripe.paymentIntents.search({ query: '-status:"succeeded"' })).data).toMatchObject([{ metadata: { order: '8' } }])
    expect(await refusalOf(stripe.paymentIntents.search({ query: 'status=7' }))).toMatchObject({ param: 'query' })
  })

  it('goes by pages, newest first, and by time', async () => {
    const { fake, stripe } = await openStripe()
    const ids: string[] = []
    for (let count = 0; count < 7; count++) {
      const intent = await stripe.paymentIntents.create(byCard)
      ids.unshift(intent.id)
      await fake.advance(1000)
    }
    const first = await stripe.paymentIntents.list({ limit: 3 })
    expect([first.data.map(({ id }) => id), first.has_more]).toEqual([ids.slice(0, 3), true])
    const last = await stripe.paymentIntents.list({ limit: 100, starting_after: ids[2] ?? '' })
    expect([last.data.map(({ id }) => id), last.has_more]).toEqual([ids.slice(3), false])
    const newer = await stripe.paymentIntents.list({ limit: 2, ending_before: ids[5] ?? '' })
    expect([newer.data.map(({ id }) => id), newer.has_more]).toEqual([ids.slice(3, 5), true])
    const all: string[] = []
    for await (const { id } of stripe.paymentIntents.list({ limit: 2 })) all.push(id)
    expect(all).toEqual(ids)
    const since = first.data[1]?.created ?? 0
    expect((await stripe.paymentIntents.list({ created: { gte: since } })).data.map(({ id }) => id)).toEqual(ids.slice(0, 2))
    expect((await stripe.paymentIntents.list({ created: { lt: since } })).data.map(({ id }) => id)).toEqual(ids.slice(2))
    expect(await refusalOf(stripe.paymentIntents.list({ limit: 101 }))).toMatchObject({ param: 'limit' })
  })

  it('lists events by type, for thirty days', async () => {
    const { fake, stripe } = await openStripe()
    await stripe.paymentIntents.create({ ...byCard, payment_method: 'pm_card_visa', confirm: true })
    expect((await stripe.events.list({ type: 'charge.*' })).data.map(({ type }) => type)).toEqual(['charge.updated', 'charge.succeeded'])
    const [newest] = (await stripe.events.list({ limit: 1 })).data
    expect(await stripe.events.retrieve(newest?.id ?? '')).toEqual(expect.objectContaining({ id: newest?.id, api_version: '2026-10-28.endive' }))
    await fake.advance(31 * 24 * 3_600_000)
    expect((await stripe.events.list()).data).toEqual([])
  })

  it('refuses to expand what is none', async () => {
    const { stripe } = await openStripe()
    expect(await refusalOf(stripe.paymentIntents.create({ ...byCard, expand: ['amount'] }))).toMatchObject({ statusCode: 400, param: 'expand' })
    expect((await stripe.paymentIntents.list()).data).toEqual([])
    await stripe.paymentIntents.create(byCard)
    const { data } = await stripe.paymentIntents.list({ expand: ['data.latest_charge'] })
    expect(data).toMatchObject([{ latest_charge: null }])
  })
})
