import { liveCartSuite } from '@cartwright/testing/conformance'
import { redisCarts } from '../src/carts/redis-carts.ts'
import { openPrivateRedis, topologies } from './topologies.ts'

for (const { name, server } of topologies) {
  liveCartSuite({
    name: `Redis, ${name}`,
    open: async () => {
      const one = openPrivateRedis(server)
      const other = openPrivateRedis(server, { prefix: one.prefix })
      return {
        store: redisCarts({ redis: one.redis }),
        another: async () => redisCarts({ redis: other.redis }),
        dispose: async () => {
          await other.redis.close()
          await one.dispose()
        },
      }
    },
  })
}
