import { arrive, edit, place, pry, repeat, resume } from './buyer-operations.ts'
import type { Cast, Operation } from './cast.ts'
import { commit, consume, extend, release, reserve } from './hold-operations.ts'
import { decideAtBank, pass, payOut, work } from './outside-operations.ts'
import { chance, streamOf, weighted } from './seed-streams.ts'
import { applyCode, grantCredit, issueCard, search } from './selling-operations.ts'
import { adjust, cancel, capture, deliver, fulfil, publishOrArchive, reprice } from './staff-operations.ts'

type Choices = readonly (readonly [weight: number, operation: readonly [name: string, run: Operation]])[]

const operations: Choices = [
  [3, ['arrive', arrive]],
  [2, ['edit', edit]],
  [8, ['place', place]],
  [3, ['repeat', repeat]],
  [3, ['resume', resume]],
  [1, ['pry', pry]],
  [3, ['cancel', cancel]],
  [2, ['capture', capture]],
  [3, ['fulfil', fulfil]],
  [1, ['deliver', deliver]],
  [1, ['reprice', reprice]],
  [1, ['publish or archive', publishOrArchive]],
  [2, ['adjust', adjust]],
  [2, ['reserve', reserve]],
  [1, ['extend', extend]],
  [1, ['commit', commit]],
  [1, ['release', release]],
  [1, ['consume', consume]],
  [6, ['work', work]],
  [5, ['pass', pass]],
  [4, ['bank decides', decideAtBank]],
  [1, ['bank pays out', payOut]],
]

/** What is done beside in a shop that has it. */
const withSearch: Choices = [[1, ['search', search]]]
const withOffers: Choices = [[5, ['apply a code', applyCode]]]
const withCredit: Choices = [
  [1, ['issue a card', issueCard]],
  [1, ['grant credit', grantCredit]],
]

function choicesOf({ plan, world }: Cast): Choices {
  return [
    ...operations,
    ...(world.rates.service === undefined ? [] : withSearch),
    ...(plan.offers === undefined ? [] : withOffers),
    ...(plan.giftCards === undefined ? [] : withCredit),
  ]
}

/** How likely a step waits until everything that is under way has ended, rather than letting some turns pass. */
const waitsForAll = 0.35
const fewTurns = 40

/** Buyers come first, then anybody does anything: each step starts something beside what is still under way. */
export async function walk(cast: Cast, steps: number, without: ReadonlySet<string>): Promise<void> {
  const { world } = cast
  const choices = choicesOf(cast)
  for (let step = 1; step <= steps; step += 1) {
    if (without.has(`s${step}`)) continue
    const random = streamOf(world.seed, 5, step)
    const [name, run] = step <= 2 ? (['arrive', arrive] as const) : weighted(random, choices)
    world.beginStep(step)
    await world.restartTheDead(cast.plan)
    const server = random.pick(world.servers)
    world.say(`s${step} ${name} at ${server.name}`)
    world.launch(() => run({ ...cast, cast, random, server, commerce: server.commerce }))
    await world.turns(chance(random, waitsForAll) ? undefined : random.integer(0, fewTurns))
  }
}
