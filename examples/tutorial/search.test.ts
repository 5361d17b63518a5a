import { expect, test } from 'vitest'
import { runExample } from './run-example.ts'

test('the example of search does what it says', () => {
  expect(runExample('search', ':memory:')).toEqual([
    'travel-kettle, steel-kettle',
    'silver 2, copper 1',
    'copper-pan',
    'copper kettle | [Copper] [kettle]',
    'copper kettle | copper-kettle',
    'water-boiler, copper-kettle, steel-kettle, travel-kettle',
    'copper-pan',
  ])
})
