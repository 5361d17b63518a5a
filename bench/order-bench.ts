import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Commerce, createCommerce, type Storage } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'
import { type BenchResult, median } from './report.ts'
import { type LoggedStatement, loggingHandle, replay, rowCounts } from './statement-log.ts'

const skus = ['ONE', 'TWO', 'THREE']
const shippingAddress = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }

async function open(storage: Storage): Promise<Commerce> {
  return createCommerce({ storage, currency: 'USD', payments: [fakePayments()] })
}

async function makeShop(file: string): Promise<void> {
  await using commerce = await open(sqliteStorage({ file }))
  const products = skus.map((sku) => ({
    handle: sku.toLowerCase(),
    title: sku,
    variants: [{ sku, prices: [{ currency: 'USD', amountMinor: 1999 }], stock: [{ quantity: 1_000_000 }] }],
  }))
  await commerce.catalog.upsertMany({ products })
}

/** A whole purchase of three lines: cart, three lines, quote, place. */
async function purchase(commerce: Commerce): Promise<void> {
  const { cart, guestToken = '' } = await commerce.carts.create()
  const actor = { type: 'guest', token: guestToken } as const
  for (const sku of skus) await commerce.carts.addLine({ actor, cartId: cart.id, sku, quantity: 1 })
  const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
  const payment = { provider: 'fake', method: 'card_ok' }
  const placed = await commerce.checkout.place({ actor, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: cart.id })
  if (placed.outcome !== 'confirmed') throw new Error(`expected a confirmed order, got ${placed.outcome}`)
}

async function timePurchases(storage: Storage, orders: number): Promise<number> {
  await using commerce = await open(storage)
  const startedAt = performance.now()
  for (let order = 0; order < orders; order += 1) await purchase(commerce)
  return performance.now() - startedAt
}

export interface OrderBenchOptions {
  readonly synchronous: 'FULL' | 'OFF'
  /**
   * How the other side writes its statements: `by hand`, with plain `?`, as a person does; or `as sent`, with the hint our driver gives SQLite's planner,
   * `likely(?)`, without which SQLite plans many statements anew at each execution.
   */
  readonly statements: 'by hand' | 'as sent'
  readonly orders: number
  readonly rounds: number
}

/**
 * One order of three lines, the whole path, against a bare better-sqlite3 that runs the statements ours ran, captured beforehand with their values, in the
 * same transactions: it computes nothing, it only sends. Both sides start from the same file and must end with the same number of rows in every table. The bare one has
 * WAL, the same `synchronous`, foreign keys, and all else as SQLite comes; ours folds its log into the file at 16 MB instead of 4.
 */
export async function orderBench(options: OrderBenchOptions): Promise<{ result: BenchResult; notes: readonly string[] }> {
  const { synchronous, orders, rounds } = options
  const directory = await mkdtemp(join(tmpdir(), 'cartwright-bench-'))
  const path = (name: string) => join(directory, name)
  try {
    await makeShop(path('empty.db'))
    const captured = await capture(path('empty.db'), path('captured.db'), orders)
    const log = options.statements === 'as sent' ? captured : captured.map((entry) => ({ ...entry, sql: entry.sql.replaceAll('likely(?)', '?') }))
    const ours: number[] = []
    const bare: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      await copyFile(path('empty.db'), path(`ours-${round}.db`))
      ours.push(await timePurchases(sqliteStorage({ file: path(`ours-${round}.db`), synchronous }), orders))
      await copyFile(path('empty.db'), path(`bare-${round}.db`))
      bare.push(replay(path(`bare-${round}.db`), synchronous, log))
      requireSameRows(rowCounts(path(`ours-${round}.db`)), rowCounts(path(`bare-${round}.db`)))
    }
    return summarise(options, log, median(ours), median(bare), written(rowCounts(path('empty.db')), rowCounts(path('ours-0.db')), orders))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function capture(from: string, to: string, orders: number): Promise<LoggedStatement[]> {
  await copyFile(from, to)
  const log: LoggedStatement[] = []
  const database = loggingHandle(to, log)
  const commerce = await open(sqliteStorage({ database }))
  log.length = 0
  for (let order = 0; order < orders; order += 1) await purchase(commerce)
  const captured = log.filter(({ sql }) => !sql.startsWith('PRAGMA'))
  await commerce.close()
  database.close()
  return captured
}

function requireSameRows(ours: Readonly<Record<string, number>>, bare: Readonly<Record<string, number>>): void {
  if (!isDeepStrictEqual(ours, bare)) throw new Error(`the two sides wrote different rows: ${JSON.stringify({ ours, bare })}`)
}

function written(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>, orders: number): string {
  return Object.entries(after)
    .map(([table, rows]) => [table, (rows - (before[table] ?? 0)) / orders] as const)
    .filter(([, rows]) => rows > 0)
    .map(([table, rows]) => `${table} ${rows}`)
    .join(', ')
}

function summarise(options: OrderBenchOptions, log: readonly LoggedStatement[], oursMs: number, bareMs: number, rows: string) {
  const { synchronous, statements, orders } = options
  const perSecond = (ms: number) => Math.round((orders / ms) * 1_000)
  const commits = log.filter(({ sql }) => sql === 'BEGIN IMMEDIATE').length / orders
  const ratio = bareMs / oursMs
  const judged = synchronous === 'FULL' && statements === 'as sent'
  const goal = judged ? 'ratio ≥ 0.7' : 'shown'
  const met = judged ? ratio >= 0.7 : null
  const result = {
    bench: `order of three lines, synchronous=${synchronous}, statements ${statements}`,
    ours: perSecond(oursMs),
    baseline: perSecond(bareMs),
    ratio,
    unit: 'orders/s',
    goal,
    met,
  }
  const notes = [`synchronous=${synchronous}: per order ${(log.length / orders).toFixed(1)} statements, ${commits} commits; rows: ${rows}`]
  return { result, notes }
}
