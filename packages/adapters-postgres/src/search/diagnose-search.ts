import type { Diagnosis, Migrations } from '@cartwright/core/ports'
import { isCommerceError } from '@cartwright/core/ports'
import type { SqlConnection } from '@cartwright/storage-sql'

type Read = <T>(work: (connection: SqlConnection) => Promise<T>) => Promise<T>

const readFacts = `SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') AS installed,
  EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') AS available,
  has_database_privilege(current_database(), 'CREATE') AS "mayCreate"`

interface Facts {
  readonly installed: boolean
  readonly available: boolean
  readonly mayCreate: boolean
}

/** What `doctor` says of the index: whether it can be reached, has what it needs, and was built. */
export async function diagnoseSearch(read: Read, migrations: Migrations): Promise<readonly Diagnosis[]> {
  try {
    const facts = await read(async (connection) => (await connection.execute(readFacts, [])).rows[0] as Facts)
    const pending = await migrations.plan('up')
    if (pending.length > 0) return [extension(facts), schema(pending.map(({ name }) => name))]
    return [extension(facts), schema([]), content(await read(readContent))]
  } catch (error) {
    if (!isCommerceError(error)) throw error
    return [
      {
        check: 'search index',
        status: 'error',
        message: `The search index cannot be used: ${error.message}`,
        remedy: 'Check its address and server; the shop sells without it.',
      },
    ]
  }
}

function extension({ installed, available, mayCreate }: Facts): Diagnosis {
  const check = 'search pg_trgm'
  if (installed) return { check, status: 'ok', message: 'The extension pg_trgm is there.', remedy: null }
  if (!available)
    return { check, status: 'error', message: 'The server does not have the extension pg_trgm.', remedy: "Install Postgres's contrib modules on it." }
  if (mayCreate) return { check, status: 'ok', message: 'The extension pg_trgm is not there yet; the migration adds it.', remedy: null }
  return {
    check,
    status: 'error',
    message: 'The extension pg_trgm is missing, and this user may not add it.',
    remedy: 'Let an administrator run CREATE EXTENSION pg_trgm in this database, then run `cartwright migrate`.',
  }
}

function schema(pending: readonly string[]): Diagnosis {
  const check = 'search schema'
  if (pending.length === 0) return { check, status: 'ok', message: 'Every migration of the search index has been applied.', remedy: null }
  return { check, status: 'warning', message: `Migrations of the search index are pending: ${pending.join(', ')}.`, remedy: 'Run `cartwright migrate`.' }
}

interface Content {
  readonly built: boolean
  readonly building: boolean
}

async function readContent(connection: SqlConnection): Promise<Content> {
  const { rows } = await connection.execute('SELECT built_at IS NOT NULL AS built, building IS NOT NULL AS building FROM search_index', [])
  return rows[0] as Content
}

function content({ built, building }: Content): Diagnosis {
  const check = 'search content'
  if (!built)
    return {
      check,
      status: 'warning',
      message: 'The search index has never been built, or a version before this one built it.',
      remedy: 'Run `cartwright search reindex`.',
    }
  if (!building) return { check, status: 'ok', message: 'The search index has been built.', remedy: null }
  return { check, status: 'ok', message: 'The search index answers, and a new content is being built or was left unfinished.', remedy: null }
}
