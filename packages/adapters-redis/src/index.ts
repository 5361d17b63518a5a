export { redisAdmission } from './admission/redis-admission.ts'
export { redisRateLimiter } from './limits/redis-rate-limiter.ts'
export type { RedisClient, RedisServer } from './redis-client.ts'
export { type RedisConnection, type RedisConnectionOptions, redisConnection } from './redis-connection.ts'
