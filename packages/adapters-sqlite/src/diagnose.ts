import { statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Diagnosis } from '@cartwright/core/ports'
import type { SqliteConnections } from './sqlite-connections.ts'
import type { SqliteDatabase } from './sqlite-database.ts'

const lowDiskBytes = 200 * 1024 * 1024
const largeLogBytes = 256 * 1024 * 1024
const levels = ['OFF', 'NORMAL', 'FULL', 'EXTRA']

/** What `doctor` says of the file and its settings. Reads the whole database once, for the integrity check. */
export async function diagnoseSqlite(connections: SqliteConnections): Promise<readonly Diagnosis[]> {
  return await connections.inspect(({ database }) => [
    ...(database.memory ? [] : [journalMode(database), logSize(database), diskSpace(database)]),
    synchronous(database),
    foreignKeys(database),
    integrity(database),
  ])
}

function journalMode(database: SqliteDatabase): Diagnosis {
  const mode = String(database.pragma('journal_mode', { simple: true }))
  if (mode === 'wal') return ok('journal mode', 'The file is in WAL mode: readers and the writer do not block each other.')
  return {
    check: 'journal mode',
    status: 'warning',
    message: `The file is in journal mode ${mode}: readers block the writer.`,
    remedy: 'Run `PRAGMA journal_mode = WAL` on it; network file systems cannot do it, so keep the file on a local disk.',
  }
}

function synchronous(database: SqliteDatabase): Diagnosis {
  const level = Number(database.pragma('synchronous', { simple: true }))
  if (level >= 2 || database.memory) return ok('synchronous', `synchronous is ${levels[level]}.`)
  return {
    check: 'synchronous',
    status: 'warning',
    message: `synchronous is ${levels[level]}: ${level === 0 ? 'a power cut can destroy the file.' : 'a power cut can lose the last orders.'}`,
    remedy: "Leave `synchronous` at 'FULL' where orders are taken.",
  }
}

function foreignKeys(database: SqliteDatabase): Diagnosis {
  const broken = database.pragma('foreign_key_check') as { table: string }[]
  if (broken.length === 0) return ok('foreign keys', 'Every reference has its target.')
  const tables = [...new Set(broken.map(({ table }) => table))].join(', ')
  return {
    check: 'foreign keys',
    status: 'error',
    message: `${broken.length} rows refer to rows that are missing, in ${tables}.`,
    remedy: 'Restore a backup, or mend the rows that `PRAGMA foreign_key_check` lists.',
  }
}

function integrity(database: SqliteDatabase): Diagnosis {
  const findings = (database.pragma('quick_check(5)') as { quick_check: string }[]).map((row) => row.quick_check)
  if (findings.join() === 'ok') return ok('integrity', 'The file is sound.')
  return { check: 'integrity', status: 'error', message: `The file is damaged: ${findings.join('; ')}`, remedy: 'Stop writing and restore a backup.' }
}

function logSize(database: SqliteDatabase): Diagnosis {
  const bytes = statSync(`${database.name}-wal`, { throwIfNoEntry: false })?.size ?? 0
  if (bytes < largeLogBytes) return ok('log size', `The write-ahead log has ${megabytes(bytes)}.`)
  return {
    check: 'log size',
    status: 'warning',
    message: `The write-ahead log has grown to ${megabytes(bytes)}: a long read keeps it from being folded into the file.`,
    remedy: 'End long reads on the file, then run `PRAGMA wal_checkpoint(TRUNCATE)`.',
  }
}

function diskSpace(database: SqliteDatabase): Diagnosis {
  const { bavail, bsize } = statfsSync(dirname(database.name))
  const free = bavail * bsize
  if (free >= lowDiskBytes) return ok('disk space', `${megabytes(free)} are free.`)
  return { check: 'disk space', status: 'warning', message: `Only ${megabytes(free)} are free.`, remedy: 'Make room: on a full disk every write is refused.' }
}

function ok(check: string, message: string): Diagnosis {
  return { check, status: 'ok', message, remedy: null }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
