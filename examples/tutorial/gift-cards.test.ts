import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the example of gift cards does what it says', () => {
  const output = execFileSync(process.execPath, ['--conditions=cartwright-source', join(import.meta.dirname, 'gift-cards.ts'), ':memory:'], {
    encoding: 'utf8',
  })
  expect(output.trimEnd().split('\n')).toEqual([
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
