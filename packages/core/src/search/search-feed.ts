import type { Context } from '../context.ts'
import { CommerceError, codeOf } from '../errors.ts'
import type { ConsumerClaim, OutboxCursor } from '../events/outbox-store.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import { applyChanges, everyDocument, readChanges, readHead } from './catalogue-changes.ts'
import type { SearchIndex, SearchRebuild } from './search-index.ts'

/** The consumer of the outbox that stands for an index outside the process. */
const consumer = 'search'
/** How long one process feeds the index before another may take over. */
const leaseMs = 60_000
/** How often a build asks for the lease that another process holds, and how long it waits in between. */
const maxClaims = 200
const pauseMs = 500

type Claimed = Extract<ConsumerClaim, { outcome: 'claimed' }>

/**
 * Keeps an index outside the process up to date: events are read with a cursor in the database, by one process at a time, and applied at least once. Documents
 * are read anew when their event is applied, so repeating one does no harm, and the fence of the lease keeps a process that slept from writing what it read
 * before.
 */
export class SearchFeed {
  readonly #context: Context
  readonly #index: SearchIndex
  /** A consumer, once there, stays: looked for until it is seen. */
  #built = false

  constructor(context: Context, index: SearchIndex) {
    this.#context = context
    this.#index = index
  }

  /**
   * Applies what has changed since the last time, until nothing is left. Does nothing for an index in this process, for one that was never built, and while another
   * process does it. A failure of the index is logged; the events stay due.
   */
  async follow(): Promise<{ readonly done: number; readonly failed: number }> {
    if (this.#index.inProcess || !(await this.#isBuilt())) return { done: 0, failed: 0 }
    const claim = await this.#claim()
    if (claim.outcome === 'busy') return { done: 0, failed: 0 }
    const { fence } = claim
    let { cursor } = claim
    let done = 0
    for (;;) {
      const changes = await readChanges(this.#context, cursor)
      const failed = changes?.pruned ? this.#missed() : changes !== undefined && !(await this.#applied(changes, fence))
      if (changes !== undefined && !failed) {
        cursor = changes.cursor
        done += changes.ids.length
      }
      const release = failed || changes?.more !== true
      const moved = await this.#advance({ fence, cursor, release })
      if (release || moved === 'lost') return { done, failed: failed ? 1 : 0 }
    }
  }

  /**
   * Builds the index from the whole catalogue, then applies what changed meanwhile, then lets it answer. The cursor goes to where the build has come, even if that
   * is back: other processes may have fed the old content in the meantime.
   *
   * @returns how many documents were read.
   * @throws CONFLICT when another rebuild has begun, or another process keeps the lease
   */
  async rebuild(): Promise<number> {
    const start = await readHead(this.#context)
    const target = await this.#target()
    let count = 0
    for await (const documents of everyDocument(this.#context)) {
      await target.upsert(documents)
      count += documents.length
    }
    const claim = await this.#claimPatiently()
    const cursor = await this.#catchUp(target, start)
    await target.finish({ fence: claim.fence })
    await this.#putBack(claim, cursor)
    this.#built = true
    return count
  }

  /** An index that cannot be built beside the one that answers is emptied. */
  async #target(): Promise<SearchRebuild> {
    const index = this.#index
    if (index.rebuild !== undefined) return await index.rebuild()
    await index.clear()
    return { upsert: (documents) => index.upsert(documents), remove: (ids) => index.remove(ids), finish: async () => undefined }
  }

  async #catchUp(target: SearchRebuild, start: OutboxCursor): Promise<OutboxCursor> {
    for (let cursor = start; ; ) {
      const changes = await readChanges(this.#context, cursor)
      if (changes === undefined) return cursor
      if (changes.pruned)
        throw new CommerceError('CONFLICT', { details: { object: 'outbox' }, message: 'Events of the time of the build were pruned; build again' })
      await applyChanges(target, changes)
      cursor = changes.cursor
      if (!changes.more) return cursor
    }
  }

  /** A lease that ran out during a long build is taken again: the place of the consumer must not lie after what the new content knows. */
  async #putBack(first: Claimed, cursor: OutboxCursor): Promise<void> {
    for (let claim = first; (await this.#advance({ fence: claim.fence, cursor, release: true })) === 'lost'; ) claim = await this.#claimPatiently()
  }

  async #isBuilt(): Promise<boolean> {
    if (!this.#built) {
      const consumers = await this.#context.storage.snapshot(this.#context.clock.now(), ({ outbox }) => outbox.consumers(), { fresh: true })
      this.#built = consumers.some(({ name }) => name === consumer)
      if (!this.#built) this.#context.logger.warn({ consumer }, 'the search index has not been built: run `cartwright search reindex`')
    }
    return this.#built
  }

  async #applied(changes: Parameters<typeof applyChanges>[1], fence: number): Promise<boolean> {
    try {
      await applyChanges(this.#index, changes, { fence })
      return true
    } catch (error) {
      const code = codeOf(error)
      this.#context.logger.warn({ consumer, code, error }, 'the search index did not take its changes, which stay due')
      return false
    }
  }

  #missed(): true {
    this.#context.logger.error({ consumer }, 'events were pruned before the search index had them: run `cartwright search reindex`')
    return true
  }

  #claim(): Promise<ConsumerClaim> {
    return this.#write((tx) => tx.outbox.claimConsumer({ name: consumer, leaseUntil: addMs(tx.now, leaseMs), from: 'head' }))
  }

  async #claimPatiently(): Promise<Claimed> {
    for (let claims = 1; ; claims += 1) {
      const claim = await this.#claim()
      if (claim.outcome === 'claimed') return claim
      if (claims === maxClaims)
        throw new CommerceError('CONFLICT', { details: { object: 'search consumer' }, message: 'Another process keeps feeding the search index' })
      await this.#context.timers.sleep(pauseMs)
    }
  }

  #advance(place: { readonly fence: number; readonly cursor: OutboxCursor; readonly release: boolean }): Promise<'advanced' | 'lost'> {
    return this.#write((tx) => tx.outbox.advanceConsumer({ name: consumer, ...place }))
  }

  #write<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    return this.#context.storage.transaction(this.#context.clock.now(), work)
  }
}
