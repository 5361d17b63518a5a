import type { Commerce } from '@cartwright/core'
import type { SeededRandom } from '@cartwright/testing'
import type { Retrier } from '../retrier.ts'

/** What a task works with. */
export interface Racer {
  readonly commerce: Commerce
  readonly random: SeededRandom
  readonly retrier: Retrier
  /** Whether the race has been called off. */
  isStopped(): boolean
  /** Tells the parent of something that must survive this process. */
  report(result: unknown): void
}
