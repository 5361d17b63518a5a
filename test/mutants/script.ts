import type { Plant } from '../planted/plant.ts'
import { type Bench, openBench } from './workbench.ts'

/** Plays one story on a shop in memory, or on others that it opens with the same plant, and notes what is wrong in `bench.findings`. */
export type Script = (bench: Bench, plant: Plant | undefined) => Promise<void>

/** Plays a script on a new shop. What it throws is wrong too. @returns what was wrong; nothing on a sound library. */
export async function play(script: Script, plant: Plant | undefined): Promise<readonly string[]> {
  const bench = await openBench({ plant })
  try {
    await script(bench, plant)
  } catch (error) {
    bench.findings.problems.push(`threw ${String(error)}`)
  } finally {
    await bench.close()
  }
  return bench.findings.problems
}
