export type { RedisClient, RedisServer } from './redis-client.ts'
export { type RedisConnection, type RedisConnectionOptions, redisConnection } from './redis-connection.ts'
