import type { Diagnosis } from '@cartwright/core/ports'
import type { PostgresConnection } from './postgres-connection.ts'
import type { PostgresConnections } from './postgres-connections.ts'
import { diagnoseDrift } from './schema-drift.ts'

const oldestVersion = 150_000

interface Facts {
  readonly version: string
  readonly versionNumber: number
  readonly fsync: string
  readonly synchronousCommit: string
  readonly fullPageWrites: string
  readonly encoding: string
  readonly inRecovery: boolean
  readonly outboxAhead: boolean
  /** Whether something stands between the client and the server, such as pgbouncer. */
  readonly pooled: boolean
}

/** What `doctor` says of the server, its settings and the tables. */
export async function diagnosePostgres(connections: PostgresConnections): Promise<readonly Diagnosis[]> {
  const facts = await connections.read(readFacts)
  const drift = facts.inRecovery ? [] : await diagnoseDrift(connections)
  return [serverVersion(facts), ...durability(facts), encoding(facts), role(facts), pooler(facts, connections.isPooled), outbox(facts), ...drift]
}

async function readFacts(connection: PostgresConnection): Promise<Facts> {
  const first = async (sql: string) => (await connection.execute(sql, [])).rows[0] as Record<string, unknown>
  const row = await first(`SELECT current_setting('server_version') AS version, current_setting('server_version_num')::integer AS "versionNumber",
    current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS "synchronousCommit", current_setting('full_page_writes') AS "fullPageWrites",
    current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS "inRecovery", to_regclass('outbox') IS NOT NULL AS "hasOutbox", pg_backend_pid() AS pid`)
  const ahead = 'SELECT coalesce(max(tx), 0) >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS "outboxAhead" FROM outbox'
  const { outboxAhead } = row.hasOutbox === true ? await first(ahead) : { outboxAhead: false }
  // A pooler tells its clients a number of its own.
  const pooled = connection.processId !== undefined && connection.processId !== row.pid
  return { ...row, outboxAhead, pooled } as unknown as Facts
}

function serverVersion({ version, versionNumber }: Facts): Diagnosis {
  if (versionNumber >= oldestVersion) return ok('server version', `The server is Postgres ${version}.`)
  return { check: 'server version', status: 'error', message: `The server is Postgres ${version}.`, remedy: 'Upgrade it to Postgres 15 or newer.' }
}

function durability({ fsync, synchronousCommit, fullPageWrites }: Facts): readonly Diagnosis[] {
  return [
    setting('fsync', fsync, ['on'], 'error', 'a power cut can destroy the database.'),
    setting(
      'synchronous_commit',
      synchronousCommit,
      ['on', 'local', 'remote_write', 'remote_apply'],
      'warning',
      'a crash of the server can lose the last orders.',
    ),
    setting('full_page_writes', fullPageWrites, ['on'], 'error', 'a power cut can leave torn pages.'),
  ]
}

function setting(name: string, value: string, sound: readonly string[], status: 'warning' | 'error', danger: string): Diagnosis {
  if (sound.includes(value)) return ok(name, `${name} is ${value}.`)
  return { check: name, status, message: `${name} is ${value}: ${danger}`, remedy: `Set ${name} = on in the server's configuration.` }
}

function encoding({ encoding: name }: Facts): Diagnosis {
  if (name === 'UTF8') return ok('encoding', 'The database is in UTF-8.')
  return { check: 'encoding', status: 'error', message: `The database is in ${name}.`, remedy: 'Create it anew with ENCODING UTF8.' }
}

function role({ inRecovery }: Facts): Diagnosis {
  if (!inRecovery) return ok('role', 'The server takes writes.')
  return { check: 'role', status: 'error', message: 'The server is a replica and takes no writes.', remedy: 'Give the address of the primary.' }
}

function pooler({ pooled }: Facts, isSaid: boolean): Diagnosis {
  if (!pooled) return ok('pooler', 'Connections go to the server itself.')
  if (isSaid) return ok('pooler', 'Connections go through a pooler, and the storage knows.')
  return {
    check: 'pooler',
    status: 'warning',
    message: 'Connections go through a pooler such as pgbouncer; in transaction mode it loses prepared statements.',
    remedy: 'Set `pgbouncer: true`, or add `?pgbouncer=true` to the address on the command line.',
  }
}

/** Events carry the number of their transaction, and numbers begin anew in a server that a dump was restored into. */
function outbox({ outboxAhead }: Facts): Diagnosis {
  if (!outboxAhead) return ok('outbox order', 'Events are in the order of their transactions.')
  return {
    check: 'outbox order',
    status: 'error',
    message: 'The outbox holds events of transactions that this server has not reached: it was restored from a dump of another server.',
    remedy: 'Let consumers finish on the old server before a dump, or run pg_resetwal with a next transaction id above the greatest of outbox.tx.',
  }
}

function ok(check: string, message: string): Diagnosis {
  return { check, status: 'ok', message, remedy: null }
}
