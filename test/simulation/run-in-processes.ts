import { fork } from 'node:child_process'
import { join } from 'node:path'
import { askProcess } from './ask-process.ts'
import type { SeedOrder, SeedReport } from './seed-messages.ts'

const script = join(import.meta.dirname, 'seed-worker.ts')
const batchSize = 20

/** Shares seeds out over processes. @param onReport - hears of every batch as it is done. */
export async function runInProcesses(all: SeedOrder, processes: number, onReport: (report: SeedReport) => void): Promise<void> {
  let next = all.from
  const end = all.from + all.count
  const serve = async (): Promise<void> => {
    const child = fork(script, [], { execArgv: ['--conditions=cartwright-source', '--no-warnings'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    try {
      while (next < end) {
        const order: SeedOrder = { ...all, from: next, count: Math.min(batchSize, end - next) }
        next += order.count
        onReport(await askProcess(child, order, `ran the seeds ${order.from} to ${order.from + order.count - 1}`))
      }
    } finally {
      child.kill()
    }
  }
  await Promise.all(Array.from({ length: Math.min(processes, Math.ceil(all.count / batchSize)) }, serve))
}
