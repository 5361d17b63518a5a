import { randomUUID } from 'node:crypto'
import { postgresStorage } from '@cartwright/adapters-postgres'
import { expect, onTestFinished, test } from 'vitest'
import { migratedDatabase } from '../../packages/adapters-postgres/test/scratch-database.ts'
import { serviceUrl } from '../../packages/adapters-redis/test/topologies.ts'
import { firstSeenMs, priceAfter, repricedElsewhere } from './repriced-elsewhere.ts'

test('a price that a process without a cache has changed is seen by all that share one on Redis', { timeout: 120_000 }, async () => {
  const { url, drop } = await migratedDatabase()
  onTestFinished(drop)
  const redis = { url: serviceUrl('CARTWRIGHT_REDIS_URL'), prefix: `test:${randomUUID()}:` }
  // Each second by their timers takes 50 ms: transactions of others on this server may keep the event back for that long, and longer.
  const viewer = { database: { url }, redis, deaf: false, seconds: 1_200, pauseMs: 50, until: priceAfter }
  for (const seen of await repricedElsewhere(postgresStorage({ url }), [viewer, viewer])) {
    expect(firstSeenMs(seen, priceAfter)).toBeDefined()
  }
})
