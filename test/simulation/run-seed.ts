import type { Storage } from '@cartwright/core/ports'
import { type SimulationOptions, type SimulationResult, simulate } from '@cartwright/testing/simulation'
import { type PlantName, plantNamed } from '../planted/plants.ts'
import type { SeedOrder, SeedReport } from './seed-messages.ts'
import { wipedDatabase } from './wiped-database.ts'

let database: (() => Promise<Storage>) | undefined

/** How a seed is run here: on SQLite in memory, with a planted fault of the storage if one is named. @throws RangeError for a fault of another layer */
export function seedOptions(seed: number, plant: PlantName | null): SimulationOptions {
  database ??= wipedDatabase()
  const sound = database
  const layer = plantNamed(plant)?.storage as ((storage: Storage) => Storage) | undefined
  if (plant !== null && (layer === undefined || layer.length > 1)) throw new RangeError(`${plant} is not a fault of the storage alone`)
  return { seed, storage: async () => layer?.(await sound()) ?? sound() }
}

export function runSeed(seed: number, plant: PlantName | null = null): Promise<SimulationResult> {
  return simulate(seedOptions(seed, plant))
}

/** Runs several, one after the other; the event loop gets a turn after each. */
export async function runSeeds({ from, count, plant }: SeedOrder): Promise<SeedReport> {
  const failures: { seed: number; problems: readonly string[] }[] = []
  const seen = { orders: 0, confirmed: 0, parcels: 0, faults: 0, crashes: 0 }
  let turns = 0
  for (let seed = from; seed < from + count; seed += 1) {
    const result = await runSeed(seed, plant)
    turns += result.turns
    for (const key of ['orders', 'confirmed', 'parcels', 'faults', 'crashes'] as const) seen[key] += result.seen[key]
    if (!result.ok) failures.push({ seed, problems: result.problems })
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { count, failures, turns, seen }
}
