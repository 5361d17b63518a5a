import { expect, test } from 'vitest'
import { randomWalk } from './random-walk.ts'

const seeds = Array.from({ length: 60 }, (_, index) => 1_000 + index)

test(`authorisations and look-ups that find nothing leave no order pending and no money astray (seeds ${seeds[0]} to ${seeds.at(-1)})`, {
  timeout: 60_000,
}, async () => {
  const broken: string[] = []
  for (const seed of seeds) for (const problem of await randomWalk({ seed })) broken.push(`seed ${seed}: ${problem}`)
  expect(broken).toEqual([])
})
