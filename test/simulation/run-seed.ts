import type { Storage } from '@cartwright/core/ports'
import { type SimulationOptions, type SimulationResult, simulate } from '@cartwright/testing/simulation'
import { type PlantName, plantNamed } from '../planted/plants.ts'
import type { EngineName } from '../races/arena.ts'
import { nothingSeen, type SeedOrder, type SeedReport, together } from './seed-messages.ts'
import { wipedDatabase } from './wiped-database.ts'
import { wipedPostgres } from './wiped-postgres.ts'

let database: (() => Promise<Storage>) | undefined

/**
 * How a seed is run here: on SQLite in memory, or on the Postgres of `npm run services`; with a planted fault of the storage if one is named.
 *
 * @throws RangeError for a fault of another layer
 */
export function seedOptions(seed: number, plant: PlantName | null, engine: EngineName = 'sqlite'): SimulationOptions {
  database ??= wipedDatabase()
  const sound = engine === 'postgres' ? wipedPostgres : database
  const layer = plantNamed(plant)?.storage as ((storage: Storage) => Storage) | undefined
  if (plant !== null && (layer === undefined || layer.length > 1)) throw new RangeError(`${plant} is not a fault of the storage alone`)
  return { seed, storage: async () => (layer === undefined ? await sound() : layer(await sound())) }
}

export function runSeed(seed: number, plant: PlantName | null = null, engine: EngineName = 'sqlite'): Promise<SimulationResult> {
  return simulate(seedOptions(seed, plant, engine))
}

/** Runs several, one after the other; the event loop gets a turn after each. */
export async function runSeeds({ from, count, plant, engine }: SeedOrder): Promise<SeedReport> {
  const failures: { seed: number; problems: readonly string[] }[] = []
  let seen = nothingSeen
  let turns = 0
  for (let seed = from; seed < from + count; seed += 1) {
    const result = await runSeed(seed, plant, engine)
    turns += result.turns
    seen = together(seen, result.seen)
    if (!result.ok) failures.push({ seed, problems: result.problems })
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { count, failures, turns, seen }
}
