import { CommerceError, type Migrations } from '@cartwright/core/ports'
import { isPostgresError } from '../postgres-errors.ts'
import { searchMigrations } from './search-migrations.ts'

const undefinedTable = '42P01'
/** The user may not add an extension, or the server does not have it. */
const noExtension = ['42501', '0A000', '58P01']

/** Rethrows an error of a statement; a table that is missing as `MIGRATION_PENDING`. */
export function asSearchError(error: unknown): never {
  if (!isPostgresError(error) || error.code !== undefinedTable) throw error
  const pending = searchMigrations.map(({ name }) => name)
  throw new CommerceError('MIGRATION_PENDING', {
    details: { pending },
    message: 'The search index has no tables here; run `cartwright migrate`, then `cartwright search reindex`',
    cause: error,
  })
}

/** The same migrations, with a typed error where the extension cannot be added. */
export function namingExtension(migrations: Migrations): Migrations {
  return {
    status: () => migrations.status(),
    plan: (direction) => migrations.plan(direction),
    down: () => migrations.down(),
    up: async () => {
      try {
        return await migrations.up()
      } catch (error) {
        const cause = error instanceof CommerceError ? error.cause : error
        if (!isPostgresError(cause) || !noExtension.includes(cause.code)) throw error
        throw new CommerceError('EXTENSION_MISSING', {
          details: { extension: 'pg_trgm' },
          message: `Postgres search needs the extension pg_trgm; let an administrator run "CREATE EXTENSION pg_trgm" in this database (${cause.message})`,
          cause,
        })
      }
    },
  }
}
