import {
  CommerceError,
  type Diagnosis,
  type Migrations,
  type ProductId,
  type SearchAnswer,
  type SearchDocument,
  type SearchIndex,
  type SearchQuery,
  type SearchRebuild,
  type SearchWrite,
  type SuggestAnswer,
  type SuggestQuery,
} from '@cartwright/core/ports'
import { type SqlConnection, type SqlConnections, sqlMigrations } from '@cartwright/storage-sql'
import { PostgresConnections } from '../postgres-connections.ts'
import { postgresDialect } from '../postgres-dialect.ts'
import { chooseSource, type PostgresStorageOptions } from '../postgres-storage.ts'
import { diagnoseSearch } from './diagnose-search.ts'
import { documentRow } from './document-row.ts'
import { asSearchError, namingExtension } from './search-errors.ts'
import { searchLedger, searchMigrations } from './search-migrations.ts'
import { answerQuery, answerSuggest } from './search-reads.ts'
import * as statements from './search-statements.ts'

export type PostgresSearchOptions = PostgresStorageOptions

/** A search index in Postgres. */
export interface PostgresSearch extends SearchIndex {
  readonly migrations: Migrations
  diagnose(): Promise<readonly Diagnosis[]>
  /** Whether it has its tables and was built by a reindex: whether its answers are those of the shop. */
  isBuilt(): Promise<boolean>
}

/** Documents written by one transaction. */
const batchSize = 500

/**
 * Searches a Postgres database, version 15 or newer, with the extension `pg_trgm`: the shop's own or another. It survives the process: `cartwright migrate`
 * makes its tables, `cartwright search reindex` builds it, the worker feeds it.
 *
 * Errors: as `postgresStorage` has them, `MIGRATION_PENDING` without its tables, `EXTENSION_MISSING` from the migration.
 *
 * @example
 * const search = postgresSearch({ url: process.env.DATABASE_URL })
 */
export function postgresSearch(options: PostgresSearchOptions): PostgresSearch {
  const timeouts = { lockMs: 5_000, ...options.timeouts }
  return new PostgresSearchIndex(new PostgresConnections(chooseSource({ writers: 2, ...options, timeouts })))
}

interface IndexRow {
  readonly generation: number
  readonly building: number | null
  readonly fence: number
}

class PostgresSearchIndex implements PostgresSearch {
  readonly inProcess = false
  readonly migrations: Migrations
  readonly #connections: SqlConnections

  constructor(connections: SqlConnections) {
    this.#connections = connections
    this.migrations = namingExtension(sqlMigrations({ dialect: postgresDialect, connections, migrations: searchMigrations, ledger: searchLedger }))
  }

  async upsert(documents: readonly SearchDocument[], write?: SearchWrite): Promise<void> {
    await this.#inBatches(latestOf(documents), (batch) =>
      this.#write(async (connection) => putInto(connection, await liveGeneration(connection, write), batch)),
    )
  }

  async remove(ids: readonly ProductId[], write?: SearchWrite): Promise<void> {
    await this.#inBatches(ids, (batch) => this.#write(async (connection) => dropFrom(connection, await liveGeneration(connection, write), batch)))
  }

  async clear(): Promise<void> {
    await this.#putIntoService(await this.#beginBuilding(), { built: false })
  }

  async rebuild(): Promise<SearchRebuild> {
    const generation = await this.#beginBuilding()
    return {
      upsert: (documents) =>
        this.#inBatches(latestOf(documents), (batch) =>
          this.#write(async (connection) => putInto(connection, await stillBuilding(connection, generation), batch)),
        ),
      remove: (ids) =>
        this.#inBatches(ids, (batch) => this.#write(async (connection) => dropFrom(connection, await stillBuilding(connection, generation), batch))),
      finish: async (write) => {
        await this.#write(async (connection) => connection.execute(statements.gatherStatistics, []))
        await this.#putIntoService(generation, { built: true, ...write })
      },
    }
  }

  query(query: SearchQuery): Promise<SearchAnswer> {
    return this.#read((connection) => answerQuery(connection, query))
  }

  suggest(query: SuggestQuery): Promise<SuggestAnswer> {
    return this.#read((connection) => answerSuggest(connection, query))
  }

  async isBuilt(): Promise<boolean> {
    if ((await this.migrations.status()).some(({ appliedAt }) => appliedAt === null)) return false
    const { rows } = await this.#read(async (connection) => connection.execute('SELECT FROM search_index WHERE built_at IS NOT NULL', []))
    return rows.length > 0
  }

  diagnose(): Promise<readonly Diagnosis[]> {
    return diagnoseSearch((work) => this.#read(work), this.migrations)
  }

  close(): Promise<void> {
    return this.#connections.close()
  }

  async #inBatches<Item>(items: readonly Item[], work: (batch: readonly Item[]) => Promise<void>): Promise<void> {
    for (let start = 0; start < items.length; start += batchSize) await work(items.slice(start, start + batchSize))
  }

  async #beginBuilding(): Promise<number> {
    return await this.#write(async (connection) => {
      const { rows } = await connection.execute(statements.beginBuilding, [])
      return (rows[0] as { building: number }).building
    })
  }

  async #putIntoService(generation: number, { built, fence = 0 }: SearchWrite & { readonly built: boolean }): Promise<void> {
    await this.#write(async (connection) => {
      await stillBuilding(connection, generation)
      await connection.execute(statements.putIntoService, [generation, fence, built])
    })
    await this.#sweep()
  }

  /** Deletes what belongs to no generation in use, in transactions short enough to be in nobody's way. */
  async #sweep(): Promise<void> {
    for (const statement of statements.sweeps) {
      while ((await this.#write(async (connection) => connection.execute(statement, []))).changes > 0);
    }
  }

  #write<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    return this.#connections.write(work).catch(asSearchError)
  }

  #read<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    return this.#connections.read(work, { fresh: true }).catch(asSearchError)
  }
}

/** Takes the writers' turn. @returns the generation that answers. @throws CONFLICT when a later writer has been here. */
async function liveGeneration(connection: SqlConnection, { fence }: SearchWrite = {}): Promise<number> {
  const row = await lockedIndex(connection)
  if (fence === undefined) return row.generation
  if (fence < row.fence) throw new CommerceError('CONFLICT', { details: { object: 'search index' }, message: 'Another writer feeds the search index now' })
  if (fence > row.fence) await connection.execute(statements.raiseFence, [fence])
  return row.generation
}

/** The same for a rebuild. @throws CONFLICT when another one has begun since. */
async function stillBuilding(connection: SqlConnection, generation: number): Promise<number> {
  const { building } = await lockedIndex(connection)
  if (building !== generation)
    throw new CommerceError('CONFLICT', { details: { object: 'search index' }, message: 'Another rebuild of the search index has begun' })
  return generation
}

async function lockedIndex(connection: SqlConnection): Promise<IndexRow> {
  return (await connection.execute(statements.lockIndex, [])).rows[0] as IndexRow
}

async function putInto(connection: SqlConnection, generation: number, documents: readonly SearchDocument[]): Promise<void> {
  await connection.execute(statements.putDocuments, [generation, JSON.stringify(documents.map(documentRow))])
}

async function dropFrom(connection: SqlConnection, generation: number, ids: readonly ProductId[]): Promise<void> {
  await connection.execute(statements.dropDocuments, [generation, ids])
}

/** The last of those with one id. */
function latestOf(documents: readonly SearchDocument[]): readonly SearchDocument[] {
  return [...new Map(documents.map((document) => [document.id, document])).values()]
}
