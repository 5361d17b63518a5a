import type { EngineName } from '../races/arena.ts'
import { wipedDatabase } from '../simulation/wiped-database.ts'
import { wipedPostgres } from '../simulation/wiped-postgres.ts'
import { takeWalk, type WalkResult } from './take-walk.ts'
import { type Walk, walkOf } from './walk.ts'

const onFile = wipedDatabase()

async function take(walk: Walk, engine: EngineName): Promise<WalkResult> {
  return takeWalk(walk, engine === 'postgres' ? await wipedPostgres() : await onFile())
}

/** Takes the walks of many seeds and prints which went wrong, and how all orders have ended. @returns whether none did */
export async function walkSeeds(from: number, count: number, engine: EngineName): Promise<boolean> {
  const ends: Record<string, number> = {}
  let failed = 0
  const startedMs = performance.now()
  for (let seed = from; seed < from + count; seed += 1) {
    const result = await take(walkOf(seed), engine)
    for (const end of result.ends) ends[end] = (ends[end] ?? 0) + 1
    if (result.problems.length === 0) continue
    failed += 1
    console.error(`walk ${seed}: ${result.problems[0]}\n  npm run simulate -- --money --seed ${seed} --shrink`)
  }
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1)
  console.log(`${failed === 0 ? 'ok' : `${failed} FAILED`}: ${count} walks in ${seconds} s; ${JSON.stringify(ends)}`)
  return failed === 0
}

/** Takes the walk of one seed and prints what happened; without the steps that it fails without, if asked to. @returns whether nothing went wrong */
export async function walkSeed(seed: number, engine: EngineName, shrink: boolean): Promise<boolean> {
  let walk = walkOf(seed)
  let result = await take(walk, engine)
  // Backwards: what came last is most often what nothing else hangs on.
  for (let index = walk.steps.length - 1; shrink && result.problems.length > 0 && index >= 0; index -= 1) {
    const shorter = { ...walk, steps: walk.steps.toSpliced(index, 1) }
    const attempt = await take(shorter, engine)
    if (attempt.problems.length > 0) [walk, result] = [shorter, attempt]
  }
  for (const line of result.trace) console.log(line)
  for (const problem of result.problems) console.log(`  ${problem}`)
  console.log(`walk ${seed}: ${result.problems.length === 0 ? 'ok' : 'FAILED'}`)
  return result.problems.length === 0
}
