import { counted } from '../terminal/words.ts'
import type { LoadPlan } from './load-plan.ts'
import type { LoadSpec } from './load-spec.ts'
import { LoadTotals } from './load-totals.ts'
import { allSales, type SalesCount } from './sales.ts'
import { type LoadWorker, startWorker } from './start-worker.ts'

/** How a load test is doing. */
export interface LoadStatus {
  readonly elapsedSeconds: number
  readonly totals: LoadTotals
  /** Units of confirmed orders so far. */
  readonly soldUnits: number
  /** Units that were there before; 0 when the scenario buys nothing. */
  readonly supplyUnits: number
  /** Visits that are over. */
  readonly visits: number
}

/** Who watches a load test. */
export interface LoadWatch {
  /** Hears of everything that is put into the shop or done to it. */
  readonly say: (text: string) => void
  /** Called twice a second while the load is on. */
  readonly onStatus: (status: LoadStatus) => void
  /** Called once the last visit is over. */
  readonly onEnd: () => void
  /** Aborted to end the load early; it is still audited. */
  readonly signal: AbortSignal
}

const statusEveryMs = 500

/** What the processes did together. */
export interface MadeLoad {
  readonly totals: LoadTotals
  readonly sales: SalesCount
  /** From the start to the last answer. */
  readonly seconds: number
  /** Whether it was ended early. */
  readonly interrupted: boolean
}

/** Lets several processes make the load together, and waits for the last visit. */
export async function makeLoad(
  plan: Pick<LoadPlan, 'processes' | 'warmUpSeconds'>,
  spec: Omit<LoadSpec, 'process'>,
  { say, onStatus, onEnd, signal }: LoadWatch,
): Promise<MadeLoad> {
  const totals = new LoadTotals(plan.warmUpSeconds)
  const progress = Array.from({ length: plan.processes }, () => ({ confirmedUnits: 0, visits: 0 }))
  const workers = progress.map((told, process) =>
    startWorker({ ...spec, process }, ({ seconds, confirmedUnits, visits }) => {
      totals.add(seconds)
      Object.assign(told, { confirmedUnits, visits })
    }),
  )
  const supplyUnits = Object.values(spec.goods.supply).reduce((sum, units) => sum + units, 0)
  const sum = (figure: 'confirmedUnits' | 'visits'): number => progress.reduce((total, told) => total + told[figure], 0)
  try {
    await Promise.all(workers.map(({ ready }) => ready))
    say(`The shop is open in ${counted(plan.processes, 'process', 'processes')}: the load begins.`)
    const startMs = performance.now()
    const elapsedSeconds = (): number => (performance.now() - startMs) / 1_000
    const tick = (): void => onStatus({ elapsedSeconds: elapsedSeconds(), totals, soldUnits: sum('confirmedUnits'), supplyUnits, visits: sum('visits') })
    const ticking = setInterval(tick, statusEveryMs)
    try {
      const sales = await letGo(workers, signal)
      const seconds = elapsedSeconds()
      await Promise.all(workers.map(({ closed }) => closed))
      return { totals, sales: allSales(sales), seconds, interrupted: signal.aborted }
    } finally {
      clearInterval(ticking)
      onEnd()
    }
  } finally {
    // Those that have ended by themselves are beyond it.
    for (const worker of workers) worker.kill()
  }
}

async function letGo(workers: readonly LoadWorker[], signal: AbortSignal): Promise<readonly SalesCount[]> {
  const stop = (): void => {
    for (const worker of workers) worker.stop()
  }
  signal.addEventListener('abort', stop)
  for (const worker of workers) worker.go()
  if (signal.aborted) stop()
  try {
    return await Promise.all(workers.map(({ done }) => done))
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
