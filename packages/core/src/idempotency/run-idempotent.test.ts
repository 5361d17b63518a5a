import { expect, test } from 'vitest'
import { testContext } from '../../test/test-context.ts'
import { CommerceError } from '../errors.ts'
import { fingerprint, idempotencyScope, runIdempotent } from './run-idempotent.ts'

const call = (key: string | undefined, params: unknown = { a: 1 }, operation = 'test') => ({ scope: 'system', operation, key, params })

test('one key does its work once, and gives its result again', async () => {
  const context = await testContext()
  let runs = 0
  const work = async () => {
    runs += 1
    return { run: runs }
  }
  expect(await runIdempotent(context, call('k'), work)).toEqual({ run: 1 })
  expect(await runIdempotent(context, call('k'), work)).toEqual({ run: 1 })
  expect(await runIdempotent(context, call('k', { a: 1 }, 'other'), work)).toEqual({ run: 2 })
  expect(await runIdempotent(context, call(undefined), work)).toEqual({ run: 3 })
  expect(await runIdempotent(context, call(undefined), work)).toEqual({ run: 4 })
})

test('one key sent 32 times at once does its work once', async () => {
  const context = await testContext()
  let runs = 0
  const work = async () => {
    runs += 1
    return { run: runs }
  }
  const results = await Promise.all(Array.from({ length: 32 }, () => runIdempotent(context, call('k'), work)))
  expect([runs, new Set(results.map(({ run }) => run))]).toEqual([1, new Set([1])])
})

test('other parameters under a key are refused, and leave the first result alone', async () => {
  const context = await testContext()
  await runIdempotent(context, call('k'), async () => 'first')
  await expect(runIdempotent(context, call('k', { a: 2 }), async () => 'second')).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
  expect(await runIdempotent(context, call('k'), async () => 'third')).toBe('first')
})

test('a refusal rolls back and leaves the key free', async () => {
  const context = await testContext()
  const refuse = runIdempotent(context, call('k'), async () => {
    throw new CommerceError('OUT_OF_STOCK', { details: { sku: 'S', requested: 1, available: 0 } })
  })
  await expect(refuse).rejects.toMatchObject({ code: 'OUT_OF_STOCK' })
  expect(await runIdempotent(context, call('k'), async () => 'done')).toBe('done')
})

test('a key that another run holds is in flight until its lock has passed', async () => {
  const context = await testContext()
  const id = { scope: 'system', operation: 'test', key: 'k' }
  const claim = { ...id, fingerprint: fingerprint({ a: 1 }), lockedUntil: new Date('2026-01-01T00:00:30Z'), expiresAt: new Date('2026-02-01T00:00:00Z') }
  await context.storage.transaction(context.clock.now(), (tx) => tx.idempotency.claim(claim))
  await expect(runIdempotent(context, call('k'), async () => 'mine')).rejects.toMatchObject({ code: 'IDEMPOTENCY_IN_FLIGHT', retryable: true })
  context.setTime(new Date('2026-01-01T00:00:31Z'))
  expect(await runIdempotent(context, call('k'), async () => 'mine')).toBe('mine')
})

test('fingerprints ignore the order of keys and nothing else; scopes keep owners apart and tokens secret', () => {
  expect(fingerprint({ a: 1, b: { c: [1, 2], d: null } })).toBe(fingerprint({ b: { d: null, c: [1, 2] }, a: 1 }))
  expect(fingerprint({ a: [1, 2] })).not.toBe(fingerprint({ a: [2, 1] }))
  const token = 'secret-token-of-a-guest'
  const scopes = [{ type: 'admin', id: 'x' }, { type: 'customer', customerId: 'x' }, { type: 'guest', token }, { type: 'system' }] as const
  const names = scopes.map(idempotencyScope)
  expect(new Set(names).size).toBe(4)
  expect(names.join()).not.toContain(token)
})
