import type { Timers } from '@cartwright/core/ports'
import type { SqlConnection, SqlConnections } from '@cartwright/storage-sql'
import { LockWait } from './lock-wait.ts'
import { LoopShare } from './loop-share.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import { storageUnavailable } from './sqlite-errors.ts'
import type { SqliteSource } from './sqlite-source.ts'
import { TurnQueue } from './turn-queue.ts'

interface SqliteConnectionsParts {
  readonly source: SqliteSource
  /** How many snapshots may be open at once. */
  readonly readers: number
  readonly busyDeadlineMs: number
  readonly timers: Timers
}

/** One writer, whose transactions queue in the order of their calls, and a few readers beside it. All are opened when they are first needed. */
export class SqliteConnections implements SqlConnections {
  readonly #source: SqliteSource
  readonly #writeLock: LockWait
  readonly #readLock: LockWait
  readonly #share: LoopShare
  readonly #timers: Timers
  readonly #writes = new TurnQueue()
  readonly #reads: TurnQueue
  readonly #idleReaders: SqliteConnection[] = []
  #writer: SqliteConnection | undefined
  #closed = false

  constructor({ source, readers, busyDeadlineMs, timers }: SqliteConnectionsParts) {
    this.#source = source
    this.#writeLock = new LockWait(busyDeadlineMs, timers)
    this.#readLock = new LockWait(busyDeadlineMs, timers)
    this.#share = new LoopShare(source.separateReaders, timers)
    this.#timers = timers
    this.#reads = new TurnQueue(readers)
  }

  async write<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    return await this.#withWriter((writer, since) => this.#transaction(writer, since, work))
  }

  /** SQLite switches foreign keys outside transactions only. */
  async migrate<T>(work: (connection: SqlConnection) => Promise<T>, { rebuildsTables }: { readonly rebuildsTables: boolean }): Promise<T> {
    if (!rebuildsTables) return await this.write(work)
    return await this.#withWriter(async (writer, since) => {
      writer.switchForeignKeys(false)
      try {
        return await this.#transaction(writer, since, async (connection) => {
          const result = await work(connection)
          writer.requireReferences()
          return result
        })
      } finally {
        if (this.#writer === writer) writer.switchForeignKeys(true)
      }
    })
  }

  async #transaction<T>(writer: SqliteConnection, since: number, work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    const begin = () => writer.tryBeginWrite()
    if (!this.#writeLock.now(begin)) await this.#writeLock.until(begin, since)
    try {
      const result = await work(writer)
      const commit = () => writer.tryCommit()
      if (!this.#writeLock.now(commit)) await this.#writeLock.until(commit, this.#timers.nowMs())
      return result
    } catch (error) {
      this.#abandon(writer)
      throw error
    }
  }

  async read<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    if (!this.#source.separateReaders) return await this.#withWriter((writer, since) => this.#snapshot(writer, since, work))
    const since = this.#timers.nowMs()
    if (this.#writer === undefined) await this.inspect(() => undefined)
    this.#refuseClosed()
    if (!this.#reads.tryEnter()) await this.#reads.enter()
    const turn = this.#share.beforeRead()
    if (turn !== undefined) await turn
    let reader: SqliteConnection | undefined
    try {
      reader = this.#idleReaders.pop() ?? (await this.#source.openReader())
      return await this.#snapshot(reader, since, work)
    } finally {
      if (reader?.usable) this.#idleReaders.push(reader)
      else if (reader !== undefined) this.#source.close(reader)
      this.#reads.leave()
    }
  }

  /** Runs `work` on the writer outside any transaction, in its turn. */
  async inspect<T>(work: (writer: SqliteConnection) => T): Promise<T> {
    return await this.#withWriter(async (writer) => work(writer))
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#reads.idle()
    for (const reader of this.#idleReaders.splice(0)) this.#source.close(reader)
    await this.#writes.idle()
    if (this.#writer !== undefined) this.#source.close(this.#writer)
    this.#writer = undefined
  }

  async #withWriter<T>(work: (writer: SqliteConnection, since: number) => Promise<T>): Promise<T> {
    this.#refuseClosed()
    const since = this.#timers.nowMs()
    if (!this.#writes.tryEnter()) await this.#writes.enter()
    try {
      const pause = this.#share.beforeWrite()
      if (pause !== undefined) await pause
      this.#writer ??= await this.#source.openWriter()
      return await work(this.#writer, since)
    } finally {
      this.#share.afterWrite()
      this.#writes.leave()
    }
  }

  async #snapshot<T>(connection: SqliteConnection, since: number, work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    const begin = () => connection.tryBeginRead()
    if (!this.#readLock.now(begin)) await this.#readLock.until(begin, since)
    try {
      return await work(connection)
    } finally {
      connection.rollback()
    }
  }

  /** Rolls back. A writer that cannot is replaced: SQLite rolls the transaction back as the handle closes. */
  #abandon(writer: SqliteConnection): void {
    writer.rollback()
    if (writer.usable) return
    this.#source.close(writer)
    this.#writer = undefined
  }

  #refuseClosed(): void {
    if (this.#closed) throw storageUnavailable('The storage has been closed')
  }
}
