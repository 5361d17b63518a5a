import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { rateLimiterSuite } from '@cartwright/testing/conformance'
import { startProcess } from '@cartwright/testing/crash'
import { describe, expect, test } from 'vitest'
import { redisRateLimiter } from '../src/limits/redis-rate-limiter.ts'
import { redisConnection } from '../src/redis-connection.ts'
import { openRedis, topologies } from './topologies.ts'

describe.each(topologies)('$name', ({ name, server }) => {
  rateLimiterSuite({
    name: `redisRateLimiter, ${name}`,
    open: async () => {
      const redis = redisConnection({ ...server, timeoutMs: 5_000, prefix: `test:${randomUUID()}:` })
      return { limiter: redisRateLimiter({ redis }), pass: (ms) => sleep(ms), dispose: () => redis.close() }
    },
  })

  // Sentinels lead to the same server.
  if (name === 'Sentinel') return

  test('64 from four processes: exactly the burst is allowed', async () => {
    const prefix = `test:${randomUUID()}:`
    openRedis(server, { prefix })
    const script = join(import.meta.dirname, 'processes', 'take.ts')
    const execArgv = ['--conditions=cartwright-source', '--no-warnings']
    const processes = Array.from({ length: 4 }, () => startProcess<number>({ script, setup: { server, prefix, asks: 16, burst: 10 }, execArgv }))
    await Promise.all(processes.map(({ ready }) => ready))
    for (const each of processes) each.go()
    const ends = await Promise.all(processes.map(({ end }) => end))
    expect(ends.reduce((sum, end) => sum + (end === 'killed' ? Number.NaN : end.result), 0)).toBe(10)
  })
})
