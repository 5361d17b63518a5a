import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Commerce } from '@cartwright/core'
import type { DomainEvent } from '@cartwright/core/ports'
import { type SeededRandom, seededRandom } from '@cartwright/testing'
import type { Arena } from '../arena.ts'
import { type CaseOptions, type CaseResult, dealt, type Finding, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { startRacer } from '../start-racer.ts'
import type { PlacePlan } from '../tasks/place-task.ts'
import type { Delivery } from '../tasks/relay-task.ts'

const minute = 60_000
const consumer = 'mailer'
const relaysAtOnce = 2
/** Transactions that are open at once, of which the later ones overtake the earlier. */
const lateAtOnce = 3

/**
 * B7: while two processes sell, several relays at once deliver to one consumer; the one at work is killed after it has sent an event and before it has saved
 * its place, over and over; then others go on while it still happens. On Postgres, transactions that began earlier commit later all the while.
 */
export function killedRelays(options: CaseOptions): Promise<CaseResult> {
  const [buyers, kills] = options.size === 'full' ? [200, 10] : [24, 2]
  return runCase('B7', options, { supply: { HOT: { main: buyers } } }, async (arena) => {
    arena.consumers.add(consumer)
    const carts = await arena.readyCarts(Array.from({ length: buyers }, (_, index) => `buyer-${index}`))
    const plans = carts.map((cart): PlacePlan => ({ who: cart.customerId, cart, method: 'card_ok', idempotencyKey: `key-${cart.customerId}` }))
    const random = seededRandom(options.seed)
    const tills = dealt(plans).map((share, index) => startRacer(racerSetup(arena, index, 'place', { plans: share })))
    await Promise.all(tills.map(({ ready }) => ready))
    for (const till of tills) till.go()
    const selling = Promise.all(tills.map(({ end }) => end))
    let isSelling = true
    const lagging = options.engine === 'postgres' ? arena.use((commerce) => overtaking(commerce, random, () => isSelling)) : Promise.resolve()
    const deliveries: Delivery[] = []
    for (let kill = 0; kill < kills; kill += 1) await relayUntilKilled(arena, kill, random.integer(3, 12), deliveries)
    await relayForAWhile(arena, kills, deliveries)
    await selling
    isSelling = false
    await lagging
    await relayForAWhile(arena, kills + 1, deliveries)
    const written = await arena.use(allEvents)
    return (): Finding => ({ problems: deliveryProblems(written, deliveries, kills) })
  })
}

/** Several relays, each with a clock a lease later than that of the relays before, so that what a dead one held is free; ends with the death of one that is at work. */
async function relayUntilKilled(arena: Arena, life: number, diesAt: number, deliveries: Delivery[]): Promise<void> {
  const relays = startRelays(arena, life, diesAt, (delivery, kill) => {
    deliveries.push(delivery)
    if (delivery.isLast) kill()
  })
  await Promise.all(relays.map(({ ready }) => ready))
  for (const relay of relays) relay.go()
  const ends = relays.map(({ end }) => end)
  await Promise.any(ends.map(async (end) => ((await end) === 'killed' ? undefined : Promise.reject(new Error('a relay ended by itself')))))
  for (const relay of relays) relay.kill()
  await Promise.all(ends)
}

async function relayForAWhile(arena: Arena, life: number, deliveries: Delivery[]): Promise<void> {
  const relays = startRelays(arena, life, null, (delivery) => deliveries.push(delivery))
  await Promise.all(relays.map(({ ready }) => ready))
  for (const relay of relays) relay.go()
  await sleep(500)
  for (const relay of relays) relay.stop()
  await Promise.all(relays.map(({ end }) => end))
}

function startRelays(arena: Arena, life: number, diesAt: number | null, onDelivery: (delivery: Delivery, kill: () => void) => void) {
  return Array.from({ length: relaysAtOnce }, (_, index) => {
    const setup = racerSetup(arena, life * relaysAtOnce + index, 'relay', { consumer, diesAt })
    const shop = { ...arena.shop, clockSkewMs: 2 * minute * (life + 1) }
    const relay = startRacer({ ...setup, shop }, (report) => onDelivery(report as Delivery, () => relay.kill()))
    return relay
  })
}

async function overtaking(commerce: Commerce, random: SeededRandom, goesOn: () => boolean): Promise<void> {
  await Promise.all(Array.from({ length: lateAtOnce }, () => commitLate(commerce, random, goesOn)))
}

/** Transactions that write an event at their beginning and commit long after others which began later. */
async function commitLate({ storage }: Commerce, random: SeededRandom, goesOn: () => boolean): Promise<void> {
  while (goesOn()) {
    await storage.transaction({ source: 'database' }, async (tx) => {
      await tx.outbox.append([lateEvent(tx.now)])
      await sleep(random.integer(50, 250))
    })
  }
}

function lateEvent(occurredAt: Date): DomainEvent<'stock.availability_changed'> {
  const id = randomUUID() as DomainEvent['id']
  return { id, topic: 'stock.availability_changed', aggregateType: 'stock', aggregateId: id, aggregateVersion: 0, payload: { skus: ['HOT'] }, occurredAt }
}

async function allEvents({ storage }: Commerce): Promise<readonly DomainEvent[]> {
  return storage.snapshot({ source: 'database' }, async ({ outbox }) => (await outbox.read({ after: await outbox.tail(), limit: 1_000_000 })).events)
}

/** Each event at least once; those of an aggregate in order, apart from what is delivered again; and of each relay that was killed, its last event again. */
function deliveryProblems(written: readonly DomainEvent[], deliveries: readonly Delivery[], kills: number): readonly string[] {
  const times = Map.groupBy(deliveries, ({ eventId }) => eventId)
  const lost = written.filter(({ id }) => !times.has(id))
  const dying = deliveries.filter(({ isLast }) => isLast)
  const notAgain = dying.filter(({ eventId }) => (times.get(eventId)?.length ?? 0) < 2)
  const latest = new Map<string, number>()
  const seen = new Set<string>()
  const disordered: Delivery[] = []
  for (const delivery of deliveries.filter(({ eventId }) => !seen.has(eventId) && seen.add(eventId))) {
    const { aggregateId, aggregateVersion } = delivery
    if (aggregateVersion < (latest.get(aggregateId) ?? 0)) disordered.push(delivery)
    latest.set(aggregateId, aggregateVersion)
  }
  return [
    ...(written.length > 0 ? [] : ['nothing was written']),
    ...lost.map(({ topic, aggregateId }) => `${topic} of ${aggregateId} was never delivered`),
    ...(dying.length === kills ? [] : [`${dying.length} relays were killed instead of ${kills}`]),
    ...notAgain.map(({ eventId }) => `event ${eventId} was not delivered again, though the relay died with it`),
    ...disordered.map(({ aggregateId, aggregateVersion }) => `version ${aggregateVersion} of ${aggregateId} came after a later one`),
  ]
}
