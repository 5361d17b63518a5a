import type { PostgresResult } from './postgres-pool.ts'

/**
 * A place in the server's write-ahead log, in bytes. What is committed before a place is there for everybody who has replayed up to it.
 *
 * {@link unknownPosition} stands for a place that nobody told: behind every other.
 */
export type WalPosition = number

export const unknownPosition: WalPosition = Number.POSITIVE_INFINITY

/** A position in SQL, as a number. */
const inBytes = (position: string): string => `${position} - '0/0'::pg_lsn`

/**
 * Where the log of a primary ends. Commits that were acknowledged have reached the disk before it, but where commits do not wait for the disk: there, what is
 * not on the disk yet counts too. (It is not taken everywhere, because it may lie some bytes beyond what an idle server has to send.)
 */
const endOfLog = "CASE current_setting('synchronous_commit') WHEN 'off' THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END"

/** Sent behind the COMMIT of a primary. */
export const positionQuery = `SELECT ${inBytes(`(${endOfLog})`)} AS position`

/** The same, asked from time to time. `cluster` is the same on a primary and its replicas, and on no other server. */
export const primaryQuery = `${positionQuery}, (SELECT system_identifier::text FROM pg_control_system()) AS cluster`

/** Asked of a replica. `position` is null where nothing has been replayed: on a primary that never was a replica. */
export const replicaQuery = `SELECT pg_is_in_recovery() AS "inRecovery", ${inBytes('pg_last_wal_replay_lsn()')} AS position,
  (SELECT system_identifier::text FROM pg_control_system()) AS cluster`

/** Whether a replica is one, and has replayed up to a position. */
export const hasReplayedQuery = `SELECT pg_is_in_recovery() AND ${inBytes('pg_last_wal_replay_lsn()')} >= $1::numeric AS replayed`

/** What {@link positionQuery} answered; {@link unknownPosition} when there was no answer. */
export function positionOf(result: Pick<PostgresResult, 'rows'> | undefined): WalPosition {
  const [row] = (result?.rows ?? []) as { position: WalPosition }[]
  return row?.position ?? unknownPosition
}
