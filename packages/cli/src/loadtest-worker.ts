/**
 * One process of a load test, started by `cartwright loadtest`: opens the shop it is told to, says `ready`, waits for `go`, makes its part of the load and tells
 * every half second what it has counted.
 */
import { systemClock } from './loadtest/load-clock.ts'
import type { LoadSpec } from './loadtest/load-spec.ts'
import { withLoadShop } from './loadtest/open-load-shop.ts'
import { VisitRun } from './loadtest/run-visits.ts'
import type { FromWorker, ToWorker } from './loadtest/worker-messages.ts'

const tellEveryMs = 500

const go = Promise.withResolvers<void>()
let run: VisitRun | undefined
let stopped = false

function tell(message: FromWorker): void {
  if (process.connected) process.send?.(message)
}

function make(spec: LoadSpec): Promise<void> {
  return withLoadShop(spec, async (commerce) => {
    // The first query of a process builds its index.
    if (spec.scenario === 'search') await commerce.search.query({ text: 'warm' })
    tell({ type: 'ready' })
    await go.promise
    const visits = new VisitRun(commerce, spec, systemClock)
    run = visits
    if (stopped) visits.stop()
    const telling = setInterval(() => tell({ type: 'progress', progress: visits.take() }), tellEveryMs)
    try {
      await visits.make()
      tell({ type: 'done', progress: visits.take(), sales: visits.sales.count })
    } finally {
      clearInterval(telling)
    }
  })
}

process.on('message', (message: ToWorker) => {
  if (message.type === 'go') go.resolve()
  if (message.type === 'stop') {
    stopped = true
    go.resolve()
    run?.stop()
  }
  if (message.type !== 'open') return
  make(message.spec)
    .catch((error: unknown) => tell({ type: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }))
    .finally(() => process.disconnect())
})

// Ctrl-C reaches every process of the terminal. The parent decides what it means, and one whose parent is gone has nobody to work for.
process.on('SIGINT', () => undefined)
process.on('disconnect', () => process.exit())
