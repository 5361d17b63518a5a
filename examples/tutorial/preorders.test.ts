import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the example of preorders does what it says', () => {
  const file = join(import.meta.dirname, 'preorders.ts')
  const output = execFileSync(process.execPath, ['--conditions=cartwright-source', file, ':memory:'], { encoding: 'utf8' })
  expect(output.trimEnd().split('\n')).toEqual([
    'The novel: preorder, by 2026-12-01',
    'Reading lamp: all of it by 2026-11-20',
    'NOVEL 2026-12-01, LAMP 2026-11-20',
    'now: 1 LAMP',
    'waits: 1 NOVEL until 2026-12-01',
    'waits: 1 LAMP until 2026-11-20',
    'not before 2026-12-01',
    'shipped, violations: 0',
  ])
})
