import { describe, expect, test } from 'vitest'
import { eventTypes, isOldNews } from './event-mapping.ts'

const old = (status: Parameters<typeof isOldNews>[0]['status']) =>
  [...eventTypes, 'charge.succeeded', 'charge.updated', 'new.type'].filter((type) => isOldNews({ type, status }))

describe('an event that its payment has overtaken', () => {
  test('is, of one that was captured, whatever led there; never what tells of refunds, disputes or something unknown', () => {
    expect(old('captured')).toEqual([
      'checkout.session.async_payment_failed',
      'checkout.session.async_payment_succeeded',
      'checkout.session.completed',
      'checkout.session.expired',
      'payment_intent.amount_capturable_updated',
      'payment_intent.canceled',
      'payment_intent.payment_failed',
      'payment_intent.processing',
      'payment_intent.requires_action',
      'payment_intent.succeeded',
      'charge.succeeded',
    ])
  })

  test('is, of one that is dead, only its end: money may still come of what lives on at Stripe', () => {
    expect(old('cancelled')).toEqual(['checkout.session.expired', 'payment_intent.canceled'])
    expect(old('failed')).toEqual(['checkout.session.expired', 'payment_intent.canceled'])
  })

  test('is none of one that is open, authorised or under review', () => {
    for (const status of ['created', 'requires_action', 'processing', 'authorised', 'review'] as const) expect(old(status)).toEqual([])
  })
})
