import { requireStaff } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { OutboxCursor } from '../events/outbox-store.ts'
import { parseInput } from '../parse-input.ts'
import { applyChanges, everyDocument, readChanges, readHead } from './catalogue-changes.ts'
import { type Fallback, FallbackSearch } from './fallback-search.ts'
import { searchCatalogue, suggestFromCatalogue } from './search-catalogue.ts'
import type { SearchFeed } from './search-feed.ts'
import type { SearchIndex } from './search-index.ts'
import { type SearchInput, type SuggestInput, searchInput, suggestInput } from './search-input.ts'
import type { SearchAnswer, SuggestAnswer } from './search-query.ts'
import { searchRequest } from './search-request.ts'
import { noSettings, type SearchSettings } from './search-settings.ts'
import { type ReadSearchSettingsInput, readSettingsInput, type SaveSearchSettingsInput, saveSettingsInput } from './search-settings-input.ts'
import { SettingsFollower } from './settings-follower.ts'

/** How old the settings may be that an index outside the process is asked by. */
const settingsAgeMs = 1_000

export interface SearchServiceOptions {
  /** How old what the index knows may be, in milliseconds. With 0 every query sees all that was committed before it, by whatever process. @default 0 */
  readonly refreshMs?: number
}

/**
 * Finds products. An index in this process is built when it is first asked, and then follows the outbox with a cursor of its own, so that it sees what any
 * process writes. One outside the process is built by `reindex` and fed by the worker's `search` job.
 */
export class SearchService {
  readonly #context: Context
  readonly #index: SearchIndex
  readonly #feed: SearchFeed
  readonly #refreshMs: number
  readonly #settings: SettingsFollower
  readonly #fallback: FallbackSearch
  /** How far the index has followed the outbox; undefined until it is built. */
  #cursor: OutboxCursor | undefined
  #refreshedAt = Number.NEGATIVE_INFINITY
  /** Work on the index, one after the other. */
  #queue: Promise<unknown> = Promise.resolve()
  /** A catch-up that has not begun: every query that comes before it does shares it. */
  #pending: Promise<void> | undefined

  constructor(context: Context, index: SearchIndex, feed: SearchFeed, { refreshMs = 0 }: SearchServiceOptions = {}) {
    this.#context = context
    this.#index = index
    this.#feed = feed
    this.#refreshMs = refreshMs
    this.#fallback = new FallbackSearch(context, index)
    this.#settings = new SettingsFollower(context, index.inProcess ? refreshMs : settingsAgeMs)
  }

  /**
   * Products for what a buyer typed, best first. The first query waits until an index in this process is built; one outside it lags behind by what the worker
   * has not fed to it yet.
   *
   * While the index is away, the shop's database answers, with less: see `degraded`. After five failures in a row an index outside the process is left alone for
   * a second at a time.
   *
   * @param params.text - up to 200 characters; blank finds every product that the filter lets through, if there is a filter or a facet, and else nothing.
   * @param params.client - whose queries count together where the shop limits `search`, e.g. an address; without it, the query is not limited.
   * @param params.filter - `attributes` of a product and options of its variants by name, with a value or several of which one will do; `minRating` of 1 to 5.
   * @param params.facets - what to count, over all hits: children of a category (of the roots, or `below` one), ranges of prices (default: 10, 20, 50, 100 and so on
   * up to 5,000 in units of the currency), values of an attribute (default: the 20 commonest), ratings from. A facet's counts ignore the filter of its own kind.
   * @param params.sort - default `relevance`, the only one in which merchandising rules count.
   * @param params.currency - of price sorts, and of price facets that name none; default the shop's.
   * @param params.highlight - whether hits say where the words were found; default false.
   * @param params.didYouMean - whether to look for a better spelling; default false.
   * @param params.limit - default 20, at most 100.
   * @param params.offset - default 0, at most 10,000.
   * @returns `total` counts every hit; `elapsedMs` is the whole call. `degraded` is true when the database has answered in place of the index: products with every
   * word in their title or vendor, or with the text for a SKU; filtered and sorted, but without wrong letters, facets, spelling, synonyms and merchandising, and
   * counted up to 1,000.
   * @throws RATE_LIMITED; what the index fails with, such as the retryable STORAGE_UNAVAILABLE, when the database fails too; MIGRATION_PENDING for an index without
   * its tables; nothing but searching depends on it
   */
  async query(params: SearchInput): Promise<Fallback<SearchAnswer> & { readonly elapsedMs: number }> {
    const startedAt = performance.now()
    const { client, ...asked } = parseInput(searchInput, params)
    await this.#admit(client)
    const fresh = this.#index.inProcess ? this.#fresh() : Promise.resolve()
    // It is awaited below; until then nobody hears it fail.
    fresh.catch(() => undefined)
    const request = searchRequest(asked, { shopCurrency: this.#context.currency, guide: await this.#settings.current() })
    const ask = async () => {
      await fresh
      return await this.#index.query(request)
    }
    const answer = await this.#fallback.answer(ask, () => searchCatalogue(this.#context, request))
    return { ...answer, elapsedMs: performance.now() - startedAt }
  }

  /**
   * Goes on with what a buyer is typing: texts whose last word is completed, those that find most products first, and the best products for the text as it
   * stands. While the index is away, the shop's database answers as it does for `query`.
   *
   * @param params.text - up to 200 characters. One letter, or a digit or two, completes nothing.
   * @param params.client - counted with the queries of `query`; leave it out, or limit `search` for what a buyer types.
   * @param params.limit - of completions, and of products: default 8, at most 20.
   * @returns `degraded` is true when the database has answered in place of the index: completions are words of the titles of the 100 best products that have every
   * word in their title or vendor, counted among these; no wrong letter is forgiven.
   * @throws as `query` does
   */
  async suggest(params: SuggestInput): Promise<Fallback<SuggestAnswer> & { readonly elapsedMs: number }> {
    const startedAt = performance.now()
    const { client, ...asked } = parseInput(suggestInput, params)
    await this.#admit(client)
    const ask = async () => {
      if (this.#index.inProcess) await this.#fresh()
      return await this.#index.suggest(asked)
    }
    const answer = await this.#fallback.answer(ask, () => suggestFromCatalogue(this.#context, asked))
    return { ...answer, elapsedMs: performance.now() - startedAt }
  }

  /** The rules and synonyms that staff have made, with the version to pass to `saveSettings`. @throws FORBIDDEN for others than staff */
  async settings(params: ReadSearchSettingsInput): Promise<SearchSettings> {
    const { actor } = parseInput(readSettingsInput, params)
    requireStaff(actor)
    const { storage, clock } = this.#context
    return (await storage.snapshot(clock.now(), ({ searchSettings }) => searchSettings.read({}), { fresh: true })) ?? noSettings
  }

  /**
   * Replaces the shop's rules, its synonyms, or both. This process goes by them at once, others with an index in their memory from their next query on, and with one outside
   * within a second.
   *
   * @param params.version - of the settings that are replaced.
   * @param params.rules - all of them; those of before stay when it is left out. `pins` are positions from 1; a group names products by id, category or attribute.
   * @param params.synonyms - all of them; those of before stay when it is left out.
   * @returns the settings as they are now.
   * @throws FORBIDDEN for others than staff, CONFLICT when somebody has changed them since `version`
   */
  async saveSettings(params: SaveSearchSettingsInput): Promise<SearchSettings> {
    const { actor, version, ...given } = parseInput(saveSettingsInput, params)
    requireStaff(actor)
    const saved = await this.#context.storage.transaction(this.#context.clock.now(), async ({ searchSettings }) => {
      const before = (await searchSettings.read({})) ?? noSettings
      const settings = { rules: given.rules ?? before.rules, synonyms: given.synonyms ?? before.synonyms, version } as SearchSettings
      if ((await searchSettings.save(settings)) === 'saved') return { ...settings, version: version + 1 }
      throw new CommerceError('CONFLICT', { details: { object: 'search settings' }, message: 'Somebody has changed the search settings since this version' })
    })
    this.#settings.forget()
    return saved
  }

  /**
   * Builds the index anew. In this process it is emptied first, and queries wait. An index outside answers from its old content meanwhile, if it can; whatever
   * changes during the build is in the new content when it takes over.
   *
   * @throws CONFLICT when another process begins to build the same index
   */
  async reindex(): Promise<{ readonly documents: number; readonly elapsedMs: number }> {
    const startedAt = performance.now()
    const documents = await this.#enqueue(() => (this.#index.inProcess ? this.#build() : this.#feed.rebuild()))
    return { documents, elapsedMs: performance.now() - startedAt }
  }

  /** Lets go of the index's memory or connections. */
  async close(): Promise<void> {
    await this.#enqueue(() => this.#index.close())
  }

  async #admit(client: string | undefined): Promise<void> {
    if (client !== undefined) await this.#context.rates.require({ rule: 'search', subject: client })
  }

  /** Resolves once the index knows what was committed before the call, give or take `refreshMs`. */
  async #fresh(): Promise<void> {
    if (performance.now() - this.#refreshedAt < this.#refreshMs) return
    this.#pending ??= this.#enqueue(() => {
      this.#pending = undefined
      return this.#catchUp()
    })
    await this.#pending
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(work)
    this.#queue = run.catch(() => undefined)
    return run
  }

  async #catchUp(): Promise<void> {
    const startedAt = performance.now()
    let more = true
    while (more) more = await this.#followOnce()
    this.#refreshedAt = startedAt
  }

  /** Applies one batch of events, or builds the index if it has none to go on from. @returns true when more may be waiting. */
  async #followOnce(): Promise<boolean> {
    const after = this.#cursor
    if (after === undefined) {
      await this.#build()
      return true
    }
    const batch = await readChanges(this.#context, after)
    if (batch === undefined) return false
    if (batch.pruned) {
      this.#cursor = undefined
      return true
    }
    await applyChanges(this.#index, batch)
    this.#cursor = batch.cursor
    return batch.more
  }

  /** @returns how many products the index has. */
  async #build(): Promise<number> {
    this.#cursor = undefined
    // Read before the products: what changes while they are read is followed afterwards, once more if need be.
    const cursor = await readHead(this.#context)
    await this.#index.clear()
    let count = 0
    for await (const documents of everyDocument(this.#context)) {
      await this.#index.upsert(documents)
      count += documents.length
    }
    this.#cursor = cursor
    return count
  }
}
