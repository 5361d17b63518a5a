import { postgresSearch, postgresStorage } from '@cartwright/adapters-postgres'
import { createCommerce } from '@cartwright/core'
import type pg from 'pg'
import { type RoundTrip, roundTripsOf } from '../../packages/adapters-postgres/test/round-trips.ts'
import type { BenchResult } from '../report.ts'
import { comparison, connectClients, replay, timeTurns } from './against-bare.ts'
import { databaseUrl, remakeDatabase } from './bench-database.ts'

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
  const connections = await connectClients(databaseUrl(name), clients)
  const [oursMs, baselineMs]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    oursMs.push(await timeTurns(calls, clients, call))
    baselineMs.push(await timeTurns(calls, clients, (turn, client) => replay(connections[client] as pg.Client, trips[turn] ?? [])))
  }
  await Promise.all(connections.map((client) => client.end()))
  const bench = `${view}, ${clients} clients, against bare pg with the same statements`
  return comparison(bench, 'views/s', { count: calls, oursMs, baselineMs, goal: 0.7 })
}
