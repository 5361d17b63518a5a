import { setTimeout as sleep } from 'node:timers/promises'
import type { Racer } from './racer-context.ts'

/** Runs the worker over and over until the race is called off. @returns how often. */
export async function workTask(racer: Racer, _params: Readonly<Record<string, never>>): Promise<number> {
  let runs = 0
  while (!racer.isStopped()) {
    await racer.retrier.run(() => racer.commerce.worker.runOnce({ jobs: ['completer', 'expiry', 'refunds'] }))
    runs += 1
    await sleep(racer.random.integer(0, 40))
  }
  return runs
}
