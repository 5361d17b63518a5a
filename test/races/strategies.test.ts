import type { StrategyName } from '@cartwright/core'
import { describe, expect, it } from 'vitest'
import { allCases } from './all-cases.ts'
import { sound } from './sound.ts'

/**
 * The cases run under `conditional` elsewhere; here those in which another strategy differs on SQLite, at small size. Every case runs under every strategy by
 * `npm run torture -- --case all --strategy all`.
 */
const differing: Readonly<Partial<Record<StrategyName, readonly string[]>>> = {
  optimistic: ['A1', 'A3', 'A14'],
  pessimistic: ['A1', 'A2-three'],
  batched: ['A1', 'A2', 'A3', 'A9', 'A11', 'A14', 'B8'],
}

describe.each(Object.entries(differing))('four processes on one file, %s', (strategy, cases) => {
  it.each(cases)('%s (seed 301)', { timeout: 180_000 }, async (name) => {
    const run = allCases[name]
    if (run === undefined) throw new Error(`there is no case ${name}`)
    expect(await run({ seed: 301, size: 'small', strategy: strategy as StrategyName })).toMatchObject(sound)
  })
})
