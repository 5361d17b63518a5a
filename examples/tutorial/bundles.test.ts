import { expect, test } from 'vitest'
import { runExample } from './run-example.ts'

test('the example of bundles does what it says', () => {
  expect(runExample('bundles', ':memory:')).toEqual([
    'true',
    '1 × Tea pot, 4 × Cup',
    'CUP: 9 there, 9 reserved',
    'POT: 3 there, 2 reserved',
    '5 cups left after one set was sent',
    '[{"type":"insufficient","sku":"TEA-SET","requested":1,"available":0}]',
    '[{"type":"unavailable","sku":"TEA-SET","component":"POT"}]',
    'violations: 0',
  ])
})
