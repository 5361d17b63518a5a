import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { StatementCache } from './statement-cache.ts'

test('a statement is prepared once', () => {
  const cache = new StatementCache(new Database(':memory:'), 2)
  expect(cache.get('SELECT 1')).toBe(cache.get('SELECT 1'))
})

test('it never keeps more than twice its size', () => {
  const cache = new StatementCache(new Database(':memory:'), 10)
  for (let index = 0; index < 500; index += 1) {
    cache.get(`SELECT ${index}`)
    expect(cache.count).toBeLessThanOrEqual(20)
  }
})

test('a statement in steady use stays, however many others pass through', () => {
  const cache = new StatementCache(new Database(':memory:'), 10)
  const hot = cache.get('SELECT 0')
  for (let index = 1; index < 500; index += 1) {
    cache.get(`SELECT ${index}`)
    if (index % 5 === 0) expect(cache.get('SELECT 0')).toBe(hot)
  }
})
