import type { Storage } from '@cartwright/core/ports'
import type { Plant } from '../planted/plant.ts'
import { judgeWalk } from './judge-walk.ts'
import { settleWalk, stateOf } from './settle-walk.ts'
import { allSteps, type Walk } from './walk.ts'
import { Walker } from './walker.ts'

/** What came of a walk. */
export interface WalkResult {
  /** What is wrong; nothing in a sound library. */
  readonly problems: readonly string[]
  /** What happened, in words. */
  readonly trace: readonly string[]
  /** How its orders have ended, e.g. `confirmed paid`. */
  readonly ends: readonly string[]
}

/** Takes a walk in a shop of its own, lets everything settle, and judges it. @param storage - empty and migrated; closed afterwards */
export async function takeWalk(walk: Walk, storage: Storage, plant?: Plant): Promise<WalkResult> {
  const walker = await Walker.open(walk, allSteps, storage, plant)
  try {
    await walker.take({ does: 'place', which: walk.seed % 1_000, how: Math.floor(walk.seed / 1_000) % 1_000, requests: [] })
    for (const step of walk.steps) await walker.take(step)
    await settleWalk(walker)
    const problems = [...walker.problems, ...(await judgeWalk(walker))]
    const before = await stateOf(walker)
    await settleWalk(walker)
    if ((await stateOf(walker)) !== before) problems.push(`had not settled: ${before} became ${await stateOf(walker)}`)
    const ends = (await walker.orders()).map(({ status, paymentStatus }) => `${status} ${paymentStatus}`)
    return { problems, trace: walker.trace, ends }
  } finally {
    await walker.commerce.close()
  }
}
