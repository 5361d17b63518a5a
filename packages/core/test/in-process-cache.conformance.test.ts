import { cacheLevelSuite } from '@cartwright/testing/conformance'
import { inProcessCache } from '../src/runtime/cache.ts'

cacheLevelSuite({ name: 'in process', open: async () => inProcessCache() })
