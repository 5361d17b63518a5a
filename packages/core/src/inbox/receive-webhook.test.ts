import { signWebhook } from '@cartwright/testing'
import { faultyStorage } from '@cartwright/testing/faults'
import { describe, expect, test } from 'vitest'
import { staff, testShop } from '../../test/test-shop.ts'
import { testStorage } from '../../test/test-storage.ts'
import { webhookRoute } from '../../test/webhook-route.ts'
import { deliver, placedOrder, told, webhookSecret } from '../../test/webhook-shop.ts'

async function signedEvent() {
  const shop = await testShop()
  await placedOrder(shop, 'card_ok')
  const [event] = told(shop.bank)
  if (event === undefined) throw new Error('the bank has told nothing')
  const at = shop.clock.date()
  return { ...shop, event, at, ...signWebhook(event, { secret: webhookSecret, at }) }
}

const recorded = async ({ commerce }: Pick<Awaited<ReturnType<typeof testShop>>, 'commerce'>) => (await commerce.payments.webhooks({ actor: staff })).items

describe('a webhook', () => {
  test('is recorded by one insert, with a digest of its body and nothing of its content, and does nothing yet', async () => {
    const shop = await signedEvent()
    const { commerce, rawBody, headers, event, at } = shop
    expect(await commerce.payments.handleWebhook({ provider: 'fake', rawBody, headers })).toEqual({ outcome: 'recorded', eventId: event.eventId })
    const [row] = await recorded(shop)
    expect(row).toEqual({
      ...event,
      provider: 'fake',
      payloadHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      receivedAt: at,
      state: 'received',
      attempts: 0,
      fence: 0,
      nextAttemptAt: at,
      outcome: null,
      domainEventId: null,
      problem: null,
      finishedAt: null,
    })
  })

  test('is a duplicate however often it comes again, also once it has been acted on', async () => {
    const shop = await signedEvent()
    const { commerce, event } = shop
    const answers = await deliver(
      shop,
      Array.from({ length: 5 }, () => event),
    )
    expect(answers.map(({ outcome }) => outcome)).toEqual(['recorded', 'duplicate', 'duplicate', 'duplicate', 'duplicate'])
    await commerce.worker.runOnce({ jobs: ['inbox'] })
    expect(await deliver(shop, [event])).toMatchObject([{ outcome: 'duplicate' }])
    expect(await recorded(shop)).toMatchObject([{ state: 'processed', attempts: 1 }])
  })

  test('may come as text, with the headers of fetch, of node:http or in capitals', async () => {
    const { commerce, rawBody, headers } = await signedEvent()
    const shapes = [
      { rawBody, headers: new Headers(headers) },
      { rawBody: Buffer.from(rawBody).toString('utf8'), headers: { 'Fake-Signature': headers['fake-signature'] } },
      { rawBody, headers: { ...headers, 'x-forwarded-for': ['10.0.0.1', '10.0.0.2'], te: undefined } },
    ]
    const outcomes = []
    for (const shape of shapes) outcomes.push((await commerce.payments.handleWebhook({ provider: 'fake', ...shape })).outcome)
    expect(outcomes).toEqual(['recorded', 'duplicate', 'duplicate'])
  })

  test('of a type that is no concern of the shop is recorded as such, and never worked on', async () => {
    const shop = await testShop()
    await deliver(shop, [shop.bank.ledger.announce('payout.paid')])
    expect((await shop.commerce.worker.runOnce({ jobs: ['inbox'] })).inbox).toEqual({ done: 0, failed: 0 })
    expect(await recorded(shop)).toMatchObject([{ type: 'payout.paid', state: 'ignored', outcome: 'no_subject', attempts: 0 }])
  })
})

describe('C8: refused, and nothing recorded, is a webhook', () => {
  test('without a signature, with a forged or another one, of a body that was changed or written anew, or that is no event', async () => {
    const shop = await signedEvent()
    const { commerce, rawBody, headers, event, at } = shop
    const text = Buffer.from(rawBody).toString('utf8')
    const stranger = signWebhook(event, { secret: 'another secret', at })
    const forgeries = [
      { rawBody, headers: {} },
      { rawBody, headers: { 'fake-signature': `${headers['fake-signature']?.slice(0, -1)}${headers['fake-signature']?.endsWith('0') ? '1' : '0'}` } },
      stranger,
      { rawBody: text.replace('payment.created', 'payment.succeeded'), headers },
      { rawBody: JSON.stringify(JSON.parse(text), null, 1), headers },
      signWebhook({ ...event, eventId: undefined as never }, { secret: webhookSecret, at }),
    ]
    for (const forged of forgeries) {
      const answer = commerce.payments.handleWebhook({ provider: 'fake', ...forged })
      await expect(answer).rejects.toMatchObject({ code: 'WEBHOOK_INVALID', retryable: false, details: { provider: 'fake' } })
    }
    expect(await recorded(shop)).toEqual([])
  })

  test('that is older than the tolerance, or from the future', async () => {
    const shop = await signedEvent()
    const { commerce, event, at } = shop
    for (const offsetMs of [-301_000, 301_000]) {
      const signed = signWebhook(event, { secret: webhookSecret, at: new Date(at.getTime() + offsetMs) })
      await expect(commerce.payments.handleWebhook({ provider: 'fake', ...signed })).rejects.toMatchObject({ code: 'WEBHOOK_INVALID' })
    }
    expect(await recorded(shop)).toEqual([])
  })

  test('of more than a mebibyte, which is not even read', async () => {
    const shop = await signedEvent()
    const { commerce, headers } = shop
    const answer = commerce.payments.handleWebhook({ provider: 'fake', rawBody: new Uint8Array(1_048_577), headers })
    await expect(answer).rejects.toMatchObject({ code: 'WEBHOOK_INVALID', details: { reason: expect.stringContaining('longer') } })
    expect(await recorded(shop)).toEqual([])
  })

  test('of the other mode, by the provider’s word or, failing that, by the shop’s own look', async () => {
    const shop = await signedEvent()
    const { commerce, bank, clock, event, at } = shop
    const live = { ...event, live: true }
    await expect(commerce.payments.handleWebhook({ provider: 'fake', ...signWebhook(live, { secret: webhookSecret, at }) })).rejects.toMatchObject({
      code: 'WEBHOOK_FOREIGN',
    })

    const lax = await testShop({ clock, payments: [{ ...bank, verifyWebhook: async () => ({ verified: true, event: live }) }] })
    await expect(lax.commerce.payments.handleWebhook({ provider: 'fake', rawBody: '', headers: {} })).rejects.toMatchObject({ code: 'WEBHOOK_FOREIGN' })
    expect([...(await recorded(shop)), ...(await recorded(lax))]).toEqual([])
  })

  test('to a provider that is not there, or in no shape at all', async () => {
    const { commerce, rawBody, headers } = await signedEvent()
    await expect(commerce.payments.handleWebhook({ provider: 'nobody', rawBody, headers })).rejects.toMatchObject({ code: 'PROVIDER_UNKNOWN' })
    await expect(commerce.payments.handleWebhook({ provider: 'fake', rawBody: {} as never, headers })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(commerce.payments.handleWebhook({ provider: 'fake', rawBody, headers: null as never })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })
})

test('the route of the documentation answers 2xx for what was recorded only', async () => {
  const outage = { on: false }
  const real = await testStorage()
  const storage = faultyStorage(real, { next: (call) => (outage.on && call === 'transaction' ? 'unavailable' : undefined) })
  const shop = await testShop({ storage })
  await placedOrder(shop, 'card_ok')
  const [event] = told(shop.bank)
  if (event === undefined) throw new Error('the bank has told nothing')
  const { rawBody, headers } = signWebhook(event, { secret: webhookSecret, at: shop.clock.date() })
  const post = async (body: Uint8Array) => {
    const request = new Request('https://shop.example/webhooks/fake', { method: 'POST', body: Uint8Array.from(body), headers })
    return (await webhookRoute(shop.commerce, 'fake', request)).status
  }
  outage.on = true
  expect(await post(rawBody)).toBe(503)
  outage.on = false
  expect([await post(Buffer.from('{}')), await post(rawBody), await post(rawBody)]).toEqual([400, 204, 204])
  expect(await recorded(shop)).toHaveLength(1)
})

test('buyers neither read nor replay webhooks', async () => {
  const shop = await signedEvent()
  const { commerce, event } = shop
  const actor = { type: 'customer', customerId: 'ada' } as const
  await expect(commerce.payments.webhooks({ actor })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(commerce.payments.replayWebhook({ actor, provider: 'fake', eventId: event.eventId })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(commerce.payments.replayWebhook({ actor: staff, provider: 'fake', eventId: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
