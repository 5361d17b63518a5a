import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type RedisConnection, redisConnection } from '../src/redis-connection.ts'
import { redisScript } from '../src/redis-script.ts'
import { faultyAddress } from './faulty-address.ts'
import { openRedis, serviceUrl, topologies } from './topologies.ts'

const url = serviceUrl('CARTWRIGHT_REDIS_URL')

describe.each(topologies)('$name', ({ server }) => {
  test('carries out commands', async () => {
    const redis = openRedis(server)
    const key = redis.key('greeting', 'a')
    await redis.call('set', [key, 'hello'])
    expect(await redis.call('get', [key])).toBe('hello')
    expect(await redis.call('get', [redis.key('greeting', 'b')])).toBeNull()
  })

  test('runs a script that the server has never seen, over keys of one tag', async () => {
    const redis = openRedis(server)
    const script = redisScript('swap', `redis.call('SET', KEYS[1], ARGV[1]) redis.call('SET', KEYS[2], ARGV[2]) return {ARGV[2], '${redis.key('any', 'x')}'}`)
    const keys = [redis.key('pair', 'one', 'left'), redis.key('pair', 'one', 'right')]
    for (let round = 0; round < 2; round += 1) expect(await redis.run(script, keys, ['l', 'r'])).toEqual(['r', redis.key('any', 'x')])
    expect(await redis.call('mget', keys)).toEqual(['l', 'r'])
  })

  test('tells of a refusal, and goes on', async () => {
    const redis = openRedis(server, { breaker: { failures: 1 } })
    const key = redis.key('greeting', 'a')
    await redis.call('set', [key, 'hello'])
    await expect(redis.call('incr', [key])).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE', details: { dependency: 'redis', reason: 'refused' } })
    expect(redis.state).toBe('closed')
  })

  test('finds every primary', async () => {
    const redis = openRedis(server)
    expect(await redis.servers()).toHaveLength('cluster' in server ? 3 : 1)
  })
})

test('a client of the host is used and left open', async () => {
  const client = new Redis(url)
  onTestFinished(() => client.disconnect())
  const redis = redisConnection({ client, timeoutMs: 5_000 })
  expect(await redis.call('ping', [])).toBe('PONG')
  await redis.close()
  expect(await client.ping()).toBe('PONG')
})

describe('when Redis', () => {
  const timeoutMs = 50

  /** A connection that works, over a way that can be spoilt. The breaker's time stands still unless it is moved. */
  async function spoilable() {
    const address = await faultyAddress(url)
    onTestFinished(() => address.close())
    const time = { ms: 0 }
    const redis = redisConnection({ url: address.url, timeoutMs, nowMs: () => time.ms, breaker: { failures: 3, openMs: 1_000 } })
    onTestFinished(() => redis.close())
    await redis.call('ping', [], { timeoutMs: 5_000 })
    return { address, redis, time }
  }

  const failing = (redis: RedisConnection) =>
    redis.call('ping', []).then(
      () => 'answered',
      (error) => error.details.reason as string,
    )

  test.each([['hangs'], [{ lateByMs: 2_000 }]] as const)('%o, calls end in time, then at once, and one looks again', async (fault) => {
    const { address, redis, time } = await spoilable()
    address.become(fault)
    expect([await failing(redis), await failing(redis), await failing(redis)]).toEqual(['timeout', 'timeout', 'timeout'])
    expect([redis.state, await failing(redis)]).toEqual(['open', 'breaker_open'])
    time.ms = 1_000
    expect(await Promise.all([failing(redis), failing(redis)])).toEqual(['timeout', 'breaker_open'])
  })

  test('is down, calls fail, and succeed once it is back', async () => {
    const { address, redis, time } = await spoilable()
    address.become('down')
    for (let count = 0; count < 3; count += 1) expect(['connection', 'timeout']).toContain(await failing(redis))
    expect(redis.state).toBe('open')
    address.become('up')
    await expect
      .poll(
        () => {
          time.ms += 1_000
          return redis.call('ping', [], { timeoutMs: 1_000 })
        },
        { timeout: 20_000 },
      )
      .toBe('PONG')
    expect(redis.state).toBe('closed')
  })

  test('hangs, a client of the host is not given a queue to keep', async () => {
    const address = await faultyAddress(url)
    onTestFinished(() => address.close())
    address.become('hangs')
    const client = new Redis(address.url, { lazyConnect: true })
    onTestFinished(() => client.disconnect())
    client.on('error', () => undefined)
    const redis = redisConnection({ client, timeoutMs, breaker: { failures: 1_000 } })
    const reasons = await Promise.all(Array.from({ length: 50 }, () => failing(redis)))
    expect(new Set(reasons)).toEqual(new Set(['timeout']))
    expect(client.status).not.toBe('ready')
    address.become('up')
    await expect.poll(() => redis.call('ping', [], { timeoutMs: 1_000 }), { timeout: 20_000 }).toBe('PONG')
  })
})

test('an address that is none is refused', () => {
  expect(() => redisConnection({ url: 'http://localhost' })).toThrow('must begin with redis://')
  expect(() => redisConnection({ cluster: [] })).toThrow('at least one node')
  expect(() => redisConnection({ sentinels: { urls: [], group: 'g' } })).toThrow('at least one')
})
