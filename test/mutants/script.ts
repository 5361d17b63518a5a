import type { Plant } from '../planted/plant.ts'
import type { EngineName } from '../races/arena.ts'
import { type Bench, openBench } from './workbench.ts'

/** Plays one story on a shop, or on others that it opens with the same plant, and notes what is wrong in `bench.findings`. */
export type Script = (bench: Bench, plant: Plant | undefined) => Promise<void>

/** Plays a script on a new shop, in memory unless told otherwise. What it throws is wrong too. @returns what was wrong; nothing on a sound library. */
export async function play(script: Script, plant: Plant | undefined, engine?: EngineName): Promise<readonly string[]> {
  const bench = await openBench({ plant, engine })
  try {
    await script(bench, plant)
  } catch (error) {
    bench.findings.problems.push(`threw ${String(error)}`)
  } finally {
    await bench.close()
  }
  return bench.findings.problems
}
