import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the example of reviews does what it says', () => {
  const output = execFileSync(process.execPath, ['--conditions=cartwright-source', join(import.meta.dirname, 'reviews.ts'), ':memory:'], { encoding: 'utf8' })
  expect(output.trimEnd().split('\n')).toEqual([
    'pending, verified: true',
    'edit the one there is',
    '4 of 5 from 1: 0 0 0 1 0',
    '4 Pours well, helpful to 1; the shop: A new lid is on its way.',
    'edited: pending',
    'rejected: off_topic',
    'violations: 0',
  ])
})
