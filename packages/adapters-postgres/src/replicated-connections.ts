import { isCommerceError } from '@cartwright/core/ports'
import type { IndexBuild, ReadOptions, SqlConnection, SqlConnections } from '@cartwright/storage-sql'
import type { Bookmarks } from './bookmarks.ts'
import type { PostgresConnections } from './postgres-connections.ts'
import type { ReplicaSet } from './replica-set.ts'
import { unknownPosition } from './wal-position.ts'

interface ReplicatedParts {
  readonly primary: PostgresConnections
  readonly replicas: ReplicaSet
  readonly bookmarks: Bookmarks
}

/** A primary for everything, and replicas for snapshots that may be a little old. Whatever a replica cannot answer, the primary does. */
export class ReplicatedConnections implements SqlConnections {
  readonly #parts: ReplicatedParts

  constructor(parts: ReplicatedParts) {
    this.#parts = parts
  }

  write<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    return this.#parts.primary.write(work)
  }

  migrate<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    return this.#parts.primary.migrate(work)
  }

  migrateOnline<T>(work: (connection: SqlConnection, build: (index: IndexBuild) => Promise<void>) => Promise<T>): Promise<T> {
    return this.#parts.primary.migrateOnline(work)
  }

  async read<T>(work: (connection: SqlConnection) => Promise<T>, { fresh, reader }: ReadOptions): Promise<T> {
    const { primary, replicas, bookmarks } = this.#parts
    const position = reader === undefined ? 0 : bookmarks.of(reader)
    const tried = fresh || position === unknownPosition ? undefined : await replicas.tryRead(work, position)
    if (tried?.outcome === 'read') return tried.value
    try {
      return await primary.read(work)
    } catch (error) {
      if (fresh || !isCommerceError(error, 'STORAGE_UNAVAILABLE')) throw error
      // Nobody may have read for so long that nothing was known of the replicas any more.
      await replicas.looked()
      const again = position === unknownPosition ? undefined : await replicas.tryRead(work, position)
      if (again?.outcome === 'read') return again.value
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#parts.replicas.close()
    await this.#parts.primary.close()
  }
}
