import { setImmediate as turn } from 'node:timers/promises'
import type { Insertable } from 'kysely'
import { bulkInsert } from './bulk-insert.ts'
import type { SqlSession } from './session.ts'
import type { Tables } from './tables.ts'

/** Very many rows on their way into several tables, in order. */
export class BulkLoad {
  readonly session: SqlSession
  readonly #sent: Promise<void>[] = []

  constructor(session: SqlSession) {
    this.session = session
  }

  /** Takes note of rows that the engine is writing, and lets them be sent off. */
  async onItsWay(copied: Promise<void>): Promise<void> {
    // Its failure is told by `end`.
    copied.catch(() => undefined)
    this.#sent.push(copied)
    await turn()
  }

  /** Waits for all of it. @throws what the engine refused first */
  async end(): Promise<void> {
    for (const copied of this.#sent) await copied
  }
}

/**
 * Makes a writer of very many rows into one table: by the engine's own way if it has one, which may go on while the next table's rows are made, else by inserts of
 * many rows.
 */
export function bulkLoad<Table extends keyof Tables & string, Column extends keyof Insertable<Tables[Table]> & string>(
  table: Table,
  columns: readonly Column[],
): (load: BulkLoad, rows: readonly Pick<Insertable<Tables[Table]>, Column>[]) => Promise<void> {
  const insert = bulkInsert(table, columns)
  return async (load, rows) => {
    if (rows.length === 0) return
    const copied = load.session.copy({ table, columns, rows: rows.map((row) => columns.map((column) => row[column])) })
    if (copied === undefined) await insert(load.session, rows)
    else await load.onItsWay(copied)
  }
}
