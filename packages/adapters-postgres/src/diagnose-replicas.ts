import type { Diagnosis } from '@cartwright/core/ports'
import type { PostgresConnections } from './postgres-connections.ts'
import type { PrimaryState, ReplicaState } from './replica.ts'
import { primaryQuery, replicaQuery } from './wal-position.ts'

interface Facts extends ReplicaState {
  /** Whether something receives from the primary. */
  readonly receiving: boolean
  /** How long ago the last transaction was committed that it has replayed, in ms; null when there is none yet. */
  readonly lastCommitMs: number | null
}

/** The status is shown to some roles only; that there is a receiver, to all. */
const factsQuery = `SELECT state.*,
  EXISTS (SELECT FROM pg_stat_wal_receiver WHERE coalesce(status, 'streaming') = 'streaming') AS receiving,
  round(extract(epoch FROM now() - pg_last_xact_replay_timestamp()) * 1000)::bigint AS "lastCommitMs"
  FROM (${replicaQuery}) AS state`

/** What `doctor` says of each replica, in the order of the options. */
export async function diagnoseReplicas(
  primary: PostgresConnections,
  replicas: readonly PostgresConnections[],
  maxLagMs: number,
): Promise<readonly Diagnosis[]> {
  return await Promise.all(replicas.map((replica, index) => diagnoseReplica(`replica ${index + 1}`, primary, replica, maxLagMs)))
}

async function diagnoseReplica(check: string, primary: PostgresConnections, replica: PostgresConnections, maxLagMs: number): Promise<Diagnosis> {
  const facts = await replica.ask(factsQuery).then(
    (row) => row as Facts,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  )
  if (facts instanceof Error) {
    const message = `The replica does not answer (${facts.message}); the primary answers what it would.`
    return { check, status: 'warning', message, remedy: 'Start it, or correct its address in `replicas`.' }
  }
  // The primary is asked afterwards, so that a replica is never ahead of it.
  const { position, cluster } = (await primary.ask(primaryQuery)) as PrimaryState
  if (facts.cluster !== cluster || !facts.inRecovery || facts.position === null) {
    const what = facts.cluster === cluster ? 'takes writes itself' : 'is a copy of another server'
    return { check, status: 'error', message: `The replica is none: it ${what}.`, remedy: 'Give the address of a streaming replica of this primary.' }
  }
  return lagOf(check, facts, position - facts.position, maxLagMs)
}

/** Whoever has replayed everything is not behind, however long ago somebody wrote something. */
function lagOf(check: string, { receiving, lastCommitMs }: Facts, lagBytes: number, maxLagMs: number): Diagnosis {
  const lagMs = lagBytes <= 0 ? 0 : lastCommitMs
  const lag = lagMs === null ? `${lagBytes} bytes` : `${Math.max(0, lagBytes)} bytes and ${lagMs} ms`
  if (!receiving) {
    const message = `The replica is ${lag} behind and does not stream.`
    return { check, status: 'warning', message, remedy: 'Look at its log, at primary_conninfo, and whether the primary still keeps what it needs.' }
  }
  if (lagMs === null || lagMs > maxLagMs) {
    const message = `The replica is ${lag} behind, more than maxLagMs (${maxLagMs}) allows: it is left out.`
    return { check, status: 'warning', message, remedy: 'Look for a long query or a paused replay on it, or give it more.' }
  }
  return { check, status: 'ok', message: `The replica streams and is ${lag} behind.`, remedy: null }
}
