/**
 * One process of a race: opens the shop it is told to, says `ready`, waits for `go`, runs its task and reports. Started by `startRacer`.
 */
import type { PurchaseStep } from '@cartwright/core'
import { seededRandom } from '@cartwright/testing'
import { openShop } from './open-shop.ts'
import { delayProbe, killProbe } from './probes.ts'
import type { FromRacer, RacerSetup, ToRacer } from './racer-messages.ts'
import { Retrier } from './retrier.ts'
import { runTask } from './tasks/all-tasks.ts'
import type { Racer } from './tasks/racer-context.ts'

const go = Promise.withResolvers<void>()
let stopped = false

function tell(message: FromRacer): void {
  process.send?.(message)
}

async function run(setup: RacerSetup): Promise<void> {
  const random = seededRandom(setup.seed)
  const steps: PurchaseStep[] = []
  const kill = killProbe(steps, setup.killAtStep)
  const delay = delayProbe(random)
  const probe = async (step: PurchaseStep) => {
    await kill(step)
    if (setup.delays) await delay(step)
  }
  const commerce = await openShop(setup.shop, { probe })
  const retrier = new Retrier(random, setup.patienceMs)
  const racer: Racer = { commerce, random, retrier, isStopped: () => stopped, report: (result) => tell({ type: 'progress', result }) }
  tell({ type: 'ready' })
  await go.promise
  const results = await runTask(racer, setup.task, setup.params)
  await commerce.close()
  tell({ type: 'done', results, steps, busy: retrier.busy })
  process.disconnect()
}

process.on('message', (message: ToRacer) => {
  if (message.type === 'go') go.resolve()
  if (message.type === 'stop') stopped = true
  if (message.type !== 'open') return
  run(message.setup).catch((error: unknown) => {
    tell({ type: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    process.disconnect()
  })
})
