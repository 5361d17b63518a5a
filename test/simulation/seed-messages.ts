import type { SimulationSights } from '@cartwright/testing/simulation'
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
  readonly seen: SimulationSights
}

export interface SeedFailure {
  readonly seed: number
  readonly problems: readonly string[]
}

export const nothingSeen: SimulationSights = { orders: 0, confirmed: 0, discounted: 0, credited: 0, parcels: 0, faults: 0, crashes: 0 }

/** What was seen in some runs and in others. */
export function together(some: SimulationSights, others: SimulationSights): SimulationSights {
  const keys = Object.keys(nothingSeen) as (keyof SimulationSights)[]
  return Object.fromEntries(keys.map((key) => [key, some[key] + others[key]])) as unknown as SimulationSights
}
