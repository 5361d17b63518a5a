import { cacheLevelSuite } from '@cartwright/testing/conformance'
import { describe, expect, test } from 'vitest'
import { redisCache } from '../src/cache/redis-cache.ts'
import { openRedis, topologies } from './topologies.ts'
import { watchedRedis } from './watched-redis.ts'

for (const { name, server } of topologies) cacheLevelSuite({ name: `Redis, ${name}`, open: async () => redisCache({ redis: openRedis(server) }) })

describe.each(topologies)('many who look at once, $name', ({ name, server }) => {
  /** A level with a hundred texts, of which every seventh is missing, and the names of the commands that it has sent since. */
  async function filledLevel() {
    const sent: string[] = []
    const real = openRedis(server)
    const redis = watchedRedis(real, (command, make) => {
      sent.push(command)
      return make()
    })
    const level = redisCache({ redis })
    const keys = Array.from({ length: 100 }, (_, index) => `k${index}`)
    const texts = keys.map((key, index) => (index % 7 === 0 ? undefined : `text of ${key}`))
    await Promise.all(texts.map((text, index) => (text === undefined ? undefined : real.call('set', [real.key('cache', keys[index] ?? '', 'value'), text]))))
    return { level, keys, texts, sent, real }
  }

  test('each get their own, in one command for up to 32 where the keys are on one server', async () => {
    const { level, keys, texts, sent } = await filledLevel()
    expect(await Promise.all(keys.map((key) => level.get({ key })))).toEqual(texts)
    expect(sent).toEqual(name === 'Cluster' ? keys.map(() => 'get') : ['mget', 'mget', 'mget', 'mget'])
  })

  test('are all told when the command fails, and the next ones are answered', async () => {
    const { level, keys, texts, real } = await filledLevel()
    const failing = redisCache({ redis: watchedRedis(real, () => real.call('incr', [real.key('cache', keys[1] ?? '', 'value')])) })
    const outcomes = await Promise.allSettled(keys.slice(1, 3).map((key) => failing.get({ key })))
    expect(outcomes).toEqual(keys.slice(1, 3).map(() => ({ status: 'rejected', reason: expect.objectContaining({ code: 'DEPENDENCY_UNAVAILABLE' }) })))
    expect(await level.get({ key: keys[1] ?? '' })).toBe(texts[1])
  })
})
