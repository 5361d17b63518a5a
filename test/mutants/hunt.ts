import type { PlantName } from '../planted/plants.ts'
import type { EngineName } from '../races/arena.ts'
import { type DetectorName, detector, scriptNames } from './detectors.ts'
import { expectedDetectors } from './expected-detectors.ts'

/** What became of one planted fault. */
export interface Hunt {
  readonly plant: PlantName
  /** Null when nothing noticed it. */
  readonly caughtBy: DetectorName | null
  /** What the detector said first. */
  readonly evidence: string
  readonly elapsedMs: number
}

const seed = 301

/** Looks for a fault with the detectors that should catch it, then with every script. */
export async function hunt(plant: PlantName, engine: EngineName): Promise<Hunt> {
  const startedMs = performance.now()
  const caught = (caughtBy: DetectorName | null, evidence = ''): Hunt => ({ plant, caughtBy, evidence, elapsedMs: Math.round(performance.now() - startedMs) })
  for (const name of new Set<DetectorName>([...expectedDetectors[plant], ...scriptNames])) {
    const [evidence] = await detector(name, seed, engine)(plant)
    if (evidence !== undefined) return caught(name, evidence)
  }
  return caught(null)
}

/** Runs a detector on the sound library. @returns what it found wrong there, which makes its catches worthless. */
export function falseAlarms(name: DetectorName, engine: EngineName): Promise<readonly string[]> {
  return detector(name, seed, engine)(null)
}
