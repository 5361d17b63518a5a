import { expect, test } from 'vitest'
import { runExample } from './run-example.ts'

test('the example of held carts does what it says', () => {
  expect(runExample('cart-holds', ':memory:')).toEqual([
    '2 held for 300000 ms',
    '[{"type":"insufficient","sku":"SHOE","requested":1,"available":0}]',
    'maxHolds: 1',
    'confirmed: the hold is committed to the order',
    'violations: 0',
  ])
})
