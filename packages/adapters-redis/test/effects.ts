import { DatabaseSync } from 'node:sqlite'
import type { DomainEvent } from '@cartwright/core'
import { oncePerEvent } from '../src/events/once-per-event.ts'

/** A database of a host, in which each event has an effect. */
export interface Effects {
  /** Makes the effect of an event, once. */
  readonly once: (event: DomainEvent) => Promise<void>
  /** The ids of the events whose effects are there, in the order in which they were made. */
  made(): readonly string[]
  close(): void
}

export function openEffects(file: string): Effects {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS noted (id TEXT PRIMARY KEY); CREATE TABLE IF NOT EXISTS effects (id TEXT)')
  return {
    once: oncePerEvent({
      transaction: async (work) => {
        database.exec('BEGIN IMMEDIATE')
        await work(undefined)
        database.exec('COMMIT')
      },
      note: async (_tx, id) => database.prepare('INSERT OR IGNORE INTO noted VALUES (?)').run(id).changes === 1,
      effect: async (_tx, { id }) => void database.prepare('INSERT INTO effects VALUES (?)').run(id),
    }),
    made: () =>
      database
        .prepare('SELECT id FROM effects ORDER BY rowid')
        .all()
        .map(({ id }) => String(id)),
    close: () => database.close(),
  }
}
