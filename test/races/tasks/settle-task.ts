import { setTimeout as sleep } from 'node:timers/promises'
import type { WorkerJob } from '@cartwright/core'
import type { Racer } from './racer-context.ts'

/** What a worker does of what a race has left. */
export interface SettleParams {
  readonly concurrency: number
  /** Reads on in the providers' lists first, and is done when nothing is left; any other goes on until the race is called off. */
  readonly leads: boolean
}

const afterReconciling: readonly WorkerJob[] = ['inbox', 'completer', 'refunds', 'expiry', 'relay', 'carts', 'sweep']

/** Lets a worker do what is due, over and over. */
export async function settleTask({ commerce, isStopped }: Racer, { concurrency, leads }: SettleParams): Promise<null> {
  if (leads) await commerce.worker.runOnce({ jobs: ['reconciler'], concurrency })
  while (!isStopped()) {
    const report = await commerce.worker.runOnce({ jobs: [...afterReconciling], concurrency })
    const isIdle = Object.values(report).every(({ done, failed }) => done + failed === 0)
    if (isIdle && leads) break
    if (isIdle) await sleep(25)
  }
  return null
}
