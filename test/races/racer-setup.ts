import type { Arena } from './arena.ts'
import { processes } from './race-case.ts'
import type { RacerSetup } from './racer-messages.ts'
import type { TaskName, TaskParams } from './tasks/all-tasks.ts'

/** What the n-th process of a race does, with random delays and a seed of its own. */
export function racerSetup<Name extends TaskName>(arena: Arena, index: number, task: Name, params: TaskParams<Name>): RacerSetup<Name> {
  return { shop: arena.shop, seed: arena.seed * processes + index, delays: true, killAtStep: null, task, params }
}
