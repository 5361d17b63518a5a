import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the example of wish lists does what it says', () => {
  const file = join(import.meta.dirname, 'wish-lists.ts')
  const output = execFileSync(process.execPath, ['--conditions=cartwright-source', file, ':memory:'], { encoding: 'utf8' })
  expect(output.trimEnd().split('\n')).toEqual([
    'Iron pan: 5900',
    'Bread knife: 3200, sold out',
    'New kitchen: Iron pan, Bread knife',
    'no such wish list',
    'moved PAN; KNIFE: insufficient',
  ])
})
