import { redisAdmission, redisCache, redisCarts, redisConnection, redisEventPublisher, redisRateLimiter } from '@cartwright/adapters-redis'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import type { CommerceOptions } from '@cartwright/core'

// A shop of which the parts that the environment names are in a Redis, which a slow machine may keep waiting.
const { TEST_SHOP_FILE = '', TEST_REDIS_URL = '', TEST_REDIS_PARTS = '' } = process.env
const redis = redisConnection({ url: TEST_REDIS_URL, prefix: 'doctor:', timeoutMs: 10_000 })
const parts: Readonly<Record<string, Partial<CommerceOptions>>> = {
  admission: { inventory: { admission: { gate: redisAdmission({ redis }), skus: ['MUG'], maxAgeMs: 1_000 } } },
  cache: { cache: { shared: redisCache({ redis }) } },
  carts: { carts: redisCarts({ redis }) },
  limits: { rateLimits: { limiter: redisRateLimiter({ redis }), rules: {} } },
  publisher: { publishers: [redisEventPublisher({ redis })] },
}

const chosen: Partial<CommerceOptions> = Object.assign({}, ...TEST_REDIS_PARTS.split(',').map((name) => parts[name]))

export const storage = sqliteStorage({ file: TEST_SHOP_FILE })
export const currency = 'USD'
export const { inventory, cache, carts, rateLimits, publishers } = chosen
