import { describe, expect, test } from 'vitest'
import { randomWalk } from './random-walk.ts'

/** The payments that take the money at once; authorisations have a walk of their own. */
const seeds = Array.from({ length: 60 }, (_, index) => index + 1)

describe('buyers, staff, worker and bank in any order, with lost answers and crashes', () => {
  test(`leave no order pending, no unit lost and no money astray (seeds 1 to ${seeds.length})`, { timeout: 60_000 }, async () => {
    const broken: string[] = []
    for (const seed of seeds) for (const problem of await randomWalk({ seed, manual: false, blindRate: 0 })) broken.push(`seed ${seed}: ${problem}`)
    expect(broken).toEqual([])
  })
})
