import { existsSync } from 'node:fs'
import {
  type Commerce,
  CommerceError,
  type CommerceOptions,
  createCommerce,
  isCommerceError,
  type Logger,
  type SearchIndex,
  type Storage,
  silentLogger,
} from '@cartwright/core'
import { findConfigFile, loadConfigFile } from './config-file.ts'
import type { DatabaseUrl } from './database-url.ts'

/** What every command takes. */
export interface ShopOptions {
  readonly db?: DatabaseUrl
  readonly config?: string
}

interface OpenOptions {
  /** Whether a database file that is not there yet is made. Commands that only look say no: a mistyped path would look like an empty shop. */
  readonly create: boolean
  /** Overrides what the configuration says. */
  readonly migrate?: boolean
  /** Used unless the configuration has one. @default silent */
  readonly logger?: Logger
  /** Changes what the configuration says. @default nothing is changed */
  readonly adapt?: (config: CommerceOptions) => CommerceOptions
  /** True for the command that builds the search index: it takes the one in the database, built or not, and brings its schema up to date. */
  readonly buildsSearch?: boolean
}

export const defaultDatabase = { engine: 'sqlite', file: './cartwright.db' } as const satisfies DatabaseUrl

/** Opens the shop, does the work and closes the shop, whatever comes of it. */
export async function withCommerce<T>(options: ShopOptions, open: OpenOptions, work: (commerce: Commerce, config: CommerceOptions) => Promise<T>): Promise<T> {
  const { adapt = (given) => given } = open
  const config = adapt(await shopConfig(options, open))
  if (open.buildsSearch === true) await migrateSearch(config)
  let commerce: Commerce
  try {
    commerce = await createCommerce({ logger: open.logger ?? silentLogger, ...config, ...(open.migrate === undefined ? {} : { migrate: open.migrate }) })
  } catch (error) {
    await closeConfig(config)
    throw error
  }
  try {
    return await work(commerce, config)
  } finally {
    await commerce.close()
  }
}

/** The same for work on the database alone, whatever state its schema is in. */
export async function withStorage<T>(
  options: ShopOptions,
  open: Pick<OpenOptions, 'create'>,
  work: (storage: Storage, config: CommerceOptions) => Promise<T>,
): Promise<T> {
  const config = await shopConfig(options, open)
  try {
    return await work(config.storage, config)
  } finally {
    await closeConfig(config)
  }
}

async function migrateSearch(config: CommerceOptions): Promise<void> {
  try {
    await config.search?.migrations?.up()
  } catch (error) {
    await closeConfig(config)
    throw error
  }
}

async function closeConfig({ search, carts, storage }: CommerceOptions): Promise<void> {
  await search?.close()
  await carts?.close()
  await storage.close()
}

/**
 * `--db` chooses the database; `--config` everything, but for a database that `--db` names. Without either: the configuration file in the working
 * directory, else SQLite in ./cartwright.db.
 */
async function shopConfig(options: ShopOptions, open: Pick<OpenOptions, 'create' | 'buildsSearch'>): Promise<CommerceOptions> {
  const configFile = options.db !== undefined && options.config === undefined ? undefined : findConfigFile(options.config, process.cwd())
  const database = options.db ?? defaultDatabase
  if (configFile === undefined) return { storage: await openDatabase(database, open), currency: 'USD', ...(await searchOf(database, open)) }
  const whole = await loadConfigFile(configFile)
  if (options.db === undefined) return whole
  // Another database has other products and other carts: the index and the carts of the configuration's own are no use to it, and must not be mixed with them.
  await closeConfig(whole)
  const { search: _search, carts: _carts, ...config } = whole
  return { ...config, storage: await openDatabase(options.db, open), ...(await searchOf(options.db, open)) }
}

/**
 * The search index that lies in the database itself, once it has been built. Until then it knows nothing, and the shop is searched by an index in this process,
 * which is built for every command.
 */
async function searchOf(database: DatabaseUrl, { buildsSearch = false }: Pick<OpenOptions, 'buildsSearch'>): Promise<{ readonly search?: SearchIndex }> {
  if (database.engine !== 'postgres') return {}
  const { postgresSearch } = await import('@cartwright/adapters-postgres')
  const search = postgresSearch({ url: database.url, pgbouncer: database.pgbouncer })
  try {
    if (buildsSearch || (await search.isBuilt())) return { search }
  } catch (error) {
    // What is wrong with the database is for the shop itself to say.
    if (!isCommerceError(error)) throw error
  }
  await search.close()
  return {}
}

/** An adapter is loaded when its engine is used: the others would only make the start slower. */
async function openDatabase(database: DatabaseUrl, { create }: Pick<OpenOptions, 'create'>): Promise<Storage> {
  if (database.engine === 'postgres') {
    const { postgresStorage } = await import('@cartwright/adapters-postgres')
    return postgresStorage({ url: database.url, pgbouncer: database.pgbouncer })
  }
  const { file } = database
  if (!create && file !== ':memory:' && !existsSync(file)) {
    const message = `There is no database at ${file}. Name one with --db, or make it with \`cartwright init\``
    throw new CommerceError('INVALID_INPUT', { message, details: { issues: [{ path: 'db', message }] } })
  }
  const { sqliteStorage } = await import('@cartwright/adapters-sqlite')
  return sqliteStorage({ file })
}
