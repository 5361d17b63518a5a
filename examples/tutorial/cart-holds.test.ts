import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the example of held carts does what it says', () => {
  const file = join(import.meta.dirname, 'cart-holds.ts')
  const output = execFileSync(process.execPath, ['--conditions=cartwright-source', file, ':memory:'], { encoding: 'utf8' })
  expect(output.trimEnd().split('\n')).toEqual([
    '2 held for 300000 ms',
    '[{"type":"insufficient","sku":"SHOE","requested":1,"available":0}]',
    'maxHolds: 1',
    'confirmed: the hold is committed to the order',
    'violations: 0',
  ])
})
