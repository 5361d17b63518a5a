/**
 * One process of a race: opens the shop it is told to, waits until all are let go, runs its task and reports. Started by `startRacer`.
 */
import type { ShopStep } from '@cartwright/core'
import { seededRandom } from '@cartwright/testing'
import { runAsProcess } from '@cartwright/testing/crash'
import { openShop } from './open-shop.ts'
import { delayProbe } from './probes.ts'
import type { RacerResult, RacerSetup } from './racer-messages.ts'
import { Retrier } from './retrier.ts'
import { skewWallClock } from './skewed-wall-clock.ts'
import { runTask } from './tasks/all-tasks.ts'
import type { Racer } from './tasks/racer-context.ts'

runAsProcess<RacerSetup>(async ({ setup, probe: kill, ready, report, isStopped }): Promise<RacerResult> => {
  const random = seededRandom(setup.seed)
  const delay = delayProbe(random)
  const probe = async (step: ShopStep) => {
    await kill(step)
    if (setup.delays) await delay(step)
  }
  if (setup.shop.wallSkewMs !== undefined) skewWallClock(setup.shop.wallSkewMs)
  const commerce = await openShop(setup.shop, { probe })
  const retrier = new Retrier(random, setup.patienceMs)
  const racer: Racer = { commerce, random, retrier, isStopped, report }
  await ready()
  const results = await runTask(racer, setup.task, setup.params)
  await commerce.close()
  return { results, busy: retrier.busy }
})
