import { expect, test } from 'vitest'
import { seededSource } from './seeded-source.ts'

test('a name decides its numbers for good: a seeded shop must not change with a version', () => {
  const source = seededSource('shop', 1)
  expect([source.integer(0, 999), source.integer(0, 999), source.integer(0, 999)]).toEqual([695, 26, 102])
  expect(Buffer.from(source.bytes(6)).toString('hex')).toBe('a265f968ed05')
})

test('names that differ in one part have nothing to do with each other', () => {
  const draws = (...name: readonly (string | number)[]) => {
    const source = seededSource(...name)
    return Array.from({ length: 8 }, () => source.integer(0, 1_000_000))
  }
  const seen = [draws(1, 'order', 1), draws(1, 'order', 2), draws(2, 'order', 1), draws(1, 'cart', 1)].flat()
  expect(new Set(seen).size).toBe(seen.length)
})

test('numbers are spread evenly, and integers reach both their ends', () => {
  const source = seededSource('spread')
  const counts = new Map<number, number>()
  for (let draw = 0; draw < 60_000; draw += 1) {
    const value = source.integer(1, 6)
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6])
  for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(400)
  expect(source.chance(0)).toBe(false)
  expect(source.chance(1)).toBe(true)
})
