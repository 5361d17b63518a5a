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

test.each([
  ['postgres://me:secret@host:5433/shop', 'postgres://me:secret@host:5433/shop', false],
  ['postgresql://host/shop?sslmode=verify-full', 'postgresql://host/shop?sslmode=verify-full', false],
  ['postgres://host:6432/shop?pgbouncer=true', 'postgres://host:6432/shop', true],
])('%s is a Postgres server', (text, url, pgbouncer) => {
  expect(parseDatabaseUrl(text)).toEqual({ engine: 'postgres', url, pgbouncer })
})

test('an engine that is not known is refused', () => {
  expect(() => parseDatabaseUrl('mysql://host/shop')).toThrow('not supported by this version')
})

test('an address that is none is refused', () => {
  expect(() => parseDatabaseUrl('postgres://host:port/shop')).toThrow('This is no address')
})

test('a URL without a path is refused', () => {
  expect(() => parseDatabaseUrl('sqlite:')).toThrow('The path is missing')
})
