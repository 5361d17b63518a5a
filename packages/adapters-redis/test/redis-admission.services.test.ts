import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { admissionSuite } from '@cartwright/testing/conformance'
import { describe } from 'vitest'
import { redisAdmission } from '../src/admission/redis-admission.ts'
import { redisConnection } from '../src/redis-connection.ts'
import { topologies } from './topologies.ts'

describe.each(topologies)('$name', ({ name, server }) => {
  admissionSuite({
    name: `redisAdmission, ${name}`,
    open: async () => {
      const redis = redisConnection({ ...server, timeoutMs: 5_000, prefix: `test:${randomUUID()}:` })
      return { admission: redisAdmission({ redis }), pass: (ms) => sleep(ms), dispose: () => redis.close() }
    },
  })
})
