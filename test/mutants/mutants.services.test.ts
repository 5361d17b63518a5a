import { describe, expect, it } from 'vitest'
import type { PlantName } from '../planted/plants.ts'
import type { DetectorName } from './detectors.ts'
import { expectedDetectors } from './expected-detectors.ts'
import { falseAlarms, hunt } from './hunt.ts'

/** Of each kind of fault one that Postgres could hide: in stock, in the records, in keys, in relays, in the inbox. All of them: `npm run mutants -- --db postgres`. */
const some: readonly PlantName[] = ['doubleRelease', 'counterDrifts', 'keyWithoutFence', 'leaseWithoutFence', 'outboxByPosition', 'processedWhenClaimed']
const detectors: ReadonlySet<DetectorName> = new Set(some.map((plant) => expectedDetectors[plant][0]).filter((name) => name !== 'B7'))

describe('on Postgres, a detector finds nothing wrong with the sound library', () => {
  it.each([...detectors])('%s', async (name) => {
    expect(await falseAlarms(name, 'postgres')).toEqual([])
  })
})

describe('on Postgres, a planted fault is caught by who should catch it', () => {
  it.each(some)('%s', async (plant) => {
    expect(await hunt(plant, 'postgres')).toMatchObject({ plant, caughtBy: expectedDetectors[plant][0] })
  })
})
