import type { SearchSettings } from './search-settings.ts'

export interface SearchSettingsReader {
  /** The settings, if their version is another than the one that is known; else undefined. One statement: every query may ask. */
  read(params: { readonly knownVersion?: number }): Promise<SearchSettings | undefined>
}

/** Persistence of what staff have decided about search. */
export interface SearchSettingsStore extends SearchSettingsReader {
  /**
   * Replaces the settings whole.
   *
   * **Contract for implementers**
   * - Check and write are indivisible: of two that replace one version, one is `saved` and the other `stale`, and nothing of it was written.
   *
   * @param settings - `version` is the one that is replaced; what is stored has the next.
   */
  save(settings: SearchSettings): Promise<'saved' | 'stale'>
}
