import type { SimulationResult } from '@cartwright/testing/simulation'
import type { PlantName } from '../planted/plants.ts'
import type { EngineName } from '../races/arena.ts'

/** Seeds for one process to run. */
export interface SeedOrder {
  readonly from: number
  readonly count: number
  /** A fault in the storage that the runs should find. */
  readonly plant: PlantName | null
  /** What the shops are kept in. */
  readonly engine: EngineName
}

/** What came of them. */
export interface SeedReport {
  readonly count: number
  readonly failures: readonly SeedFailure[]
  readonly turns: number
  readonly seen: SimulationResult['seen']
}

export interface SeedFailure {
  readonly seed: number
  readonly problems: readonly string[]
}
