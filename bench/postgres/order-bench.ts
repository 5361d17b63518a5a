import { isDeepStrictEqual } from 'node:util'
import { postgresStorage } from '@cartwright/adapters-postgres'
import { type Commerce, createCommerce } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'
import type pg from 'pg'
import { commitsIn, type RoundTrip, roundTripsOf } from '../../packages/adapters-postgres/test/round-trips.ts'
import type { BenchResult } from '../report.ts'
import { comparison, connectClients, replay, timeTurns } from './against-bare.ts'
import { databaseUrl, dropDatabase, remakeDatabase, rowCounts } from './bench-database.ts'

/** Enough SKUs that clients rarely want the same one. */
const skus = Array.from({ length: 1_000 }, (_, index) => `SKU-${index}`)
const shippingAddress = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }

function openShop(url: string, clients: number): Promise<Commerce> {
  return createCommerce({ storage: postgresStorage({ url, writers: clients, readers: clients }), currency: 'USD', payments: [fakePayments()], migrate: true })
}

/** A whole purchase of three lines: cart, three lines, quote, place. @param turn - chooses the lines. */
async function purchase(commerce: Commerce, turn: number): Promise<void> {
  const { cart, guestToken = '' } = await commerce.carts.create()
  const actor = { type: 'guest', token: guestToken } as const
  for (const line of [0, 1, 2]) await commerce.carts.addLine({ actor, cartId: cart.id, sku: skus[(turn * 3 + line) % skus.length] ?? '', quantity: 1 })
  const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
  const payment = { provider: 'fake', method: 'card_ok' }
  const placed = await commerce.checkout.place({ actor, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: cart.id })
  if (placed.outcome !== 'confirmed') throw new Error(`expected a confirmed order, got ${placed.outcome}`)
}

/**
 * How many orders have been placed, on either side, before the clock starts: at least six by each client, since from its sixth execution on, Postgres need not plan a
 * prepared statement anew, and a few hundred in all, for V8 compiles what has often run. A shop is started once and runs for weeks.
 */
function warmUpOf(clients: number): number {
  return Math.max(6 * clients, 320)
}

export interface CaptureOptions {
  /** How many orders the clock sees. */
  readonly timed: number
  /** The largest number of clients that will place them. */
  readonly clients: number
}

/** The database that every run starts from, and what each order sends to it. */
export interface CapturedOrders {
  readonly template: string
  readonly timed: number
  /** What warms up, then what is timed. */
  readonly orders: readonly (readonly RoundTrip[])[]
}

/** Makes a shop and captures orders on a copy of it, one after the other. */
export async function captureOrders({ timed, clients }: CaptureOptions): Promise<CapturedOrders> {
  const count = timed + warmUpOf(clients)
  const template = 'cartwright_bench_shop'
  const made = await openShop(await remakeDatabase(template), 4)
  const products = skus.map((sku) => ({
    handle: sku.toLowerCase(),
    title: sku,
    variants: [{ sku, prices: [{ currency: 'USD', amountMinor: 1999 }], stock: [{ quantity: 1_000_000 }] }],
  }))
  await made.catalog.upsertMany({ products })
  await made.close()

  const commerce = await openShop(await remakeDatabase('cartwright_bench_capture', template), 1)
  await purchase(commerce, count)
  await commerce.close()
  const captured = await openShop(await remakeDatabase('cartwright_bench_capture', template), 1)
  const orders: RoundTrip[][] = []
  for (let turn = 0; turn < count; turn += 1) orders.push(await roundTripsOf(() => purchase(captured, turn)))
  await captured.close()
  await dropDatabase('cartwright_bench_capture')
  return { template, timed, orders }
}

/** What so many clients place: the orders that warm up, then those that are timed. */
export function ordersOf({ timed, orders }: CapturedOrders, clients: number): CapturedOrders['orders'] {
  return orders.slice(0, warmUpOf(clients) + timed)
}

export interface OrderBenchOptions {
  readonly clients: number
  readonly rounds: number
}

/**
 * Orders of three lines, the whole path, against a bare `pg` that sends the statements ours sent, captured beforehand with their values, in the same transactions and
 * with the same waits: it computes nothing. Each side has warmed up by as many orders before its clock starts, the two take turns in going first, and both start from the
 * same database and must end with the same number of rows in every table.
 */
export async function orderBench(captured: CapturedOrders, { clients, rounds }: OrderBenchOptions): Promise<BenchResult> {
  const { template, timed } = captured
  const all = ordersOf(captured, clients)
  const sides = [
    { name: 'cartwright_bench_ours', elapsedMs: [] as number[], run: (url: string) => timeOurs(url, all.length, clients) },
    { name: 'cartwright_bench_bare', elapsedMs: [] as number[], run: (url: string) => timeBare(url, all, clients) },
  ] as const
  const [ours, bare] = sides
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, elapsedMs, run } of round % 2 === 0 ? sides : sides.toReversed()) elapsedMs.push(await run(await remakeDatabase(name, template)))
    const [ourRows, bareRows] = [await rowCounts(databaseUrl(ours.name)), await rowCounts(databaseUrl(bare.name))]
    if (!isDeepStrictEqual(ourRows, bareRows)) throw new Error(`the two sides wrote different rows: ${JSON.stringify({ ourRows, bareRows })}`)
  }
  const bench = `order of three lines, ${clients} client${clients === 1 ? '' : 's'}, against bare pg with the same statements`
  return comparison(bench, 'orders/s', { count: timed, oursMs: ours.elapsedMs, baselineMs: bare.elapsedMs, goal: 0.75 })
}

/** Statements, round trips, commits and rows of one order. */
export async function orderCosts({ template, orders }: CapturedOrders): Promise<string> {
  const per = (total: number) => (total / orders.length).toFixed(1)
  const trips = orders.flat()
  const [before, after] = [await rowCounts(databaseUrl(template)), await rowCounts(databaseUrl('cartwright_bench_bare'))]
  const rows = Object.entries(after)
    .map(([table, count]) => [table, (count - (before[table] ?? 0)) / orders.length] as const)
    .filter(([, count]) => count > 0)
    .map(([table, count]) => `${table} ${count}`)
  return `per order: ${per(trips.flat().length)} statements, ${per(trips.length)} round trips, ${per(commitsIn(trips))} commits; rows: ${rows.join(', ')}`
}

/** @param orders - how many, those that warm up included */
async function timeOurs(url: string, orders: number, clients: number): Promise<number> {
  const commerce = await openShop(url, clients)
  const elapsedMs = await timeWarm(orders, clients, (turn) => purchase(commerce, turn))
  await commerce.close()
  return elapsedMs
}

async function timeBare(url: string, orders: readonly (readonly RoundTrip[])[], clients: number): Promise<number> {
  const connections = await connectClients(url, clients)
  const elapsedMs = await timeWarm(orders.length, clients, (turn, client) => replay(connections[client] as pg.Client, orders[turn] ?? []))
  await Promise.all(connections.map((client) => client.end()))
  return elapsedMs
}

async function timeWarm(orders: number, clients: number, work: (turn: number, client: number) => Promise<unknown>): Promise<number> {
  const warmUp = warmUpOf(clients)
  await timeTurns(warmUp, clients, work)
  return await timeTurns(orders - warmUp, clients, (turn, client) => work(warmUp + turn, client))
}
