import { cacheLevelSuite } from '@cartwright/testing/conformance'
import { redisCache } from '../src/cache/redis-cache.ts'
import { openRedis, topologies } from './topologies.ts'

for (const { name, server } of topologies) cacheLevelSuite({ name: `Redis, ${name}`, open: async () => redisCache({ redis: openRedis(server) }) })
