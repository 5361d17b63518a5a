import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '@cartwright/testing'
import { plantNamed } from '../../planted/plants.ts'
import { ownServers } from '../../servers/own-servers.ts'
import { shopDatabase } from '../../servers/shop-database.ts'
import { type CaseOptions, type CaseResult, dealt, type Finding, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { startRacer } from '../start-racer.ts'
import type { Answer } from '../tasks/buyer.ts'
import type { PlacePlan } from '../tasks/place-task.ts'

/**
 * B4: the server stops as in a power cut while four processes sell, over and over; each time it starts again, recovers, and the callers repeat what they have no
 * answer to. On Postgres only, on a server of its own.
 */
export async function serverStops(options: CaseOptions): Promise<CaseResult> {
  const [stops, buyersAtOnce] = options.size === 'full' ? [20, 32] : [2, 16]
  const units = Math.floor((stops * buyersAtOnce * 3) / 4)
  const servers = await ownServers(plantNamed(options.plant)?.server)
  try {
    const database = await shopDatabase(servers.primary.url)
    return await runCase('B4', { ...options, engine: 'postgres' }, { supply: { HOT: { main: units } }, timing: { lockMs: 1_500 }, database }, async (arena) => {
      const carts = await arena.readyCarts(Array.from({ length: stops * buyersAtOnce }, (_, index) => `buyer-${index}`))
      const plans = carts.map((cart): PlacePlan => ({ who: cart.customerId, cart, method: 'card_ok', idempotencyKey: `key-${cart.customerId}` }))
      const random = seededRandom(options.seed)
      const answers: Answer[] = []
      for (let stop = 0; stop < stops; stop += 1) {
        const wave = plans.slice(stop * buyersAtOnce, (stop + 1) * buyersAtOnce)
        const tills = dealt(wave).map((share, index) => startRacer(racerSetup(arena, index, 'place', { plans: share })))
        await Promise.all(tills.map(({ ready }) => ready))
        for (const till of tills) till.go()
        await sleep(random.integer(50, 1_200))
        await servers.primary.stopImmediately()
        await servers.primary.start()
        for (const end of await Promise.all(tills.map((till) => till.end))) if (end !== 'killed') answers.push(...end.results)
      }
      return ({ sold, orders }): Finding => {
        const confirmed = new Set<string>(orders.filter(({ status }) => status === 'confirmed').map(({ id }) => id))
        const lost = answers.filter(({ outcome, orderId }) => outcome === 'confirmed' && !confirmed.has(orderId ?? ''))
        const unexpected = answers.filter(({ outcome }) => outcome !== 'confirmed' && outcome !== 'OUT_OF_STOCK')
        return {
          undersold: Math.max(0, units - (sold.HOT ?? 0)),
          problems: [
            ...(answers.length === plans.length ? [] : [`${answers.length} of ${plans.length} buyers have an answer`]),
            ...lost.map(({ who }) => `${who} was told of a sale that is none`),
            ...unexpected.map(({ who, outcome, message }) => `${who}: ${outcome} ${message ?? ''}`),
          ],
        }
      }
    })
  } finally {
    await servers.remove()
  }
}
