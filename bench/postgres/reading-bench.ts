import { postgresSearch, postgresStorage } from '@cartwright/adapters-postgres'
import { createCommerce } from '@cartwright/core'
import pg from 'pg'
import { type RoundTrip, roundTripsOf } from '../../packages/adapters-postgres/test/round-trips.ts'
import { type BenchResult, median } from '../report.ts'
import { databaseUrl, remakeDatabase } from './bench-database.ts'
import { replay } from './replay.ts'

export interface ReadingBenchOptions {
  /** A database with the shop to read. */
  readonly template: string
  readonly clients: number
  readonly rounds: number
  /** Calls a round. */
  readonly calls: number
}

const name = 'cartwright_bench_reading'

/** Page views through the library against a bare `pg` that sends the statements ours sent, with the same waits. */
export async function readingBench(options: ReadingBenchOptions): Promise<readonly BenchResult[]> {
  const url = await remakeDatabase(name, options.template)
  const search = postgresSearch({ url })
  const { clients: readers } = options
  const commerce = await createCommerce({ storage: postgresStorage({ url, readers }), search, currency: 'USD', migrate: true })
  try {
    await search.migrations.up()
    await commerce.search.reindex()
    return [
      await compare('product view by handle', options, (turn) => commerce.catalog.get({ handle: `sku-${turn % 1_000}` })),
      await compare('listing of 20, newest first', options, () => commerce.catalog.list()),
      await compare('search, one word', options, (turn) => commerce.search.query({ text: `sku-${turn % 1_000}` })),
    ]
  } finally {
    await commerce.close()
  }
}

async function compare(view: string, { clients, rounds, calls }: ReadingBenchOptions, call: (turn: number) => Promise<unknown>): Promise<BenchResult> {
  const turns = Array.from({ length: calls }, (_, turn) => turn)
  const trips: RoundTrip[][] = []
  for (const turn of turns) trips.push(await roundTripsOf(() => call(turn)))
  const connections = await Promise.all(Array.from({ length: clients }, connect))
  const [ours, bare]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await timed(calls, clients, (turn) => call(turn)))
    bare.push(await timed(calls, clients, (turn, client) => replay(connections[client] as pg.Client, trips[turn] ?? [])))
  }
  await Promise.all(connections.map((client) => client.end()))
  const perSecond = (ms: number) => Math.round((calls / ms) * 1_000)
  const ratio = median(bare) / median(ours)
  return {
    bench: `${view}, ${clients} clients, against bare pg with the same statements`,
    ours: perSecond(median(ours)),
    baseline: perSecond(median(bare)),
    ratio,
    unit: 'views/s',
    goal: 'ratio ≥ 0.7',
    met: ratio >= 0.7,
  }
}

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl(name), pipeline: true } as pg.ClientConfig)
  await client.connect()
  return client
}

async function timed(calls: number, clients: number, call: (turn: number, client: number) => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  let next = 0
  const work = async (client: number) => {
    for (let turn = next++; turn < calls; turn = next++) await call(turn, client)
  }
  await Promise.all(Array.from({ length: clients }, (_, client) => work(client)))
  return performance.now() - startedAt
}
