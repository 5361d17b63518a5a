import { setTimeout as sleep } from 'node:timers/promises'
import { postgresStorage } from '@cartwright/adapters-postgres'
import { type Commerce, createCommerce } from '@cartwright/core'
import { fakePaymentsClient, seededRandom } from '@cartwright/testing'
import { type CountedPool, countedPool, untilReplica } from '../../../packages/adapters-postgres/test/counted-pool.ts'
import { ownServers } from '../../servers/own-servers.ts'
import { shopDatabase } from '../../servers/shop-database.ts'
import { type Arena, unitMinor } from '../arena.ts'
import { type CaseOptions, type CaseResult, type Finding, runCase } from '../race-case.ts'
import { Retrier } from '../retrier.ts'
import { customer, placeCart, readyCart } from '../tasks/buyer.ts'

const behindMs = 30_000
const newUnitMinor = 1500
const staff = { type: 'admin', id: 'ops' } as const

/** A process's shop, which reads from the replica, and what goes to it. */
interface ReplicaShop {
  readonly commerce: Commerce
  readonly replica: CountedPool
  close(): Promise<void>
}

/** Opens a shop and waits until its replica answers. */
async function openReplicaShop({ shop }: Arena, replicaUrl: string, maxLagMs: number): Promise<ReplicaShop> {
  const replica = countedPool(replicaUrl)
  const storage = postgresStorage({ url: shop.postgres ?? '', replicas: [replica], maxLagMs, probeIntervalMs: 50, timeouts: { lockMs: 5_000 } })
  const payments = [fakePaymentsClient({ url: shop.bankUrl })]
  const commerce = await createCommerce({ storage, currency: 'USD', payments, inventory: { strategy: shop.strategy } })
  await untilReplica(storage, replica, 'answers')
  const close = async () => {
    await commerce.close()
    await replica.end()
  }
  return { commerce, replica, close }
}

/**
 * D3: the replica is 30 s behind. The catalogue may be that old, but only as long as the shop allows it; carts and orders never are to those they belong to, and what
 * is decided and charged is right.
 */
export async function laggingReplica(options: CaseOptions): Promise<CaseResult> {
  const [units, buyers] = options.size === 'full' ? [100, 240] : [10, 24]
  const servers = await ownServers()
  try {
    const database = await shopDatabase(servers.primary.url)
    return await runCase('D3', options, { supply: { HOT: { main: units } }, database }, async (arena) => {
      const { url } = await servers.addReplica('behind', [`recovery_min_apply_delay=${behindMs}`])
      const patient = await Promise.all([openReplicaShop(arena, url, 4 * behindMs), openReplicaShop(arena, url, 4 * behindMs)])
      const strict = await openReplicaShop(arena, url, 1_000)
      try {
        const [first, second] = patient
        await first.commerce.catalog.setPrice({ sku: 'HOT', price: { currency: 'USD', amountMinor: newUnitMinor } })
        const stale = await priceIn(second.commerce)
        const sales = await Promise.all(
          Array.from({ length: buyers }, (_, index) => buy(index % 2 === 0 ? first : second, `buyer-${index}`, options.seed + index)),
        )
        const worked = await workedOnPrimary(first)
        const problems = [...sales.flatMap((sale) => sale.problems), ...worked, ...(await leavesOut(strict))]
        if (stale !== unitMinor) problems.push(`the catalogue was read at ${stale}, so not from the replica`)
        const confirmed = sales.filter(({ confirmed }) => confirmed).length
        return ({ sold }): Finding => ({
          undersold: Math.max(0, units - (sold.HOT ?? 0)),
          problems: [...problems, ...(confirmed === units ? [] : [`${confirmed} were told of a sale`])],
        })
      } finally {
        for (const shop of [...patient, strict]) await shop.close()
      }
    })
  } finally {
    await servers.remove()
  }
}

async function priceIn(commerce: Commerce): Promise<number | undefined> {
  const { items } = await commerce.catalog.list({ currency: 'USD' })
  return items[0]?.variants[0]?.prices[0]?.amountMinor
}

/** One buyer, who looks at the cart and the order after each step. */
async function buy({ commerce }: ReplicaShop, name: string, seed: number): Promise<{ confirmed: boolean; problems: readonly string[] }> {
  const actor = customer(name)
  const racer = { commerce, retrier: new Retrier(seededRandom(seed)) }
  const cart = await readyCart(racer, name, { HOT: 1 })
  const { cartId } = cart
  const problems: string[] = []
  for (const who of [actor, staff]) {
    const seen = await commerce.carts.get({ actor: who, cartId })
    if (seen.lines[0]?.quantity !== 1) problems.push(`${who.type} does not see the line of ${name}`)
  }
  if (cart.total.amountMinor !== newUnitMinor) problems.push(`${name} was quoted ${cart.total.amountMinor}`)
  const answer = await placeCart(racer, name, cart, { method: 'card_ok', idempotencyKey: name })
  if (answer.orderId === null)
    return { confirmed: false, problems: answer.outcome === 'OUT_OF_STOCK' ? problems : [...problems, `${name}: ${answer.outcome} ${answer.message}`] }
  const order = await commerce.orders.get({ actor, id: answer.orderId })
  const { items } = await commerce.orders.list({ actor })
  const story = await commerce.orders.timeline({ actor, orderId: order.id })
  const closed = await commerce.carts.get({ actor, cartId })
  if (order.status !== 'confirmed') problems.push(`${name} sees an order that is ${order.status}`)
  if (items.length !== 1 || story.length < 2) problems.push(`${name} sees ${items.length} orders, the first of ${story.length} steps`)
  if (closed.status !== 'ordered') problems.push(`${name} sees a cart that is ${closed.status}`)
  return { confirmed: order.status === 'confirmed', problems }
}

/** What must never be read from a replica: it would find next to nothing there. */
async function workedOnPrimary({ commerce, replica }: ReplicaShop): Promise<readonly string[]> {
  const before = replica.reads
  await commerce.worker.runOnce()
  await commerce.audit({ providers: true })
  await commerce.inventory.levels({ skus: ['HOT'] })
  await commerce.inventory.listLocations()
  return replica.reads === before ? [] : [`${replica.reads - before} statements of the worker, the audit or the inventory went to the replica`]
}

/** A shop that allows less lag than there is stops reading from the replica: it sees the new price long before the replica does. */
async function leavesOut({ commerce, replica }: ReplicaShop): Promise<readonly string[]> {
  for (const since = performance.now(); (await priceIn(commerce)) !== newUnitMinor; await sleep(50)) {
    if (performance.now() - since > behindMs / 2) return ['a replica that is too far behind still answers']
  }
  const before = replica.reads
  for (let count = 0; count < 10; count += 1) await priceIn(commerce)
  return replica.reads === before ? [] : ['a replica that was left out was asked again, though it has not caught up']
}
