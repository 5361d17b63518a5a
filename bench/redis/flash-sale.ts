import { postgresStorage } from '@cartwright/adapters-postgres'
import { type RedisConnection, redisAdmission } from '@cartwright/adapters-redis'
import { type Commerce, createCommerce, type Money, type StepProbe } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'
import { dropDatabase, remakeDatabase } from '../postgres/bench-database.ts'

const database = 'cartwright_bench_redis'
const address = { name: 'Ada Buyer', line1: '1 Main Street', city: 'Springfield', region: 'NY', postalCode: '12345', country: 'US' }
const customer = (name: string) => ({ type: 'customer', customerId: name }) as const

/** A cart with one unit of `HOT`, and what it costs. */
export interface ReadyBuyer {
  readonly name: string
  readonly cartId: string
  readonly total: Money
}

interface FlashSale {
  readonly commerce: Commerce
  /** Carts that are ready to be placed, made while there is stock. */
  ready(count: number): Promise<readonly ReadyBuyer[]>
  close(): Promise<void>
}

interface FlashSaleOptions {
  readonly units: number
  /** Where admission counts; without, everybody goes to the database. */
  readonly redis?: RedisConnection
  readonly clients: number
  readonly probe?: StepProbe
}

/** A shop on Postgres with so many units of one SKU that everybody wants. */
export async function openFlashSale({ units, redis, clients, probe }: FlashSaleOptions): Promise<FlashSale> {
  const storage = postgresStorage({ url: await remakeDatabase(database), writers: clients, readers: clients, timeouts: { lockMs: 5_000 } })
  const admission = redis === undefined ? {} : { inventory: { admission: { gate: redisAdmission({ redis }), skus: ['HOT'] } } }
  const payments = [fakePayments()]
  const commerce = await createCommerce({ storage, currency: 'USD', payments, migrate: true, ...admission, ...(probe === undefined ? {} : { probe }) })
  const variants = [{ sku: 'HOT', prices: [{ currency: 'USD', amountMinor: 1250 }], stock: [{ quantity: units }] }]
  await commerce.catalog.upsertMany({ products: [{ handle: 'hot', title: 'Hot', variants }] })
  let made = 0
  const readyOne = async (): Promise<ReadyBuyer> => {
    made += 1
    const name = `buyer-${made}`
    const actor = customer(name)
    const { cart } = await commerce.carts.create({ actor, currency: 'USD' })
    await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'HOT', quantity: 1 })
    const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' })
    return { name, cartId: cart.id, total: quote.total }
  }
  return {
    commerce,
    ready: (count) => inParallel(Array.from({ length: count }), clients, readyOne),
    close: async () => {
      await commerce.close()
      await dropDatabase(database)
    },
  }
}

/** @returns the placement's outcome; rejects as `place` does. */
export async function placeReady(commerce: Commerce, { name, cartId, total }: ReadyBuyer): Promise<string> {
  const payment = { provider: 'fake', method: 'card_ok' }
  return (await commerce.checkout.place({ actor: customer(name), cartId, expectedTotal: total, payment, idempotencyKey: name })).outcome
}

/** Works on all items, so many at a time. */
export async function inParallel<Item, Result>(items: readonly Item[], clients: number, work: (item: Item) => Promise<Result>): Promise<readonly Result[]> {
  const results: Result[] = []
  const queue = items.entries()
  const client = async () => {
    for (const [index, item] of queue) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: clients }, client))
  return results
}
