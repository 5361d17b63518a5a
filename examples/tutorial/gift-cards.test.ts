import { expect, test } from 'vitest'
import { runExample } from './run-example.ts'

test('the example of gift cards does what it says', () => {
  expect(runExample('gift-cards', ':memory:')).toEqual([
    '50.00 EUR on the card, the right one',
    '89.00 EUR: 60.00 EUR by credit, 29.00 EUR by card',
    'confirmed, paid',
    'the card ending in the same four is empty',
    '29.00 EUR by fake',
    '1.00 EUR to credit',
    '10.00 EUR to credit',
    'store credit: 19.00 EUR',
    'refund 9.00 EUR',
    'refund 10.00 EUR',
    'redeem -10.00 EUR',
    'issue 10.00 EUR',
    'violations: 0',
  ])
})
