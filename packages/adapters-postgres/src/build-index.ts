import type { IndexBuild } from '@cartwright/storage-sql'
import { asCommerceError } from './postgres-errors.ts'
import type { PostgresClient, PostgresResult } from './postgres-pool.ts'

const findIndex = 'SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)'
/** Neither waiting for old transactions nor building itself holds anybody up. */
const unlimited = 'SET statement_timeout = 0; SET lock_timeout = 0'

/**
 * Makes one index outside of a transaction. What a failed or killed attempt has left is not used by Postgres but kept up to date by every write: it is dropped.
 * An attempt whose client died may still be at work; dropping waits for it.
 *
 * @param ownSession - whether the connection is ours until it is closed, so that its settings may be changed; the caller then closes it.
 */
export async function buildIndex(client: PostgresClient, { name, sql }: IndexBuild, ownSession: boolean): Promise<void> {
  try {
    if (ownSession) await client.query({ text: unlimited })
    const found = (await client.query({ text: findIndex, values: [name] })) as PostgresResult
    const [index] = found.rows as { readonly valid: boolean }[]
    if (index?.valid === true) return
    if (index !== undefined) await client.query({ text: `DROP INDEX CONCURRENTLY IF EXISTS ${name}` })
    await client.query({ text: sql })
  } catch (error) {
    throw asCommerceError(error)
  }
}
