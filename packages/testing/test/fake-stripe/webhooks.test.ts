import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FakeStripeOptions } from '@cartwright/testing/stripe'
import Stripe from 'stripe'
import { describe, expect, it, onTestFinished } from 'vitest'
import { byCard, type OpenedStripe, openStripe } from './opened-stripe.ts'

interface Inbox {
  readonly url: string
  /** Types in the order in which they came. */
  readonly types: string[]
  readonly ids: string[]
  /** Answers to come, before 200s. */
  readonly answers: number[]
  readonly bodies: { readonly body: string; readonly signature: string }[]
}

/** An endpoint over real HTTP. */
async function openInbox(): Promise<Inbox> {
  const inbox = { types: [] as string[], ids: [] as string[], answers: [] as number[], bodies: [] as { body: string; signature: string }[] }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString('utf8')
    const { type, id } = JSON.parse(body)
    inbox.types.push(type)
    inbox.ids.push(id)
    inbox.bodies.push({ body, signature: String(request.headers['stripe-signature']) })
    response.writeHead(inbox.answers.shift() ?? 200).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { ...inbox, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function opened(options: Partial<FakeStripeOptions> = {}): Promise<OpenedStripe & { readonly inbox: Inbox }> {
  const inbox = await openInbox()
  return { inbox, ...(await openStripe({ webhookEndpoints: [{ url: inbox.url }], ...options })) }
}

const pay = (stripe: Stripe) => stripe.paymentIntents.create({ ...byCard, payment_method: 'pm_card_visa', confirm: true })
const inOrder = ['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded', 'charge.updated']

describe('webhooks', () => {
  it("are signed as Stripe's library wants it, with every secret of an endpoint", async () => {
    const inbox = await openInbox()
    const { fake, stripe } = await openStripe({
      webhookEndpoints: [{ url: inbox.url, secret: ['whsec_new', 'whsec_old'], events: ['charge.*'] }],
      now: () => new Date(),
    })
    await pay(stripe)
    await fake.idle()
    expect(inbox.types).toEqual(['charge.succeeded', 'charge.updated'])
    const [{ body, signature } = { body: '', signature: '' }] = inbox.bodies
    for (const secret of ['whsec_new', 'whsec_old']) {
      const event = stripe.webhooks.constructEvent(body, signature, secret)
      expect(event).toMatchObject({ object: 'event', type: 'charge.succeeded', data: { object: { object: 'charge', amount: 2500 } } })
    }
    expect(() => stripe.webhooks.constructEvent(body, signature, 'whsec_other')).toThrow(Stripe.errors.StripeSignatureVerificationError)
    expect(() => stripe.webhooks.constructEvent(body.replace('2500', '2501'), signature, 'whsec_new')).toThrow(Stripe.errors.StripeSignatureVerificationError)
  })

  it('come in order, name the request, and are the events that are listed', async () => {
    const { fake, stripe, inbox } = await opened()
    const intent = await stripe.paymentIntents.create({ ...byCard, payment_method: 'pm_card_visa', confirm: true }, { idempotencyKey: 'ours' })
    await fake.idle()
    expect(inbox.types).toEqual(inOrder)
    const listed = await stripe.events.list()
    expect(listed.data.map(({ id }) => id).toReversed()).toEqual(inbox.ids)
    expect(listed.data[0]).toMatchObject({ pending_webhooks: 0, request: { id: intent.lastResponse.requestId, idempotency_key: 'ours' } })
  })

  it('are only listed once the endpoints are gone, also what was waiting to be sent again', async () => {
    const { fake, stripe, inbox } = await opened({ webhookRetryDelaysMs: [60_000] })
    inbox.answers.push(500)
    await stripe.paymentIntents.create(byCard)
    await fake.idle()
    fake.removeWebhookEndpoints()
    await pay(stripe)
    await fake.advance(60_000)
    await fake.deliverPending()
    expect(inbox.types).toHaveLength(1)
    expect((await stripe.events.list()).data).toHaveLength(5)
  })

  it('are tried again, later and later, and are still listed as not delivered meanwhile', async () => {
    const { fake, stripe, inbox } = await opened({ webhookRetryDelaysMs: [60_000, 3_600_000] })
    inbox.answers.push(500, 503)
    await stripe.paymentIntents.create(byCard)
    await fake.idle()
    expect(await stripe.events.list({ delivery_success: false })).toMatchObject({ data: [{ type: 'payment_intent.created', pending_webhooks: 1 }] })
    await fake.advance(59_999)
    expect(inbox.types).toHaveLength(1)
    await fake.advance(1)
    expect(inbox.types).toHaveLength(2)
    await fake.deliverPending()
    expect(fake.deliveries().map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 500],
      [2, 503],
      [3, 200],
    ])
    expect(new Set(inbox.ids).size).toBe(1)
    expect((await stripe.events.list({ delivery_success: false })).data).toEqual([])
  })

  it('are given up after the last attempt, and an endpoint that is gone is no failure of the fake', async () => {
    const { fake, stripe } = await openStripe({ webhookEndpoints: [{ url: 'http://127.0.0.1:1/' }], webhookRetryDelaysMs: [1000] })
    await stripe.paymentIntents.create(byCard)
    await fake.deliverPending()
    expect(fake.deliveries().map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, null],
      [2, null],
    ])
  })

  it('may be late, and are sent at once when a test has waited enough', async () => {
    const { fake, stripe, inbox } = await opened({ faults: { webhooks: { delay: { probability: 1, ms: { min: 60_000, max: 90_000 } } } } })
    await pay(stripe)
    await fake.idle()
    expect(inbox.types).toEqual([])
    await fake.advance(90_000)
    expect(inbox.types).toEqual(inOrder)
  })

  it('may wait until they are asked for', async () => {
    const { fake, stripe, inbox } = await opened({ deliverAtOnce: false })
    await pay(stripe)
    await fake.idle()
    expect(inbox.types).toEqual([])
    await fake.deliverPending()
    expect(inbox.types).toEqual(inOrder)
  })

  it('may come before the answer', async () => {
    const { stripe, inbox } = await opened({ faults: { webhooks: { beforeAnswer: 1 } } })
    await pay(stripe)
    expect(inbox.types).toEqual(inOrder)
  })

  it('may be lost: the events are listed all the same', async () => {
    const { fake, stripe, inbox } = await opened({ faults: { webhooks: { drop: 1 } } })
    await pay(stripe)
    await fake.deliverPending()
    expect(inbox.types).toEqual([])
    expect((await stripe.events.list({ types: ['payment_intent.succeeded'] })).data).toHaveLength(1)
  })

  it('may come twice, under one id or two', async () => {
    const twice = await opened({ faults: { webhooks: { duplicate: 1 } } })
    await twice.stripe.paymentIntents.create(byCard)
    await twice.fake.idle()
    expect([twice.inbox.types.length, new Set(twice.inbox.ids).size]).toEqual([2, 1])
    const twins = await opened({ faults: { webhooks: { twin: 1 } } })
    await twins.stripe.paymentIntents.create(byCard)
    await twins.fake.idle()
    expect([twins.inbox.types.length, new Set(twins.inbox.ids).size]).toEqual([2, 2])
  })

  it('overtake each other as the seed decides, and the same seed decides the same', async () => {
    async function arrivals(seed: number): Promise<readonly string[]> {
      const { fake, stripe, inbox } = await opened({ seed, faults: { webhooks: { reorder: 0.5, duplicate: 0.3, drop: 0.1 } } })
      for (let count = 0; count < 5; count++) await pay(stripe)
      await fake.idle()
      return inbox.types
    }
    const first = await arrivals(3)
    expect(await arrivals(3)).toEqual(first)
    expect(await arrivals(4)).not.toEqual(first)
    expect(first).not.toEqual(Array.from({ length: 5 }, () => inOrder).flat())
    expect(new Set(first)).toEqual(new Set(inOrder))
  })
})
