import { join } from 'node:path'
import { startFakeStripe } from '@cartwright/testing/stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newerParameters } from '../../src/fake-stripe/description/newer-parameters.ts'
import { readDescription } from '../../src/fake-stripe/description/openapi-description.ts'
import { everyOperation } from './every-operation.ts'
import { byCard, clientOf, olderClientOf, refusalOf } from './opened-stripe.ts'

const path = join(process.env.CARTWRIGHT_DATA ?? '', 'stripe', 'openapi-2024-04-10.json.gz')

interface SentSchema {
  readonly properties?: Readonly<Record<string, SentSchema>>
  readonly enum?: readonly string[]
}

describe("Stripe's own description", () => {
  let fake: Awaited<ReturnType<typeof startFakeStripe>>
  beforeAll(async () => {
    fake = await startFakeStripe({ seed: 1, openApi: path })
  })
  afterAll(() => fake.close())

  it('allows every request to the fake, and every answer of it', async () => {
    await everyOperation(olderClientOf(fake, { timeout: 60_000 }), fake)
    const wrong = fake.requests().flatMap(({ route, status, issues }) => (status === 200 && issues.length === 0 ? [] : [{ route, status, issues }]))
    expect(wrong).toEqual([])
    const called = new Set(fake.requests().map(({ route }) => route))
    expect(fake.routes.filter((route) => !called.has(route))).toEqual([])
  })

  it('allows the errors of the fake', async () => {
    const stripe = clientOf(fake)
    const before = fake.requests().length
    await refusalOf(stripe.paymentIntents.create({ ...byCard, payment_method: 'pm_card_visa_chargeDeclined', confirm: true }))
    await refusalOf(stripe.paymentIntents.create({ ...byCard, amount: 1 }))
    await refusalOf(stripe.paymentIntents.retrieve('pi_none'))
    await refusalOf(stripe.refunds.create({ payment_intent: 'pi_none' }))
    expect(
      fake
        .requests()
        .slice(before)
        .map(({ status, issues }) => ({ status, issues })),
    ).toEqual([402, 400, 404, 400].map((status) => ({ status, issues: [] })))
  })

  it('refuses what it does not have, unless it is listed as newer, with its documentation', async () => {
    const stripe = clientOf(fake)
    const made = fake.events().length
    const wrong = stripe.rawRequest('POST', '/v1/payment_intents', { ...byCard, payment_method_options: { card: { colour: 'red' } } })
    expect(await refusalOf(wrong)).toMatchObject({ statusCode: 400 })
    expect(fake.requests().at(-1)?.issues).toContain('payment_method_options.card must not have colour')
    expect(fake.events()).toHaveLength(made)
    await stripe.checkout.sessions.create({
      mode: 'payment',
      ui_mode: 'hosted_page',
      success_url: 'https://shop.example/done',
      line_items: [{ price_data: { currency: 'usd', unit_amount: 1250, product_data: { name: 'Mug' } }, quantity: 2 }],
    })
    expect(fake.requests().at(-1)).toMatchObject({ status: 200, issues: [] })
  })
  it.for(newerParameters)('does not know $param of $route, which its documentation does', async ({ route, param, values, documentation }) => {
    const [method = '', at = ''] = route.split(' ')
    const described = (await readDescription(path)).paths[at]?.[method.toLowerCase()]
    const sent = described?.requestBody?.content['application/x-www-form-urlencoded']?.schema as SentSchema | undefined
    const known = param.split('.').reduce<SentSchema | undefined>((schema, name) => schema?.properties?.[name], sent)
    expect(sent?.properties).toBeDefined()
    if (values === undefined) expect(known).toBeUndefined()
    else for (const value of values) expect(known?.enum).not.toContain(value)
    expect(documentation).toMatch(/^https:\/\/docs\.stripe\.com\/api\//)
  })
})
