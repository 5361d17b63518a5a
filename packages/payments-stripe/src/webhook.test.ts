import Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { eventTypes } from './event-mapping.ts'
import { verifyWebhook } from './webhook.ts'

const now = new Date('2026-03-01T12:00:00Z')
const event = {
  id: 'evt_1',
  object: 'event',
  type: 'payment_intent.succeeded',
  created: 1_772_366_400,
  livemode: false,
  data: { object: { object: 'payment_intent', id: 'pi_1', metadata: {} } },
}
const settings = { webhookSecrets: ['whsec_old', 'whsec_new'], webhookToleranceSeconds: 300, live: false }

function signed(value: unknown, { secret = 'whsec_new', at = now } = {}) {
  const payload = typeof value === 'string' ? value : JSON.stringify(value)
  const header = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: Math.floor(at.getTime() / 1000) })
  return { rawBody: Buffer.from(payload), headers: { 'stripe-signature': header }, now }
}

const seconds = (count: number) => new Date(now.getTime() + count * 1000)
const refused = (problem: string, reason: RegExp) => ({ verified: false, problem, reason: expect.stringMatching(reason) })

describe('a webhook', () => {
  it.each(['whsec_old', 'whsec_new'])('is accepted with each of the secrets in use: %s', (secret) => {
    expect(verifyWebhook(settings, signed(event, { secret }))).toEqual({
      verified: true,
      event: {
        eventId: 'evt_1',
        type: 'payment_intent.succeeded',
        subject: { type: 'payment', id: 'pi_1' },
        providerPaymentId: 'pi_1',
        live: false,
        createdAt: now,
      },
    })
  })

  it('is refused with a secret that is no longer in use, and without any secret at all', () => {
    expect(verifyWebhook(settings, signed(event, { secret: 'whsec_gone' }))).toEqual(refused('invalid', /does not match/))
    expect(verifyWebhook({ ...settings, webhookSecrets: [] }, signed(event))).toEqual(refused('invalid', /no webhook secret/))
  })

  it('is refused when it is signed too long before or after now, to the second', () => {
    expect(verifyWebhook(settings, signed(event, { at: seconds(-300) })).verified).toBe(true)
    expect(verifyWebhook(settings, signed(event, { at: seconds(-301) }))).toEqual(refused('invalid', /too old/))
    expect(verifyWebhook(settings, signed(event, { at: seconds(300) })).verified).toBe(true)
    expect(verifyWebhook(settings, signed(event, { at: seconds(301) }))).toEqual(refused('invalid', /future/))
  })

  it('is held to its raw bytes, also where a decoder would forgive', () => {
    const { rawBody, ...rest } = signed({ ...event, note: 'ü' })
    expect(verifyWebhook(settings, { rawBody, ...rest }).verified).toBe(true)
    const withMark = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), rawBody])
    const broken = Buffer.from(rawBody)
    broken[broken.indexOf(0xc3)] = 0xff
    expect(verifyWebhook(settings, { rawBody: withMark, ...rest })).toEqual(refused('invalid', /does not match/))
    expect(verifyWebhook(settings, { rawBody: broken, ...rest })).toEqual(refused('invalid', /UTF-8/))
  })

  it('of another mode or account is foreign, however well it is signed', () => {
    expect(verifyWebhook(settings, signed({ ...event, livemode: true }))).toEqual(refused('foreign', /live mode/))
    expect(verifyWebhook(settings, signed({ ...event, account: 'acct_2' }))).toEqual(refused('foreign', /another account/))
    const connected = { ...settings, account: 'acct_1' }
    expect(verifyWebhook(connected, signed({ ...event, account: 'acct_1' })).verified).toBe(true)
    expect(verifyWebhook(connected, signed(event))).toEqual(refused('foreign', /another account/))
  })

  it.each(['not JSON', '[]', 'null', '{}', '{"id":"evt_1","type":"x","created":1,"livemode":false,"data":{}}', '{"object":"v2.core.event"}'])(
    'that is signed but no event is refused: %s',
    (body) => {
      expect(verifyWebhook(settings, signed(body))).toMatchObject({ verified: false, problem: 'invalid' })
    },
  )

  it('is refused without a signature, and with a malformed one', () => {
    const { rawBody } = signed(event)
    for (const headers of [{}, { 'stripe-signature': '' }, { 'stripe-signature': 't=,v1=' }, { 'stripe-signature': 't=1772366400' }]) {
      expect(verifyWebhook(settings, { rawBody, headers, now })).toMatchObject({ verified: false, problem: 'invalid' })
    }
  })

  it.each([
    ['charge', { id: 'ch_1', payment_intent: 'pi_1' }, { type: 'payment', id: 'pi_1' }, 'pi_1'],
    ['charge', { id: 'ch_1', payment_intent: null }, null, null],
    ['refund', { id: 're_1', payment_intent: 'pi_1' }, { type: 'refund', id: 're_1' }, 'pi_1'],
    ['dispute', { id: 'du_1', payment_intent: 'pi_1' }, { type: 'dispute', id: 'du_1' }, 'pi_1'],
    ['checkout.session', { id: 'cs_1', mode: 'payment', payment_intent: null }, { type: 'payment', id: 'cs_1' }, 'cs_1'],
    ['checkout.session', { id: 'cs_1', mode: 'subscription' }, null, null],
    ['customer', { id: 'cus_1' }, null, null],
    ['of_tomorrow', {}, null, null],
  ])('about a %s says which object to look up', (object, fields, subject, providerPaymentId) => {
    const verdict = verifyWebhook(settings, signed({ ...event, type: 'any.type', data: { object: { object, ...fields } } }))
    expect(verdict).toMatchObject({ verified: true, event: { type: 'any.type', subject, providerPaymentId } })
  })

  it('types that are paged through are as many as Stripe lists at once', () => {
    expect(new Set(eventTypes).size).toBe(20)
  })
})
