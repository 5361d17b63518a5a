import type { SearchRule, SearchSettingsStore, SynonymGroup } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlJson } from '../engine/sql-dialect.ts'

const readAll = preparedQuery<{ knownVersion: number }>()(
  (_db, param) => sql<{ version: number; rules: SqlJson | null; synonyms: SqlJson | null }>`
  SELECT version, CASE WHEN version <> ${param('knownVersion')} THEN rules END AS rules, CASE WHEN version <> ${param('knownVersion')} THEN synonyms END AS synonyms
  FROM search_settings WHERE id = 1`,
)

const insertFirst = bulkInsert('search_settings', ['id', 'version', 'rules', 'synonyms'], 'ON CONFLICT (id) DO NOTHING')

const replace = preparedQuery<{ version: number; next: number; rules: SqlJson; synonyms: SqlJson }>()((db, param) =>
  db
    .updateTable('search_settings')
    .set({ version: param('next'), rules: param('rules'), synonyms: param('synonyms') })
    .where('id', '=', 1)
    .where('version', '=', param('version')),
)

/** Search settings over SQL: they are read and replaced whole, so they are kept as JSON. */
export function sqlSearchSettingsStore(session: SqlSession): SearchSettingsStore {
  const { json } = session.codecs
  return {
    read: async ({ knownVersion = -1 }) => {
      const row = await readAll.first(session, { knownVersion })
      if ((row?.version ?? 0) === knownVersion) return undefined
      if (row === undefined || row.rules === null || row.synonyms === null) return { version: 0, rules: [], synonyms: [] }
      return { version: row.version, rules: json.decode<SearchRule[]>(row.rules), synonyms: json.decode<SynonymGroup[]>(row.synonyms) }
    },
    save: async ({ version, rules, synonyms }) => {
      const next = { version: version + 1, rules: json.encode(rules), synonyms: json.encode(synonyms) }
      const changed = version === 0 ? await insertFirst(session, [{ id: 1, ...next }]) : await replace.run(session, { ...next, version, next: next.version })
      return changed === 1 ? 'saved' : 'stale'
    },
  }
}
