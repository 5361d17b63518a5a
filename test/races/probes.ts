import { setTimeout as sleep } from 'node:timers/promises'
import type { StepProbe } from '@cartwright/core'
import type { SeededRandom } from '@cartwright/testing'

const brief = /^carts?\.|^login\.|^webhook\.|^inbox\.|^place\.prepare\.|^finalise\.(?:locked|written)$|^cancel\.written$/

/** Waits at every step: up to 200 ms between phases and before a lock is taken, up to 5 ms inside a transaction, beside the live store of carts, and on the way of a webhook. */
export function delayProbe(random: SeededRandom): StepProbe {
  return (step) => sleep(random.integer(0, brief.test(step) ? 5 : 200))
}
