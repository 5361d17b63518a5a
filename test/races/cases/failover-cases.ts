import { setTimeout as sleep } from 'node:timers/promises'
import { postgresStorage } from '@cartwright/adapters-postgres'
import { type Commerce, isCommerceError } from '@cartwright/core'
import { seededRandom } from '@cartwright/testing'
import { countedPool, untilReplica } from '../../../packages/adapters-postgres/test/counted-pool.ts'
import { onServer } from '../../../packages/adapters-postgres/test/scratch-database.ts'
import { movableAddress } from '../../servers/movable-address.ts'
import { ownServers } from '../../servers/own-servers.ts'
import { shopDatabase } from '../../servers/shop-database.ts'
import { type Arena, openArena } from '../arena.ts'
import type { Judgement } from '../judge.ts'
import { openShop } from '../open-shop.ts'
import { type CaseOptions, type CaseResult, caseResult, dealt, type Finding, merged, runCase, shared } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { Retrier } from '../retrier.ts'
import { startRacer } from '../start-racer.ts'
import { type Answer, placeCart } from '../tasks/buyer.ts'
import type { PlacePlan } from '../tasks/place-task.ts'

const timing = { lockMs: 1_500 }

/** D4: the primary stops as in a crash while four processes sell, and comes back; meanwhile the catalogue is read from the replica. */
export async function primaryDown(options: CaseOptions): Promise<CaseResult> {
  const [buyers, downMs] = options.size === 'full' ? [160, 60_000] : [24, 2_000]
  const servers = await ownServers()
  try {
    const database = await shopDatabase(servers.primary.url)
    return await runCase('D4', options, { supply: { HOT: { main: buyers } }, timing, database }, async (arena) => {
      const { url } = await servers.addReplica('browsed')
      const replica = countedPool(url)
      const storage = postgresStorage({ url: database.url, replicas: [replica], probeIntervalMs: 100 })
      try {
        await untilReplica(storage, replica, 'answers')
        const selling = await startSelling(arena, buyers, downMs)
        await sleep(seededRandom(options.seed).integer(50, 300))
        await servers.primary.stopImmediately()
        const problems = await browse(storage, downMs)
        await servers.primary.start()
        const answers = await selling.answers
        return (judgement) => sold(judgement, answers, buyers, problems)
      } finally {
        await storage.close()
        await replica.end()
      }
    })
  } finally {
    await servers.remove()
  }
}

/** While the primary is down: every read that may be old succeeds, every one that may not is refused in time, and can be asked again. */
async function browse(storage: Commerce['storage'], forMs: number): Promise<readonly string[]> {
  const problems: string[] = []
  const now = { source: 'database' } as const
  for (const since = performance.now(); performance.now() - since < forMs; await sleep(50)) {
    try {
      const product = await storage.snapshot(now, (snapshot) => snapshot.catalog.findProduct({ handle: 'hot' }))
      if (product === undefined) problems.push('the replica does not know the product')
    } catch (error) {
      problems.push(`reading the catalogue failed: ${String(error)}`)
    }
    const startedMs = performance.now()
    const fresh = await storage.snapshot(now, (snapshot) => snapshot.stock.listLocations(), { fresh: true }).catch((error: unknown) => error)
    const refused = isCommerceError(fresh, 'STORAGE_UNAVAILABLE') || isCommerceError(fresh, 'STORAGE_BUSY')
    if (!refused) problems.push(`a fresh read without a primary: ${String(fresh)}`)
    if (performance.now() - startedMs > 12_000) problems.push('a refusal took longer than the timeouts')
  }
  return problems
}

/** B6: the primary is lost under load and its replica takes over. With `remote_apply` nothing acknowledged is lost; without, whatever is missing is found at the provider. */
export async function failover(options: CaseOptions): Promise<CaseResult> {
  return merged(options, [await failoverInStep(options), await failoverBehind(options)])
}

async function failoverInStep(options: CaseOptions): Promise<CaseResult> {
  const buyers = options.size === 'full' ? 160 : 24
  const servers = await ownServers(['synchronous_commit=remote_apply'])
  const address = await movableAddress(servers.primary.url)
  try {
    await shopDatabase(servers.primary.url)
    const database = { url: address.urlOf(servers.primary.url), drop: async () => undefined }
    return await runCase('B6', options, { supply: { HOT: { main: buyers } }, timing, database }, async (arena) => {
      const standby = await servers.addReplica('standby')
      await onServer(servers.primary.url, "ALTER SYSTEM SET synchronous_standby_names = 'standby'", 'SELECT pg_reload_conf()')
      const selling = await startSelling(arena, buyers, 0)
      await sleep(seededRandom(options.seed).integer(50, 500))
      await servers.primary.stopImmediately()
      address.cut()
      standby.promote()
      address.moveTo(standby.url)
      const answers = await selling.answers
      return (judgement) => sold(judgement, answers, buyers, [])
    })
  } finally {
    await address.close()
    await servers.remove()
  }
}

/** The replica has not received the last sales when it takes over. They are gone, but their money is not: the audit names every one of them. */
async function failoverBehind(options: CaseOptions): Promise<CaseResult> {
  const [kept, lost] = options.size === 'full' ? [40, 20] : [3, 2]
  const servers = await ownServers()
  const line = await movableAddress(servers.primary.url)
  try {
    const database = await shopDatabase(servers.primary.url)
    const arena = await openArena({ ...shared(options), supply: { HOT: { main: kept + lost } }, timing, database })
    try {
      const standby = await servers.addReplica('standby', [`primary_conninfo=host=127.0.0.1 port=${line.port} user=cartwright application_name=standby`])
      await sell(arena, 'kept', kept)
      await untilReceived(servers.primary.url, standby.url)
      line.cut()
      const gone = await sell(arena, 'lost', lost)
      await servers.primary.stopImmediately()
      standby.promote()
      return caseResult('B6', options, [], [{ problems: await foundMissing(arena, standby.url, gone, kept) }])
    } finally {
      await arena.dispose()
    }
  } finally {
    await line.close()
    await servers.remove()
  }
}

/** What the audit of the shop on the promoted replica does not say though it should. */
async function foundMissing(arena: Arena, url: string, gone: readonly Answer[], kept: number): Promise<readonly string[]> {
  const commerce = await openShop({ ...arena.shop, postgres: url })
  try {
    await commerce.worker.runOnce()
    const { items } = await commerce.orders.list({ actor: { type: 'system' }, limit: 100 })
    const { violations, checks } = await commerce.audit({ providers: true, graceMs: 0, sampleLimit: 1_000 })
    const named = checks.flatMap(({ samples }) => samples).filter((sample) => JSON.stringify(sample).includes('only the provider has it'))
    return [
      ...(items.length === kept ? [] : [`${items.length} orders are there, and ${kept} had been received`]),
      ...(gone.every(({ outcome }) => outcome === 'confirmed') ? [] : ['a sale that was to be lost was none']),
      ...(named.length === gone.length && violations === gone.length
        ? []
        : [`of ${gone.length} lost payments the audit names ${named.length}, and ${violations} violations`]),
    ]
  } finally {
    await commerce.close()
  }
}

async function sell(arena: Arena, name: string, count: number): Promise<readonly Answer[]> {
  const carts = await arena.readyCarts(Array.from({ length: count }, (_, index) => `${name}-${index}`))
  return arena.use((commerce) => {
    const racer = { commerce, retrier: new Retrier(seededRandom(arena.seed)) }
    return Promise.all(carts.map((cart) => placeCart(racer, cart.customerId, cart, { method: 'card_ok', idempotencyKey: cart.customerId })))
  })
}

/** Waits until a replica has replayed all that the primary has written so far. */
async function untilReceived(primaryUrl: string, replicaUrl: string): Promise<void> {
  const [end] = await onServer(primaryUrl, 'SELECT pg_current_wal_flush_lsn()::text AS lsn')
  for (const since = performance.now(); ; await sleep(20)) {
    const [row] = await onServer(replicaUrl, `SELECT pg_last_wal_replay_lsn() >= '${String(end?.lsn)}' AS replayed`)
    if (row?.replayed === true) return
    if (performance.now() - since > 20_000) throw new Error('the replica does not catch up')
  }
}

interface Selling {
  /** Of every buyer, once all four processes have ended by themselves. */
  readonly answers: Promise<readonly Answer[]>
}

/** Lets four processes place so many carts, each caller for as long as the server is away and a minute more. */
async function startSelling(arena: Arena, buyers: number, downMs: number): Promise<Selling> {
  const carts = await arena.readyCarts(Array.from({ length: buyers }, (_, index) => `buyer-${index}`))
  const plans = carts.map((cart): PlacePlan => ({ who: cart.customerId, cart, method: 'card_ok', idempotencyKey: `key-${cart.customerId}` }))
  const tills = dealt(plans).map((share, index) => startRacer({ ...racerSetup(arena, index, 'place', { plans: share }), patienceMs: downMs + 60_000 }))
  await Promise.all(tills.map(({ ready }) => ready))
  for (const till of tills) till.go()
  const ends = Promise.all(tills.map((till) => till.end))
  return { answers: ends.then((all) => all.flatMap((end) => (end === 'killed' ? [] : end.results))) }
}

/** There was a unit for everybody: each is told of a sale, and each sale is there. */
function sold({ sold: units, orders }: Judgement, answers: readonly Answer[], buyers: number, problems: readonly string[]): Finding {
  const confirmed = new Set<string>(orders.filter(({ status }) => status === 'confirmed').map(({ id }) => id))
  const others = answers.filter(({ outcome }) => outcome !== 'confirmed')
  const lost = answers.filter(({ outcome, orderId }) => outcome === 'confirmed' && !confirmed.has(orderId ?? ''))
  return {
    undersold: Math.max(0, buyers - (units.HOT ?? 0)),
    problems: [
      ...problems,
      ...(answers.length === buyers ? [] : [`${answers.length} of ${buyers} buyers have an answer`]),
      ...others.map(({ who, outcome, message }) => `${who}: ${outcome} ${message ?? ''}`),
      ...lost.map(({ who }) => `${who} was told of a sale that is gone`),
    ],
  }
}
