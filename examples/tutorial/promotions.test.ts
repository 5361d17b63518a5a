import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the example of promotions does what it says', () => {
  const output = execFileSync(process.execPath, ['--conditions=cartwright-source', join(import.meta.dirname, 'promotions.ts'), ':memory:'], {
    encoding: 'utf8',
  })
  expect(output.trimEnd().split('\n')).toEqual([
    '3 letters to send',
    'no such code',
    'HELLO',
    'Three mugs for two: −1500',
    '  MUG: −1500',
    '  KETTLE: not_included',
    '10% for newcomers: −1190',
    '  MUG: −300',
    '  KETTLE: −890',
    '13400 − 2690 + 490 = 11200',
    'confirmed: the code was used 1 time, its promotion 1',
    'cancelled: 0',
  ])
})
