import { describe, expect, it } from 'vitest'
import { type PlantName, plants } from '../planted/plants.ts'
import { isCase, scriptNames } from './detectors.ts'
import { expectedDetectors } from './expected-detectors.ts'
import { falseAlarms, hunt } from './hunt.ts'

describe('a script finds nothing wrong with the sound library', () => {
  it.each(scriptNames)('%s', async (name) => {
    expect(await falseAlarms(name, 'sqlite')).toEqual([])
  })
})

/** Those that need several processes are caught in `plants.test.ts` and by `npm run mutants`. */
const inOneProcess = (Object.keys(plants) as PlantName[]).filter((plant) => !expectedDetectors[plant].some(isCase))

describe('a planted fault is caught by the script that should catch it', () => {
  it.each(inOneProcess)('%s', async (plant) => {
    expect(await hunt(plant, 'sqlite')).toMatchObject({ plant, caughtBy: expectedDetectors[plant][0] })
  })
})
