import { CommerceError } from '@cartwright/core'
import { expect, test } from 'vitest'
import { placeWith, quotedCart, testShop } from '../../test/test-shop.ts'
import { inProcessRateLimiter, type RateLimiter } from './rate-limiter.ts'

const hour = 3_600_000
const unreachable: RateLimiter = {
  take: async () => {
    throw new CommerceError('DEPENDENCY_UNAVAILABLE', { details: { dependency: 'redis', reason: 'timeout' } })
  },
}

test('limits the attempts of one buyer, and leaves others alone', async () => {
  const { commerce } = await testShop({ rateLimits: { rules: { checkout: { burst: 1, perMs: hour } } } })
  const [one, other] = [await quotedCart(commerce, { MUG: 1 }), await quotedCart(commerce, { MUG: 1 })]
  await placeWith(commerce, one, 'card_declined', 'first')
  await expect(placeWith(commerce, one, 'card_ok', 'second')).rejects.toMatchObject({ code: 'RATE_LIMITED', details: { rule: 'checkout' }, retryable: true })
  expect((await placeWith(commerce, other, 'card_ok', 'k')).outcome).toBe('confirmed')
})

test('limits queries of one client, and none without', async () => {
  const { commerce } = await testShop({ rateLimits: { rules: { search: { burst: 1, perMs: hour } } } })
  const query = (client: string) => commerce.search.query({ text: 'mug', client })
  await query('192.0.2.1')
  await expect(query('192.0.2.1')).rejects.toMatchObject({ code: 'RATE_LIMITED' })
  expect((await query('192.0.2.2')).items).toHaveLength(1)
  expect((await commerce.search.query({ text: 'mug' })).items).toHaveLength(1)
})

test('a rule that is open is counted here while the shared counts cannot be reached; one that is closed refuses', async () => {
  const limit = { burst: 1, perMs: hour }
  const { commerce } = await testShop({ rateLimits: { limiter: unreachable, rules: { search: limit, login: limit, voucher: limit } } })
  await commerce.rates.require({ rule: 'search', subject: 'a' })
  await expect(commerce.rates.require({ rule: 'search', subject: 'a' })).rejects.toMatchObject({ code: 'RATE_LIMITED' })
  for (const rule of ['login', 'voucher'] as const) {
    await expect(commerce.rates.require({ rule, subject: 'a' })).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' })
  }
})

test('what a limiter is given names nobody', async () => {
  const keys: string[] = []
  const counting = inProcessRateLimiter()
  const limiter: RateLimiter = {
    take: (request) => {
      keys.push(request.key)
      return counting.take(request)
    },
  }
  const { commerce } = await testShop({ rateLimits: { limiter, rules: { login: { burst: 1, perMs: hour } } } })
  await commerce.rates.require({ rule: 'login', subject: 'ada@example.org' })
  expect(keys).toEqual([expect.stringMatching(/^login:[\w-]{43}$/)])
})

test('memory is bounded: the key used longest ago is forgotten', async () => {
  const limiter = inProcessRateLimiter({ nowMs: () => 0, maxKeys: 2 })
  const limit = { burst: 1, perMs: hour }
  for (const key of ['a', 'b', 'c']) await limiter.take({ key, limit })
  expect([(await limiter.take({ key: 'c', limit })).allowed, (await limiter.take({ key: 'a', limit })).allowed]).toEqual([false, true])
})
