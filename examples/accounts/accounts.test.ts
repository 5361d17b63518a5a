import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('a guest signs up, and has what they had before', () => {
  const told = execFileSync(process.execPath, ['--conditions=cartwright-source', join(import.meta.dirname, 'accounts.ts')], { encoding: 'utf8' })
  expect(told.trimEnd().split('\n')).toEqual([
    '2 leaflets in the cart, 0 problems, 1 order from before',
    'order for Ada Lovelace: confirmed',
    'signed in at 1 place, until it is left alone',
    'known of Ada: 2 orders, 1 address',
  ])
})
