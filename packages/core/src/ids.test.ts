import { expect, test } from 'vitest'
import { cryptoRandom, orderNumber, uuidV7Source } from './ids.ts'

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('ids are UUIDv7 of their moment', () => {
  const id = uuidV7Source(cryptoRandom, () => Date.UTC(2026, 0, 1)).next<string>()
  expect(id).toMatch(uuidV7)
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(Date.UTC(2026, 0, 1))
})

test('ids grow within one millisecond, past the counter, and when the clock goes back', () => {
  let now = 1_700_000_000_000
  const source = uuidV7Source(cryptoRandom, () => now)
  const ids = Array.from({ length: 10_000 }, () => source.next<string>())
  now -= 5_000
  ids.push(...Array.from({ length: 10 }, () => source.next<string>()))
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(id).toMatch(uuidV7)
})

test('order numbers are short, readable and drawn from the whole alphabet', () => {
  const numbers = Array.from({ length: 2_000 }, () => orderNumber(cryptoRandom))
  for (const number of numbers) expect(number).toMatch(/^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/)
  expect(new Set(numbers.join('').replaceAll('-', '')).size).toBe(32)
  expect(new Set(numbers).size).toBe(2_000)
})
