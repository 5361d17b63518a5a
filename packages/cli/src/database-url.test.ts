import { expect, test } from 'vitest'
import { parseDatabaseUrl } from './database-url.ts'

test.each([
  ['sqlite:./shop.db', './shop.db'],
  ['sqlite:/var/shop.db', '/var/shop.db'],
  ['sqlite:///var/shop.db', '/var/shop.db'],
  ['sqlite::memory:', ':memory:'],
  ['./shop.db', './shop.db'],
  ['shop.db', 'shop.db'],
  ['C:\\shop\\shop.db', 'C:\\shop\\shop.db'],
])('%s is the file %s', (text, file) => {
  expect(parseDatabaseUrl(text)).toEqual({ engine: 'sqlite', file })
})

test.each(['postgres://host/shop', 'postgresql://host/shop', 'mysql://host/shop'])('%s is not supported by this version', (text) => {
  expect(() => parseDatabaseUrl(text)).toThrow('not supported by this version')
})

test('a URL without a path is refused', () => {
  expect(() => parseDatabaseUrl('sqlite:')).toThrow('The path is missing')
})
