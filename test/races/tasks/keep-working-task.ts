import { setTimeout as sleep } from 'node:timers/promises'
import type { JobReport, WorkerJob } from '@cartwright/core'
import type { Racer } from './racer-context.ts'

/** Lets a worker run as it does in a shop, with shorter rests, until the race is called off. @returns what it did, job by job. */
export async function keepWorkingTask(
  { commerce, isStopped }: Racer,
  params: { readonly concurrency: number; readonly pausesMs: Readonly<Partial<Record<WorkerJob, number>>> },
): Promise<Readonly<Partial<Record<WorkerJob, JobReport>>>> {
  const totals: Partial<Record<WorkerJob, JobReport>> = {}
  const onRound = (job: WorkerJob, { done, failed }: JobReport) => {
    const before = totals[job] ?? { done: 0, failed: 0 }
    totals[job] = { done: before.done + done, failed: before.failed + failed }
  }
  const worker = commerce.worker.start({ ...params, onRound })
  while (!isStopped()) await sleep(25)
  await worker.stop()
  return totals
}
