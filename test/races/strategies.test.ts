import type { StrategyName } from '@cartwright/core'
import { describe, expect, it } from 'vitest'
import { allCases } from './all-cases.ts'
import { sound } from './sound.ts'

/** The cases run under `conditional` elsewhere; here those in which the strategies differ, under the three others. */
const strategies: readonly StrategyName[] = ['optimistic', 'pessimistic', 'batched']
const cases = ['A1', 'A2', 'A2-three', 'A3', 'A9', 'A10', 'A11', 'A14', 'A15', 'B8', 'B9']

describe.each(strategies)('four processes on one file, %s', (strategy) => {
  it.each(cases)('%s (seed 301)', { timeout: 180_000 }, async (name) => {
    const run = allCases[name]
    if (run === undefined) throw new Error(`there is no case ${name}`)
    expect(await run({ seed: 301, size: 'small', strategy })).toMatchObject(sound)
  })
})
