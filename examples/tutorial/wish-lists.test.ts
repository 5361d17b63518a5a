import { expect, test } from 'vitest'
import { runExample } from './run-example.ts'

test('the example of wish lists does what it says', () => {
  expect(runExample('wish-lists', ':memory:')).toEqual([
    'Iron pan: 5900',
    'Bread knife: 3200, sold out',
    'New kitchen: Iron pan, Bread knife',
    'no such wish list',
    'moved PAN; KNIFE: insufficient',
  ])
})
