import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the example of search does what it says', () => {
  const output = execFileSync(process.execPath, ['--conditions=cartwright-source', join(import.meta.dirname, 'search.ts'), ':memory:'], { encoding: 'utf8' })
  expect(output.trimEnd().split('\n')).toEqual([
    'travel-kettle, steel-kettle',
    'silver 2, copper 1',
    'copper-pan',
    'copper kettle | [Copper] [kettle]',
    'copper kettle | copper-kettle',
    'water-boiler, copper-kettle, steel-kettle, travel-kettle',
    'copper-pan',
  ])
})
