import * as z from 'zod'

/** In the order in which they run. */
export const workerJobs = ['completer', 'refunds', 'expiry', 'relay', 'search', 'carts', 'sweep'] as const

export type WorkerJob = (typeof workerJobs)[number]

export const runOnceInput = z.strictObject({
  jobs: z.array(z.enum(workerJobs)).optional(),
})

export type RunOnceInput = z.input<typeof runOnceInput>
