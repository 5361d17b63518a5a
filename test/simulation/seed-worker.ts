/** Runs the seeds it is sent, batch by batch. Started by `runInProcesses`. */
import { runSeeds } from './run-seed.ts'
import type { SeedOrder } from './seed-messages.ts'

// Most errors of a run are injected or expected: their stacks would cost more than they tell.
Error.stackTraceLimit = 0

process.on('message', async (order: SeedOrder) => {
  process.send?.(await runSeeds(order))
})
