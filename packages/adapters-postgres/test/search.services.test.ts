import { type PostgresSearchOptions, postgresSearch } from '@cartwright/adapters-postgres'
import { searchIndexSuite } from '@cartwright/testing/conformance'
import { type ScratchDatabase, scratchDatabase } from './scratch-database.ts'

const engines: readonly { readonly name: string; readonly optionsFor: (database: ScratchDatabase) => PostgresSearchOptions }[] = [
  { name: 'Postgres', optionsFor: ({ url }) => ({ url }) },
  { name: 'Postgres through pgbouncer', optionsFor: ({ pooledUrl }) => ({ url: pooledUrl, pgbouncer: true }) },
]

for (const { name, optionsFor } of engines) {
  let database: Promise<ScratchDatabase> | undefined
  searchIndexSuite({
    name,
    open: async () => {
      database ??= scratchDatabase()
      const index = postgresSearch(optionsFor(await database))
      await index.migrations.up()
      await index.clear()
      return index
    },
  })
}
