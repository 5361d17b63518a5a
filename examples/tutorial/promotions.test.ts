import { expect, test } from 'vitest'
import { runExample } from './run-example.ts'

test('the example of promotions does what it says', () => {
  expect(runExample('promotions', ':memory:')).toEqual([
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
