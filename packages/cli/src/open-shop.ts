import { existsSync } from 'node:fs'
import { type Commerce, CommerceError, type CommerceOptions, createCommerce, type Logger, type Storage, silentLogger } from '@cartwright/core'
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
}

export const defaultDatabase = { engine: 'sqlite', file: './cartwright.db' } as const satisfies DatabaseUrl

/** Opens the shop, does the work and closes the shop, whatever comes of it. */
export async function withCommerce<T>(options: ShopOptions, open: OpenOptions, work: (commerce: Commerce, config: CommerceOptions) => Promise<T>): Promise<T> {
  const { adapt = (given) => given } = open
  const config = adapt(await shopConfig(options, open))
  let commerce: Commerce
  try {
    commerce = await createCommerce({ logger: open.logger ?? silentLogger, ...config, ...(open.migrate === undefined ? {} : { migrate: open.migrate }) })
  } catch (error) {
    await config.storage.close()
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
  const { storage } = config
  try {
    return await work(storage, config)
  } finally {
    await storage.close()
  }
}

/**
 * `--db` chooses the database; `--config` everything, but for a database that `--db` names. Without either: the configuration file in the working
 * directory, else SQLite in ./cartwright.db.
 */
async function shopConfig(options: ShopOptions, open: Pick<OpenOptions, 'create'>): Promise<CommerceOptions> {
  const configFile = options.db !== undefined && options.config === undefined ? undefined : findConfigFile(options.config, process.cwd())
  if (configFile === undefined) return { storage: await openDatabase(options.db ?? defaultDatabase, open), currency: 'USD' }
  const config = await loadConfigFile(configFile)
  if (options.db === undefined) return config
  await config.storage.close()
  return { ...config, storage: await openDatabase(options.db, open) }
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
