import { randomUUID } from 'node:crypto'
import type { CacheLevel } from '@cartwright/core/ports'
import { describe, expect, it, vi } from 'vitest'
import { openedForTest } from '../opened-for-test.ts'

export interface CacheLevelSuiteOptions {
  /** The heading in the test report. */
  readonly name: string
  /** A level; called before every test, which closes it. It need not be empty: keys are never used twice. */
  readonly open: () => Promise<CacheLevel>
}

const minute = 60_000
/** Long enough to be noticed, short enough to be waited for. */
const soonMs = 30

/**
 * Registers tests of the `CacheLevel` contract: texts are kept under a lease only, invalidation ends leases, and what is kept ends with its time.
 *
 * @example
 * cacheLevelSuite({ name: 'my cache', open: async () => myCache() })
 */
export function cacheLevelSuite(options: CacheLevelSuiteOptions): void {
  describe(`${options.name}: cache level`, () => {
    keepingBehaviour(openedForTest(options.open, (level) => level.close()))
    invalidationBehaviour(openedForTest(options.open, (level) => level.close()))
  })
}

const newKey = () => `suite:${randomUUID()}`

/** Keeps a text as a reader of the database would. */
async function keep(level: CacheLevel, key: string, value: string, ttlMs = minute): Promise<void> {
  const token = randomUUID()
  expect(await level.lease({ key, token, ttlMs: minute })).toBe('granted')
  expect(await level.store({ key, token, value, ttlMs })).toBe('stored')
}

function keepingBehaviour(level: () => CacheLevel): void {
  describe('what is kept', () => {
    it('comes back as it was, whatever the text is', async () => {
      for (const text of ['', '{"name":"Crème brûlée 🍮"}', `\u0000${'x'.repeat(100_000)}`]) {
        const key = newKey()
        await keep(level(), key, text)
        expect(await level().get({ key })).toBe(text)
      }
      expect(await level().get({ key: newKey() })).toBeUndefined()
    })

    it('is what was stored last', async () => {
      const key = newKey()
      await keep(level(), key, 'old')
      await keep(level(), key, 'new')
      expect(await level().get({ key })).toBe('new')
    })

    it('is gone when its time is up', async () => {
      const [short, long] = [newKey(), newKey()]
      await keep(level(), short, 'short', soonMs)
      await keep(level(), long, 'long')
      await vi.waitFor(async () => expect(await level().get({ key: short })).toBeUndefined(), { timeout: minute, interval: 5 })
      expect(await level().get({ key: long })).toBe('long')
    })
  })

  describe('a lease', () => {
    it('goes to one of many who ask at once', async () => {
      const key = newKey()
      const answers = await Promise.all(Array.from({ length: 32 }, () => level().lease({ key, token: randomUUID(), ttlMs: minute })))
      expect(answers.filter((answer) => answer === 'granted')).toHaveLength(1)
    })

    it('is what it takes to store: nothing is kept without, or with a token that is not the one', async () => {
      const key = newKey()
      expect(await level().store({ key, token: 'none', value: 'x', ttlMs: minute })).toBe('lost')
      await level().lease({ key, token: 'mine', ttlMs: minute })
      expect(await level().store({ key, token: 'theirs', value: 'x', ttlMs: minute })).toBe('lost')
      expect(await level().get({ key })).toBeUndefined()
      expect(await level().store({ key, token: 'mine', value: 'y', ttlMs: minute })).toBe('stored')
      expect(await level().store({ key, token: 'mine', value: 'z', ttlMs: minute })).toBe('lost')
      expect(await level().get({ key })).toBe('y')
    })

    it('can be given back with nothing stored, which leaves what is there', async () => {
      const key = newKey()
      await keep(level(), key, 'text')
      await level().lease({ key, token: 'a', ttlMs: minute })
      expect(await level().store({ key, token: 'a', value: null, ttlMs: minute })).toBe('stored')
      expect(await level().get({ key })).toBe('text')
      expect(await level().lease({ key, token: 'b', ttlMs: minute })).toBe('granted')
    })

    it('ends with its time, and then belongs to the next', async () => {
      const key = newKey()
      await level().lease({ key, token: 'slow', ttlMs: soonMs })
      await vi.waitFor(async () => expect(await level().lease({ key, token: 'next', ttlMs: minute })).toBe('granted'), { timeout: minute, interval: 5 })
      expect(await level().store({ key, token: 'slow', value: 'x', ttlMs: minute })).toBe('lost')
    })
  })
}

function invalidationBehaviour(level: () => CacheLevel): void {
  const invalidate = (key: string, mark: string) => level().invalidate({ invalidations: [{ key, mark }] })

  describe('invalidation', () => {
    it('forgets what is kept under any number of keys, and nothing else', async () => {
      const [gone, left] = [Array.from({ length: 120 }, newKey), newKey()]
      await Promise.all([...gone, left].map((key) => keep(level(), key, 'text')))
      await level().invalidate({ invalidations: gone.map((key) => ({ key, mark: 'm' })) })
      await level().invalidate({ invalidations: [] })
      expect(await Promise.all(gone.map((key) => level().get({ key })))).toEqual(gone.map(() => undefined))
      expect(await level().get({ key: left })).toBe('text')
    })

    it('keeps out what was read before it, however late that comes', async () => {
      const key = newKey()
      await level().lease({ key, token: 'slow', ttlMs: minute })
      await invalidate(key, 'm')
      expect(await level().store({ key, token: 'slow', value: 'old', ttlMs: minute })).toBe('lost')
      expect(await level().get({ key })).toBeUndefined()
    })

    it('keeps it out while somebody else is reading what holds now', async () => {
      const key = newKey()
      await level().lease({ key, token: 'slow', ttlMs: minute })
      await invalidate(key, 'm')
      expect(await level().lease({ key, token: 'quick', ttlMs: minute })).toBe('granted')
      expect(await level().store({ key, token: 'slow', value: 'old', ttlMs: minute })).toBe('lost')
      expect(await level().store({ key, token: 'quick', value: 'new', ttlMs: minute })).toBe('stored')
      expect(await level().get({ key })).toBe('new')
    })

    it('by the same mark again leaves what was kept since, by another one does not', async () => {
      const key = newKey()
      await invalidate(key, 'a')
      await keep(level(), key, 'since')
      await invalidate(key, 'a')
      expect(await level().get({ key })).toBe('since')
      await invalidate(key, 'b')
      expect(await level().get({ key })).toBeUndefined()
      await keep(level(), key, 'again')
      await invalidate(key, 'a')
      expect(await level().get({ key })).toBeUndefined()
    })
  })
}
