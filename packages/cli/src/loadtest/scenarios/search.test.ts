import { expect, test } from 'vitest'
import { defaultLoadShapes } from '../../load-shapes/load-shapes.ts'
import { seededSource } from '../../seed/seeded-source.ts'
import { typedQuery } from './search.ts'

const title = 'Harbour Oak Reading Lamp'
const words = title.toLowerCase().split(' ')
const queries = Array.from({ length: 2_000 }, (_, index) => typedQuery(title, defaultLoadShapes, seededSource('queries', index)))

test('a query is some words of the title in their order, mostly as they stand', () => {
  const exact = queries.filter((query) => title.toLowerCase().includes(query) && query.split(' ').every((word) => words.includes(word)))
  expect(exact.length / queries.length).toBeGreaterThan(0.6)
  expect(exact.length / queries.length).toBeLessThan(0.8)
  expect(new Set(queries.map((query) => query.split(' ').length))).toEqual(new Set([1, 2, 3, 4]))
})

test('some are not typed to the end, some have a slip of a letter', () => {
  const last = (query: string): string => query.split(' ').at(-1) ?? ''
  expect(queries.filter((query) => words.some((word) => word !== last(query) && word.startsWith(last(query)))).length).toBeGreaterThan(200)
  expect(queries.filter((query) => query.split(' ').some((word) => words.every((whole) => !whole.startsWith(word)))).length).toBeGreaterThan(100)
})

test('every query has something in it, also of the shortest titles', () => {
  const short = ['A', 'Ox', 'Tea for 2', 'Ä Ö'].flatMap((text) =>
    Array.from({ length: 200 }, (_, index) => typedQuery(text, defaultLoadShapes, seededSource(text, index))),
  )
  expect(short.every((query) => query.trim() !== '')).toBe(true)
})
