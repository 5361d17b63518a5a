import type pg from 'pg'
import type { RoundTrip } from '../../packages/adapters-postgres/test/round-trips.ts'

/** Sends the same statements with the same waits: the shortest program that does what was captured. */
export async function replay(client: pg.Client, trips: readonly RoundTrip[]): Promise<void> {
  for (const trip of trips) await Promise.all(trip.map((statement) => client.query({ ...statement })))
}
