import { execFileSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathOf, postgresProgram } from './debian.ts'
import { type Place, portOf } from './place.ts'
import type { Service } from './service.ts'

const user = 'cartwright'
const initdb = postgresProgram('initdb')
const postgres = postgresProgram('postgres')
const baseBackup = postgresProgram('pg_basebackup')
const psql = postgresProgram('psql')
const programs = [initdb, postgres, baseBackup, psql]

/**
 * What is said to every Postgres here. Commits reach the disk as they would in production; only loopback can connect, without a password. A race is four processes with 20
 * connections each, and several races may be on the server at once, beside those that have ended and whose connections have not.
 */
const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'fsync=on',
  'synchronous_commit=on',
  'full_page_writes=on',
  'max_connections=500',
  'shared_buffers=128MB',
  'wal_level=replica',
  'hot_standby=on',
  'max_slot_wal_keep_size=1GB',
  'log_min_messages=fatal',
]

/** The database that everything is written to. @param more - settings of its own, e.g. `wal_sender_timeout=1s` */
export function primaryService(more: readonly string[] = []): Service {
  return {
    name: 'postgres',
    programs,
    stopSignal: 'SIGINT',
    prepare: (place) => makeOnce(place, 'postgres', initdb, ['--username', user, '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C.UTF-8']),
    command: (place) => postgresCommand(place, 'postgres', more),
    isReady: (place) => answers(place, 'postgres', 'SELECT NOT pg_is_in_recovery()'),
    variables: (place) => ({ CARTWRIGHT_PG_URL: urlOf(place, 'postgres') }),
  }
}

/** A streaming copy of the primary, for reading. @param name - also what the primary calls it, in `synchronous_standby_names` for one */
export function replicaService(name: string, more: readonly string[] = []): Service {
  const slot = name.replaceAll('-', '_')
  return {
    name,
    programs,
    stopSignal: 'SIGINT',
    prepare: (place) => {
      const source = ['--host', '127.0.0.1', '--port', String(portOf(place, 'postgres')), '--username', user]
      makeOnce(place, name, baseBackup, [...source, '--checkpoint', 'fast', '--write-recovery-conf', '--create-slot', '--slot', slot])
    },
    command: (place) => {
      const source = `host=127.0.0.1 port=${portOf(place, 'postgres')} user=${user} application_name=${name}`
      return postgresCommand(place, name, [`primary_conninfo=${source}`, ...more])
    },
    isReady: (place) => answers(place, name, "SELECT EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming')"),
    variables: (place) => ({ CARTWRIGHT_PG_REPLICA_URL: urlOf(place, name) }),
  }
}

/** The address of a server that speaks Postgres's protocol, by its name. */
export function urlOf(place: Place, name: string): string {
  return `postgres://${user}@127.0.0.1:${portOf(place, name)}/postgres`
}

/** Whether the server gives this query the answer true. */
export function answers(place: Place, name: string, query: string): boolean {
  try {
    return asOwner(place, pathOf(psql), [urlOf(place, name), '-XAtc', query], 'pipe').trim() === 't'
  } catch {
    return false
  }
}

function postgresCommand(place: Place, name: string, more: readonly string[]): readonly string[] {
  const all = [...settings, `port=${portOf(place, name)}`, ...more]
  return [pathOf(postgres), '-D', join(place.folder, name), ...all.flatMap((setting) => ['-c', setting])]
}

/** Fills the data folder of a server; one that was left half made is made anew. */
function makeOnce(place: Place, name: string, program: typeof initdb, args: readonly string[]): void {
  const folder = join(place.folder, name)
  if (existsSync(join(folder, 'PG_VERSION')) && existsSync(join(folder, 'global', 'pg_control'))) return
  rmSync(folder, { recursive: true, force: true })
  // Only what is committed later must outlive a power cut: an empty database is made again.
  asOwner(place, pathOf(program), ['--pgdata', folder, '--no-sync', ...args], 'inherit')
}

function asOwner({ folder, owner }: Place, program: string, args: readonly string[], errors: 'pipe' | 'inherit'): string {
  return execFileSync(program, args, { cwd: folder, uid: owner.uid, gid: owner.gid, encoding: 'utf8', stdio: ['ignore', 'pipe', errors] })
}
