import type { SearchIndex } from '@cartwright/core/ports'
import { describe } from 'vitest'
import { facetBehaviour } from './facet-behaviour.ts'
import { filterBehaviour } from './filter-behaviour.ts'
import { matchBehaviour } from './match-behaviour.ts'
import { merchandisingBehaviour } from './merchandising-behaviour.ts'
import { rankBehaviour } from './rank-behaviour.ts'
import { sortBehaviour } from './sort-behaviour.ts'
import { suggestBehaviour } from './suggest-behaviour.ts'
import { textBehaviour } from './text-behaviour.ts'
import { updateBehaviour } from './update-behaviour.ts'

export interface SearchIndexSuiteOptions {
  /** The heading in the test report. */
  readonly name: string
  /** An empty index; called before every test, which closes it. */
  readonly open: () => Promise<SearchIndex>
}

/**
 * Registers tests of the `SearchIndex` contract: typos, beginnings of words, the weight of titles, filters, paging, updates visible
 * at once, facets, sorts, highlights, spelling, synonyms, suggestions and merchandising.
 *
 * @example
 * searchIndexSuite({ name: 'my index', open: async () => myIndex() })
 */
export function searchIndexSuite(options: SearchIndexSuiteOptions): void {
  describe(`${options.name}: search index`, () => {
    matchBehaviour(options)
    rankBehaviour(options)
    filterBehaviour(options)
    updateBehaviour(options)
    facetBehaviour(options)
    sortBehaviour(options)
    textBehaviour(options)
    suggestBehaviour(options)
    merchandisingBehaviour(options)
  })
}
