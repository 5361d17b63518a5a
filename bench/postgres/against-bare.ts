import pg from 'pg'
import type { RoundTrip } from '../../packages/adapters-postgres/test/round-trips.ts'
import { type BenchResult, median } from '../report.ts'

/** Bare connections, as many as there are clients. */
export async function connectClients(url: string, clients: number): Promise<readonly pg.Client[]> {
  return Promise.all(
    Array.from({ length: clients }, async () => {
      const client = new pg.Client({ connectionString: url, pipeline: true } as pg.ClientConfig)
      await client.connect()
      return client
    }),
  )
}

/** Sends the same statements with the same waits: the shortest program that does what was captured. */
export async function replay(client: pg.Client, trips: readonly RoundTrip[]): Promise<void> {
  for (const trip of trips) await Promise.all(trip.map((statement) => client.query({ ...statement })))
}

/** Lets clients take turns, one after the other as each is free. @returns how long all of them took, in ms. */
export async function timeTurns(turns: number, clients: number, work: (turn: number, client: number) => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  let next = 0
  const takeTurns = async (client: number) => {
    for (let turn = next++; turn < turns; turn = next++) await work(turn, client)
  }
  await Promise.all(Array.from({ length: clients }, (_, client) => takeTurns(client)))
  return performance.now() - startedAt
}

interface Times {
  /** How much was done in each round. */
  readonly count: number
  readonly oursMs: readonly number[]
  readonly baselineMs: readonly number[]
  /** The ratio that is the goal. */
  readonly goal: number
}

/** The median round of each side, and their ratio, judged. */
export function comparison(bench: string, unit: string, { count, oursMs, baselineMs, goal }: Times): BenchResult {
  const perSecond = (ms: number) => Math.round((count / ms) * 1_000)
  const [ours, baseline] = [median(oursMs), median(baselineMs)]
  const ratio = baseline / ours
  return { bench, ours: perSecond(ours), baseline: perSecond(baseline), ratio, unit, goal: `ratio ≥ ${goal}`, met: ratio >= goal }
}
