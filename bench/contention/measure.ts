import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Commerce, createCommerce, isCommerceError, type Storage, type StrategyName } from '@cartwright/core'
import { fakePayments, type SeededRandom, seededRandom } from '@cartwright/testing'

export const skuCounts = [1, 10, 1_000] as const
export const clientCounts = [1, 8, 64] as const

export interface ContentionOptions {
  /** A claim is a reservation by itself; an order is the whole way from a ready cart to a confirmed order. */
  readonly operation: 'claim' | 'order'
  readonly strategy: StrategyName
  /** How many SKUs the clients choose from, all alike. */
  readonly skus: number
  /** How many calls are under way at any time, in one process. */
  readonly clients: number
  readonly seconds: number
  readonly seed: number
}

export interface ContentionCell extends Omit<ContentionOptions, 'seconds' | 'seed'> {
  readonly perSecond: number
  readonly p99Ms: number
  /** Transactions that were rolled back and run again, and calls repeated by the client. */
  readonly retries: number
}

const unitsOfEach = 10_000_000
const shippingAddress = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }

/**
 * One operation, repeated by every client on a shop of its own; then the audit and the count of units.
 *
 * @param empty - the shop's storage, migrated; it is closed afterwards. @default SQLite, `synchronous=FULL`
 */
export async function measureCell(options: ContentionOptions, empty?: Storage): Promise<ContentionCell> {
  const { operation, strategy, skus, clients } = options
  const directory = await mkdtemp(join(tmpdir(), 'cartwright-contention-'))
  const counted = countRollbacks(empty ?? sqliteStorage({ file: join(directory, 'shop.db') }))
  const commerce = await createCommerce({ storage: counted.storage, currency: 'USD', payments: [fakePayments()], inventory: { strategy } })
  try {
    await stock(commerce, skus)
    const random = seededRandom(options.seed)
    const loop = operation === 'claim' ? claims : orders
    const latenciesMs: number[] = []
    const run = { commerce, random, skus, repeats: 0, latenciesMs, untilMs: 0 }
    await Promise.all(Array.from({ length: clients }, () => loop({ ...run, untilMs: performance.now() + 100, latenciesMs: [] })))
    counted.reset()
    const startedMs = performance.now()
    run.untilMs = startedMs + options.seconds * 1_000
    await Promise.all(Array.from({ length: clients }, () => loop(run)))
    const elapsedMs = performance.now() - startedMs
    await requireSound(commerce, skus)
    const sorted = latenciesMs.sort((a, b) => a - b)
    return {
      operation,
      strategy,
      skus,
      clients,
      perSecond: (latenciesMs.length / elapsedMs) * 1_000,
      p99Ms: sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN,
      retries: counted.rollbacks() + run.repeats,
    }
  } finally {
    await commerce.close()
    await rm(directory, { recursive: true, force: true })
  }
}

interface Run {
  readonly commerce: Commerce
  readonly random: SeededRandom
  readonly skus: number
  readonly untilMs: number
  readonly latenciesMs: number[]
  repeats: number
}

async function claims(run: Run): Promise<void> {
  while (performance.now() < run.untilMs) {
    await timed(run, () => run.commerce.inventory.reserve({ claims: [{ sku: sku(run), quantity: 1 }], holder: { type: 'external', id: 'bench' } }))
  }
}

/** Making the cart and its quote is not part of the time: the strategies have no say in it. */
async function orders(run: Run): Promise<void> {
  const { commerce } = run
  while (performance.now() < run.untilMs) {
    const { cart, guestToken = '' } = await commerce.carts.create()
    const actor = { type: 'guest', token: guestToken } as const
    await commerce.carts.addLine({ actor, cartId: cart.id, sku: sku(run), quantity: 1 })
    const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
    const payment = { provider: 'fake', method: 'card_ok' }
    const place = { actor, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: cart.id }
    const placed = await timed(run, () => commerce.checkout.place(place))
    if (placed.outcome !== 'confirmed') throw new Error(`expected a confirmed order, got ${placed.outcome}`)
  }
}

function sku({ random, skus }: Run): string {
  return `SKU-${random.integer(1, skus)}`
}

/** Repeats what is retryable, as a client does, and takes the time until it is done. */
async function timed<T>(run: Run, call: () => Promise<T>): Promise<T> {
  const startedMs = performance.now()
  for (;;) {
    try {
      const result = await call()
      run.latenciesMs.push(performance.now() - startedMs)
      return result
    } catch (error) {
      if (!isCommerceError(error) || !error.retryable) throw error
      run.repeats += 1
    }
  }
}

async function stock(commerce: Commerce, skus: number): Promise<void> {
  const products = Array.from({ length: skus }, (_, index) => ({
    handle: `sku-${index + 1}`,
    title: `SKU ${index + 1}`,
    variants: [{ sku: `SKU-${index + 1}`, prices: [{ currency: 'USD', amountMinor: 1999 }], stock: [{ quantity: unitsOfEach }] }],
  }))
  const { rejected } = await commerce.catalog.upsertMany({ products })
  if (rejected.length > 0) throw new Error(`the goods were refused: ${JSON.stringify(rejected[0])}`)
}

async function requireSound(commerce: Commerce, skus: number): Promise<void> {
  const { violations } = await commerce.audit({ graceMs: 3_600_000 })
  if (violations > 0) throw new Error(`the audit found ${violations} violations`)
  const names = Array.from({ length: skus }, (_, index) => `SKU-${index + 1}`)
  const levels = await commerce.inventory.levels({ skus: names.slice(0, 100) })
  if (levels.some(({ onHand, reserved }) => onHand !== unitsOfEach || reserved < 0)) throw new Error('units have come or gone')
}

/** The same storage, and how many of its transactions were rolled back. */
function countRollbacks(storage: Storage): { storage: Storage; reset(): void; rollbacks(): number } {
  let rollbacks = 0
  const transaction: Storage['transaction'] = async (now, work) => {
    try {
      return await storage.transaction(now, work)
    } catch (error) {
      rollbacks += 1
      throw error
    }
  }
  return {
    storage: new Proxy(storage, { get: (target, name) => (name === 'transaction' ? transaction : bound(target, name)) }),
    reset: () => {
      rollbacks = 0
    },
    rollbacks: () => rollbacks,
  }
}

function bound(target: Storage, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name, target)
  return typeof member === 'function' ? member.bind(target) : member
}
