import * as z from 'zod'

/** In the order in which they run. */
export const workerJobs = ['reconciler', 'inbox', 'completer', 'refunds', 'expiry', 'relay', 'search', 'carts', 'sweep'] as const

export type WorkerJob = (typeof workerJobs)[number]

/** How much a job did, and how much of it failed and stays due. */
export interface JobReport {
  readonly done: number
  readonly failed: number
}

const jobs = z.array(z.enum(workerJobs)).optional()
const concurrency = z.int().min(1).max(64).default(4)
const pauseMs = z.int().min(1).max(86_400_000)

export const runOnceInput = z.strictObject({ jobs, concurrency })

export type RunOnceInput = z.input<typeof runOnceInput>

export const startInput = z.strictObject({
  jobs,
  concurrency,
  pausesMs: z.partialRecord(z.enum(workerJobs), pauseMs).default({}),
  onRound: z.custom<(job: WorkerJob, report: JobReport) => void>((value) => typeof value === 'function', 'must be a function').optional(),
})

export type WorkerStartInput = z.input<typeof startInput>

export const lagInput = z.strictObject({ pausesMs: z.strictObject({ reconciler: pauseMs.optional() }).default({}) })

export type LagInput = z.input<typeof lagInput>

export const failuresInput = z.strictObject({
  job: z.string().min(1).max(300).optional(),
  parked: z.boolean().default(true),
  limit: z.int().min(1).max(1_000).default(100),
  after: z.strictObject({ firstFailedAt: z.date(), job: z.string(), rowId: z.string() }).optional(),
})

export type FailuresInput = z.input<typeof failuresInput>

export const retryInput = z.strictObject({
  job: z.string().min(1).max(300),
  rowIds: z.array(z.string().min(1).max(300)).min(1).max(1_000).optional(),
})

export type RetryInput = z.input<typeof retryInput>
