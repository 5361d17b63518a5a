import { describe, expect, it } from 'vitest'
import { parseMethod } from './payment-method.ts'

describe('the method of a payment', () => {
  it.each([
    ['elements', { flow: 'elements', token: null, offSession: false, save: false }],
    ['elements:save', { flow: 'elements', token: null, offSession: false, save: true }],
    ['checkout', { flow: 'checkout', token: null, offSession: false, save: false }],
    ['checkout:save', { flow: 'checkout', token: null, offSession: false, save: true }],
    ['pm_card_visa', { flow: 'token', token: 'pm_card_visa', offSession: false, save: false }],
    ['ctoken_1:save', { flow: 'token', token: 'ctoken_1', offSession: false, save: true }],
    ['saved:pm_1', { flow: 'saved', token: 'pm_1', offSession: false, save: false }],
    ['off_session:pm_1', { flow: 'saved', token: 'pm_1', offSession: true, save: false }],
  ])('%s', (method, choice) => {
    expect(parseMethod(method)).toEqual(choice)
  })

  it.each([
    '',
    'card',
    'pm_',
    'src_1',
    '4242424242424242',
    'saved:elements',
    'saved:ctoken_1',
    'saved:pm_1:save',
    'off_session:checkout',
    'pm_1 ',
    `pm_${'x'.repeat(256)}`,
  ])('is refused when it is %j', (method) => {
    expect(parseMethod(method)).toBeUndefined()
  })
})
