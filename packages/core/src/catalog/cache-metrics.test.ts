import { expect, it, onTestFinished } from 'vitest'
import { type CachedShop, cachedShops, shownPrice } from '../../test/cached-shops.ts'
import { recordedMetrics } from '../../test/recorded-metrics.ts'
import { CommerceError } from '../errors.ts'
import { type CacheLevel, inProcessCache } from '../runtime/cache.ts'
import type { CacheOptions } from './catalog-cache-options.ts'

async function openShops(count: number, options: CacheOptions) {
  const opened = await cachedShops(count, options)
  onTestFinished(() => opened.close())
  return opened
}

/** What has been measured by instruments of the cache since it was last asked: kind, level, outcome, and the age where there is one. */
function cacheMetrics() {
  const measured = recordedMetrics()
  let told = 0
  const since = (instrument: string) => measured.slice(told).filter((measurement) => measurement.instrument === instrument)
  const words = (attributes: (typeof measured)[number]['attributes']) => ['cache', 'level', 'outcome'].map((name) => attributes[`cartwright.${name}`]).join(' ')
  return () => {
    const lookups = since('cartwright.cache.lookups').map(({ value, attributes }) => `${value} ${words(attributes)}`)
    const ages = since('cartwright.cache.age').map(({ value, attributes }) => `${value} ms ${words(attributes)}`)
    told = measured.length
    return { lookups, ages }
  }
}

it('counts hits and misses, and tells how old what was found was', async () => {
  const metrics = cacheMetrics()
  const { shops, pass } = await openShops(1, {})
  const shop = shops[0] as CachedShop
  await shownPrice(shop)
  expect(metrics()).toEqual({ lookups: ['1 product process miss'], ages: [] })
  pass(700)
  await shownPrice(shop)
  expect(metrics()).toEqual({ lookups: ['1 product process hit'], ages: ['700 ms product process hit'] })
  await shop.commerce.catalog.get({ sku: 'MUG' })
  await shop.commerce.catalog.get({ sku: 'MUG' })
  await shop.commerce.catalog.availability({ handle: 'mug' })
  expect(metrics().lookups).toEqual([
    '1 handle process miss',
    '1 product process hit',
    '1 handle process hit',
    '1 product process hit',
    '1 availability process miss',
  ])
  await shop.commerce.catalog.list()
  await shop.commerce.catalog.list()
  expect(metrics().lookups).toEqual(['1 page process miss', '1 page process hit'])
})

it('counts answers that nobody could make sure of as stale', async () => {
  const metrics = cacheMetrics()
  const { shops, pass } = await openShops(1, {})
  const shop = shops[0] as CachedShop
  await shownPrice(shop)
  shop.line.before = async () => {
    throw new CommerceError('STORAGE_UNAVAILABLE', { details: {} })
  }
  metrics()
  pass(90_000)
  await shownPrice(shop)
  const { lookups, ages } = metrics()
  expect(lookups.at(-1)).toBe('1 product process stale')
  expect(ages).toEqual(['90000 ms product process stale'])
})

it('tells the level that is shared from that of the process, and counts its failures', async () => {
  const metrics = cacheMetrics()
  const level = inProcessCache()
  let down = false
  const shared: CacheLevel = { ...level, get: (params) => (down ? Promise.reject(new Error('the level is down')) : level.get(params)), close: async () => {} }
  const { shops, pass } = await openShops(2, { shared })
  const [mine, theirs] = shops as [CachedShop, CachedShop]
  await shownPrice(mine)
  await shownPrice(mine, 'tee')
  pass(450)
  metrics()
  await shownPrice(theirs)
  await shownPrice(theirs)
  expect(metrics()).toEqual({
    lookups: ['1 product process miss', '1 product shared hit', '1 product process hit'],
    ages: ['450 ms product shared hit', '450 ms product process hit'],
  })
  down = true
  await shownPrice(theirs, 'tee')
  expect(metrics()).toEqual({ lookups: ['1 product process miss', '1 any shared error', '1 product shared miss'], ages: [] })
})

it('never has a key in it', async () => {
  const measured = recordedMetrics()
  const { shops } = await openShops(1, { shared: inProcessCache() })
  const shop = shops[0] as CachedShop
  await shownPrice(shop)
  await shop.commerce.catalog.get({ sku: 'MUG' })
  expect(measured.length).toBeGreaterThan(0)
  expect(JSON.stringify(measured)).not.toMatch(/mug/i)
})
