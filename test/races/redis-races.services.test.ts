import { randomUUID } from 'node:crypto'
import type { StrategyName } from '@cartwright/core'
import { describe, expect, it } from 'vitest'
import { topologies } from '../../packages/adapters-redis/test/topologies.ts'
import { failedOver, lostCounts } from './cases/lost-counts-cases.ts'
import { lastUnit, mixedQuantities, oneLocation } from './cases/stock-cases.ts'
import type { CaseOptions } from './race-case.ts'
import { sound } from './sound.ts'

// Each race on another kind of Redis, and under another strategy, which admission stands before.
describe.each(topologies)('four processes behind admission, $name', ({ name, server }) => {
  const admission = () => ({ server, prefix: `test:${randomUUID()}:` })

  if (name === 'single') {
    it('A2: 25 units to 25 of 160 buyers (seed 701)', async () => {
      expect(await oneLocation({ seed: 701, size: 'small', strategy: 'batched', admission: admission() })).toMatchObject(sound)
    })
  }

  if (name === 'Sentinel') {
    it('A1: the last unit to one of 64 buyers (seed 702)', async () => {
      expect(await lastUnit({ seed: 702, size: 'small', strategy: 'conditional', admission: admission() })).toMatchObject(sound)
    })
  }

  if (name === 'Cluster') {
    it('A3: 100 units to 64 buyers of one to seven (seed 703)', async () => {
      expect(await mixedQuantities({ seed: 703, size: 'small', strategy: 'optimistic', admission: admission() })).toMatchObject(sound)
    })
  }
})

describe('four processes on one Postgres database, behind admission', () => {
  const [single] = topologies
  if (single === undefined) throw new Error('there is one at least')
  const on = (seed: number, strategy: StrategyName): CaseOptions => {
    const admission = { server: single.server, prefix: `test:${randomUUID()}:` }
    return { seed, size: 'small', engine: 'postgres', strategy, admission }
  }

  it('A1: the last unit to one of 64 buyers (seed 711)', async () => {
    expect(await lastUnit(on(711, 'pessimistic'))).toMatchObject(sound)
  })

  it('A2: 25 units to 25 of 160 buyers (seed 712)', async () => {
    expect(await oneLocation(on(712, 'batched'))).toMatchObject(sound)
  })

  it('A3: 100 units to 64 buyers of one to seven (seed 713)', async () => {
    expect(await mixedQuantities(on(713, 'conditional'))).toMatchObject(sound)
  })
})

describe('counts that are lost in the middle of a sale', () => {
  it('D2: emptied, and failed over to a copy that lags: exactly what there is is sold (seed 704)', async () => {
    expect(await lostCounts({ seed: 704, size: 'small', strategy: 'conditional' })).toMatchObject(sound)
  })

  it('D2 catches a shop that sells whatever admission lets through (seed 705)', async () => {
    expect((await failedOver({ seed: 705, size: 'small', plant: 'phantomBackorders' })).oversold).toBeGreaterThan(0)
  })
})
