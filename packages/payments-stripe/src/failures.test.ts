import Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { isKeyReused, isMissing, stripeErrorOf, verdictOf, verdictOfCode, verdictOfStatus } from './failures.ts'

type Raw = ConstructorParameters<typeof Stripe.errors.StripeAPIError>[0]

function fieldsOf(raw: Raw) {
  const fields = stripeErrorOf(Stripe.errors.StripeError.generate(raw as Parameters<typeof Stripe.errors.StripeError.generate>[0]))
  if (fields === undefined) throw new Error('not told as an error of the SDK')
  return fields
}

describe('what an error says about a change', () => {
  it.each([
    [400, 'invalid_request_error', 'rejected'],
    [401, 'invalid_request_error', 'unknown'],
    [402, 'card_error', 'rejected'],
    [403, 'invalid_request_error', 'unknown'],
    [404, 'invalid_request_error', 'rejected'],
    [409, 'idempotency_error', 'unknown'],
    [424, 'api_error', 'unknown'],
    [429, 'invalid_request_error', 'unknown'],
    [500, 'api_error', 'unknown'],
    [502, 'api_error', 'unknown'],
    [503, 'api_error', 'unknown'],
    [418, 'something_new', 'unknown'],
  ])('%d %s is %s', (statusCode, type, verdict) => {
    expect(verdictOf(fieldsOf({ statusCode, type } as Raw))).toBe(verdict)
    if (statusCode < 500 && statusCode !== 418) expect(verdictOfStatus[statusCode]).toBe(verdict)
  })

  it.each(Object.keys(verdictOfCode))('%s says nothing about the request, although it comes with a 400', (code) => {
    expect(verdictOf(fieldsOf({ statusCode: 400, type: 'invalid_request_error', code } as Raw))).toBe('unknown')
  })

  it('a connection that broke is unknown', () => {
    const fields = stripeErrorOf(new Stripe.errors.StripeConnectionError({ message: 'socket hang up' } as Raw))
    expect(fields && verdictOf(fields)).toBe('unknown')
  })

  it('tells a key that was used for something else from one that is in use', () => {
    expect(isKeyReused(fieldsOf({ statusCode: 400, type: 'idempotency_error' } as Raw))).toBe(true)
    expect(isKeyReused(fieldsOf({ statusCode: 409, type: 'idempotency_error', code: 'idempotency_key_in_use' } as Raw))).toBe(false)
  })

  it('knows what is missing, and what is no error of the SDK', () => {
    expect(isMissing(Stripe.errors.StripeError.generate({ statusCode: 404, type: 'invalid_request_error' } as never))).toBe(true)
    expect(isMissing(new Error('404'))).toBe(false)
    expect(stripeErrorOf('a text')).toBeUndefined()
  })
})
