import type { JobReport, LogFields, Logger, WorkerJob } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'
import { stopSignal } from '../terminal/stop-signal.ts'
import { table } from '../terminal/table.ts'
import { count } from '../terminal/words.ts'

/** Says on stderr what went wrong with a row. */
function warningsTo(output: Output): Logger {
  const say = ({ error }: LogFields, message: string) => output.note(`warning ${message}${error instanceof Error ? `: ${error.message}` : ''}`)
  return { debug() {}, info() {}, warn: say, error: say }
}

interface WorkerOptions extends ShopOptions {
  readonly once?: boolean
  readonly jobs?: readonly WorkerJob[]
  readonly concurrency?: number
}

type Totals = Partial<Record<WorkerJob, JobReport>>

/**
 * Does the worker's jobs: one round, or round after round until it is told to end by SIGTERM or Ctrl-C. Fails when one round was asked for and a row of it failed;
 * it stays due.
 */
export async function worker(output: Output, options: WorkerOptions): Promise<number> {
  const { once = false, jobs, concurrency } = options
  const chosen = { ...(jobs === undefined ? {} : { jobs: [...jobs] }), ...(concurrency === undefined ? {} : { concurrency }) }
  const totals = await withCommerce(options, { create: false, logger: warningsTo(output) }, (commerce) =>
    once ? commerce.worker.runOnce(chosen) : runUntilStopped(output, (onRound) => commerce.worker.start({ ...chosen, onRound })),
  )
  const failed = Object.values(totals).reduce((sum, job) => sum + job.failed, 0)
  output.result(totals, () => inWords(output, totals))
  if (failed > 0) output.note('What failed stays due and is tried again; `cartwright worker failures --all` lists it.')
  return once && failed > 0 ? 1 : 0
}

async function runUntilStopped(
  output: Output,
  start: (onRound: (job: WorkerJob, report: JobReport) => void) => { stop(): Promise<void>; readonly ended: Promise<void> },
): Promise<Totals> {
  const totals: Totals = {}
  const running = start((job, report) => {
    const before = totals[job] ?? { done: 0, failed: 0 }
    totals[job] = { done: before.done + report.done, failed: before.failed + report.failed }
    const { done, failed } = report
    if (done + failed > 0) output.note(`${new Date().toISOString().slice(11, 19)} ${job}: ${count(done)} done${failed > 0 ? `, ${count(failed)} failed` : ''}`)
  })
  const stopped = stopSignal(() => output.note('Ending: what is being worked on is finished first.'), ['SIGINT', 'SIGTERM'])
  stopped.signal.addEventListener('abort', () => void running.stop(), { once: true })
  output.note('At work. End it with Ctrl-C or SIGTERM.')
  try {
    await running.ended
  } finally {
    stopped.forget()
  }
  return totals
}

function inWords({ paint, width }: Output, totals: Totals): string {
  const columns = [{ title: 'job' }, { title: 'done', align: 'right' }, { title: 'failed', align: 'right' }] as const
  const rows = Object.entries(totals).map(([job, { done, failed }]) => [job, count(done), failed === 0 ? '0' : paint('red', count(failed))])
  return table({ columns, rows, paint, width })
}
