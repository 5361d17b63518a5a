import type { Context } from '../context.ts'
import { fraction } from '../ids.ts'
import type { JobReport, WorkerJob } from './worker-input.ts'

/** How long a job rests between its rounds, in ms. */
export const defaultPausesMs: Readonly<Record<WorkerJob, number>> = {
  reconciler: 5 * 60_000,
  inbox: 1_000,
  completer: 2_000,
  refunds: 2_000,
  expiry: 5_000,
  relay: 1_000,
  search: 1_000,
  carts: 1_000,
  sweep: 60_000,
}

/** The longest rest of a job whose rounds keep failing. */
const longestPauseMs = 30_000

/** Those that new events give something to do. */
const eventJobs: readonly WorkerJob[] = ['relay', 'search']

/** What the loops of a worker have in common. */
interface LoopParts {
  readonly context: Pick<Context, 'timers' | 'logger' | 'random' | 'storage'>
  readonly pausesMs: Readonly<Record<WorkerJob, number>>
  readonly run: (job: WorkerJob, stopping: AbortSignal) => Promise<JobReport>
  readonly onRound: (job: WorkerJob, report: JobReport) => void
}

/** A worker at work. */
export interface RunningWorker {
  /** Begins no further row, and resolves when those that are being worked on are done. What it had taken beyond those is free again after a minute at most. */
  stop(): Promise<void>
  /** Resolves when it has been stopped and all has ended. */
  readonly ended: Promise<void>
}

/** Starts a loop for each job. */
export function startLoops({ jobs, ...parts }: LoopParts & { readonly jobs: readonly WorkerJob[] }): RunningWorker {
  const stopping = new AbortController()
  const loops = jobs.map((job) => new JobLoop(job, parts, stopping.signal))
  const ofEvents = loops.filter(({ job }) => eventJobs.includes(job))
  const watch = ofEvents.length === 0 ? undefined : parts.context.storage.watch?.(() => ofEvents.forEach((loop) => void loop.wake()))
  const ended = Promise.all(loops.map((loop) => loop.run())).then(() => watch?.close())
  return {
    ended,
    stop: () => {
      stopping.abort()
      return ended
    },
  }
}

/**
 * Runs one job round after round until it is stopped. A round that fails as a whole, as when the database is down, is logged and tried again after a rest that
 * doubles each time, with full jitter, 30 s at most.
 */
class JobLoop {
  readonly job: WorkerJob
  readonly #parts: LoopParts
  readonly #stopping: AbortSignal
  #nap = new AbortController()
  /** Somebody asked for a round while one was running. */
  #woken = false

  constructor(job: WorkerJob, parts: LoopParts, stopping: AbortSignal) {
    this.job = job
    this.#parts = parts
    this.#stopping = stopping
    stopping.addEventListener('abort', () => this.wake(), { once: true })
  }

  /** Cuts the rest short: there is work. */
  wake(): void {
    this.#woken = true
    this.#nap.abort()
  }

  /** Resolves when it has been stopped and its last round has ended. */
  async run(): Promise<void> {
    let failures = 0
    while (!this.#stopping.aborted) {
      this.#woken = false
      failures = (await this.#round()) ? 0 : failures + 1
      if (!this.#stopping.aborted) await this.#rest(failures)
    }
  }

  async #round(): Promise<boolean> {
    const { run, onRound, context } = this.#parts
    try {
      onRound(this.job, await run(this.job, this.#stopping))
      return true
    } catch (error) {
      context.logger.warn({ job: this.job, error }, 'a round of a worker job failed and is tried again')
      return false
    }
  }

  /** After a failure nobody cuts the rest short but who stops the worker. */
  async #rest(failures: number): Promise<void> {
    const {
      pausesMs,
      context: { timers, random },
    } = this.#parts
    const pauseMs = pausesMs[this.job]
    if (failures > 0) {
      await timers.sleep(1 + fraction(random) * Math.min(pauseMs * 2 ** Math.min(failures, 16), longestPauseMs), this.#stopping)
      return
    }
    if (this.#woken) return
    this.#nap = new AbortController()
    await timers.sleep(pauseMs, this.#nap.signal)
  }
}
