import type { Cast } from './cast.ts'

const minute = 60_000
const hour = 60 * minute

/** When the worker looks after everything: past locks, past holds, past every recheck of the bank. */
const laterMs = [...Array.from({ length: 8 }, () => 20 * minute), ...Array.from({ length: 6 }, () => 26 * hour)]
/** How long a client waits before it sends a call again whose outcome it does not know: in the end, longer than any payment of another order keeps a cart. */
const patienceMs = [minute, minute, minute, 20 * minute, 26 * hour, 26 * hour, 26 * hour, 26 * hour, 26 * hour]

/** Lets everything come to its end: what is under way, then calls whose outcome nobody knows, then what only time and the worker can finish. */
export async function settle(cast: Cast): Promise<void> {
  const { world } = cast
  world.beginStep(0)
  world.calm = true
  await world.turns()
  await world.restartTheDead(cast.plan)
  world.say('settling')
  await world.line.deliverLate()
  await repeatTheUnsettled(cast)
  for (const ms of laterMs) {
    for (const refund of world.bank.ledger.refunds()) if (refund.status === 'pending') world.bank.ledger.settleRefund(refund.providerRefundId)
    world.clock.advance(ms)
    await runWorker(cast)
  }
}

/** A client that does not know what became of a call sends it again, with the same key, until it is told. */
async function repeatTheUnsettled(cast: Cast): Promise<void> {
  const { world } = cast
  for (const waitMs of patienceMs) {
    const open = cast.keyedCalls.filter(({ settled }) => !settled)
    if (open.length === 0) return
    for (const call of open) {
      world.launch(() => call.run(world, world.servers[0] as (typeof world.servers)[number]))
      await world.turns()
    }
    world.clock.advance(waitMs)
    await runWorker(cast)
  }
  for (const { what, settled } of cast.keyedCalls) if (!settled) world.problems.push(`${what}: its key never told what became of it`)
}

async function runWorker({ world }: Cast): Promise<void> {
  const [server] = world.servers
  if (server === undefined) throw new Error('no server runs')
  world.launch(async () => {
    await world.call(server, 'worker', () => server.commerce.worker.runOnce())
  })
  await world.turns()
}
