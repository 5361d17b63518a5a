import { describe, expect, it } from 'vitest'
import { declineOf, wordsOfCode } from './declines.ts'

const cardError = (code: string, declineCode?: string) =>
  declineOf({ type: 'card_error', code, ...(declineCode === undefined ? {} : { decline_code: declineCode }) })

describe('declines', () => {
  it.each(Object.keys(wordsOfCode))('have words for the buyer that give nobody away: %s', (code) => {
    const decline = cardError('card_declined', code)
    expect(decline.code).toBe(code)
    expect(decline.buyerMessage).toMatch(/^[A-Z].*\.$/)
    expect(decline.buyerMessage).not.toMatch(/lost|stolen|fraud|thief|block|black|pick|restrict|secur.*violat/i)
  })

  it.each(['lost_card', 'stolen_card', 'fraudulent', 'pickup_card', 'merchant_blacklist', 'restricted_card', 'security_violation'])(
    'say of %s what they say of any decline',
    (code) => {
      expect(cardError('card_declined', code).buyerMessage).toBe(cardError('card_declined', 'generic_decline').buyerMessage)
    },
  )

  it('take the more telling code, and leave out the empty one that the SDK fills in', () => {
    expect(cardError('expired_card', '').code).toBe('expired_card')
    expect(cardError('card_declined', 'insufficient_funds').code).toBe('insufficient_funds')
  })

  it('find words for codes that did not exist when this was written', () => {
    expect(cardError('card_declined', 'code_of_tomorrow')).toEqual({ code: 'code_of_tomorrow', buyerMessage: cardError('card_declined').buyerMessage })
    expect(declineOf({ type: 'invalid_request_error', code: 'toString' }).buyerMessage).toMatch(/could not be made/)
    expect(declineOf({}).code).toBe('rejected')
  })
})
