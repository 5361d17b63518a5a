import { expect, test } from 'vitest'
import { runExample } from './run-example.ts'

test.each([
  [
    'tax',
    [
      'GST 5% of 120.00: 6.00',
      'QST 9.975% of 100.00: 9.98',
      'total: 135.98',
      '120.00, in the kettle: 16.67 of VAT',
      'exempt: 120.00',
      'given back: 114.98, of which tax: 14.98',
      'violations: 0',
    ],
  ],
  [
    'shipping',
    [
      'post: 390, 2026-12-08 to 2026-12-10',
      'courier: 1290, 2026-12-07 to 2026-12-07',
      'counter: 0, 2026-12-04 to 2026-12-04',
      'to the islands: ferry, counter',
      'Fetch it in our shop, 2026-12-04: 5 Broad Quay, for Ada',
      'the order waits in bristol',
    ],
  ],
  ['price-lists', ['no such SKU: MGU', 'from 1: 1000 instead of 1250', 'from 50: 850 instead of 1250', '850 by trade: 51000', '800 by sale; price_changed']],
])('the example of %s does what it says', (name, lines) => {
  expect(runExample(name, ':memory:')).toEqual(lines)
})
