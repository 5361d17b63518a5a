import type { SearchRule, SearchSettingsStore, SynonymGroup } from '@cartwright/core/ports'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlJson } from '../engine/sql-dialect.ts'

const readOther = preparedQuery<{ knownVersion: number }>()((db, param) =>
  db.selectFrom('search_settings').select(['version', 'rules', 'synonyms']).where('id', '=', 1).where('version', '<>', param('knownVersion')),
)

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
      const row = await readOther.first(session, { knownVersion })
      if (row === undefined) return undefined
      return { version: row.version, rules: json.decode<SearchRule[]>(row.rules), synonyms: json.decode<SynonymGroup[]>(row.synonyms) }
    },
    save: async ({ version, rules, synonyms }) => {
      const changed = await replace.run(session, { version, next: version + 1, rules: json.encode(rules), synonyms: json.encode(synonyms) })
      return changed === 1 ? 'saved' : 'stale'
    },
  }
}
