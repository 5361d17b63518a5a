import { searchIndexSuite } from '@cartwright/testing/conformance'
import { miniSearchIndex } from '../src/search/minisearch-index.ts'

searchIndexSuite({ name: 'MiniSearch', open: async () => miniSearchIndex() })
