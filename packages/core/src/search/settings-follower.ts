import type { Context } from '../context.ts'
import { codeOf } from '../errors.ts'
import { noSettings, type SearchGuide, searchGuide } from './search-settings.ts'

/**
 * The settings as this process knows them. What any process saves is known once they are looked at again: one row is read, and only if its version is another
 * the rest.
 */
export class SettingsFollower {
  readonly #context: Context
  readonly #maxAgeMs: number
  #guide: SearchGuide | undefined
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | undefined

  /** @param maxAgeMs - how old what is known may be. */
  constructor(context: Context, maxAgeMs: number) {
    this.#context = context
    this.#maxAgeMs = maxAgeMs
  }

  /** Searching goes on with what is known, or without any, while the shop's database cannot be read. */
  async current(): Promise<SearchGuide> {
    if (performance.now() - this.#readAt > this.#maxAgeMs) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined
      })
      await this.#reading
    }
    return this.#guide ?? searchGuide(noSettings)
  }

  /** After this process has saved some: the next query reads them. */
  forget(): void {
    this.#readAt = Number.NEGATIVE_INFINITY
    this.#reading = undefined
  }

  async #read(): Promise<void> {
    const startedAt = performance.now()
    const known = this.#guide === undefined ? {} : { knownVersion: this.#guide.version }
    try {
      const settings = await this.#context.storage.snapshot(this.#context.clock.now(), ({ searchSettings }) => searchSettings.read(known), { fresh: true })
      if (settings !== undefined) this.#guide = searchGuide(settings)
    } catch (error) {
      this.#context.logger.warn({ code: codeOf(error), error }, 'the search settings could not be read; search goes on with those known')
    }
    this.#readAt = startedAt
  }
}
