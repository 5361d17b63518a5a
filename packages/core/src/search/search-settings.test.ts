import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce } from '@cartwright/core'
import { expect, onTestFinished, test } from 'vitest'
import type { ProductId } from '../ids.ts'
import { miniSearchIndex } from './minisearch-index.ts'
import type { SearchIndex } from './search-index.ts'
import { searchGuide } from './search-settings.ts'

const actor = { type: 'admin', id: 'ann' } as const
const nobody = { productIds: [], categories: [], attributes: [] }
const record = (handle: string) => ({
  handle,
  title: handle.replaceAll('-', ' '),
  categories: [['Seats']],
  variants: [{ sku: `NO${handle}`, prices: [{ currency: 'USD', amountMinor: 1_000 }], stock: [{ quantity: 2 }] }],
})

/** Two shops over one file, as two processes have it. */
async function twoShops(search?: () => SearchIndex) {
  const folder = mkdtempSync(join(tmpdir(), 'cartwright-settings-'))
  const open = () => createCommerce({ storage: sqliteStorage({ file: join(folder, 'shop.db') }), currency: 'USD', ...(search && { search: search() }) })
  const shops = [await open(), await open()] as const
  onTestFinished(async () => {
    for (const shop of shops) await shop.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return shops
}

test('what one process saves another goes by at its next query', async () => {
  const [one, other] = await twoShops()
  const { results } = await one.catalog.upsertMany({ products: ['sofa', 'couch', 'couch-table', 'bench'].map(record) })
  const idOf = (place: number) => (results[place] as { productId: ProductId }).productId
  const found = async (text: string, filter = {}) => (await other.search.query({ text, filter })).items.map(({ handle }) => handle)
  expect(await found('sofa')).toEqual(['sofa'])
  const first = await one.search.saveSettings({ actor, version: 0, synonyms: [{ words: ['Sofa', 'couch'] }] })
  expect(first).toMatchObject({ version: 1, rules: [] })
  expect(await found('sofa')).toEqual(['sofa', 'couch', 'couch-table'])
  const rules = [
    { name: 'sofas', when: { text: 'SOFA' }, pins: [{ productId: idOf(3), position: 1 }], bury: { productIds: [idOf(1)] } },
    { name: 'seats', when: { category: ['Seats'] }, boost: { productIds: [idOf(0)] } },
  ]
  expect(await other.search.saveSettings({ actor, version: 1, rules })).toMatchObject({ version: 2, synonyms: [{ words: ['Sofa', 'couch'] }] })
  expect(await found('sofa')).toEqual(['bench', 'sofa', 'couch-table', 'couch'])
  expect((await found('', { category: ['Seats'] }))[0]).toBe('sofa')
  expect((await one.search.settings({ actor })).rules.map(({ name }) => name)).toEqual(['sofas', 'seats'])
})

test('an index outside the process is asked with the settings too, this process by what it has saved at once', async () => {
  const [shop] = await twoShops(() => Object.defineProperty(miniSearchIndex(), 'inProcess', { value: false }))
  await shop.catalog.upsertMany({ products: [record('couch')] })
  await shop.search.reindex()
  expect((await shop.search.query({ text: 'sofa' })).total).toBe(0)
  await shop.search.saveSettings({ actor, version: 0, synonyms: [{ words: ['sofa', 'couch'] }] })
  expect((await shop.search.query({ text: 'sofa' })).total).toBe(1)
})

test('staff alone see and save them, and a version is replaced once', async () => {
  const [shop] = await twoShops()
  const guest = { type: 'guest', token: 'x'.repeat(43) } as const
  await expect(shop.search.settings({ actor: guest })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(shop.search.saveSettings({ actor: guest, version: 0, rules: [] })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await shop.search.saveSettings({ actor, version: 0, rules: [] })
  await expect(shop.search.saveSettings({ actor, version: 0, rules: [] })).rejects.toMatchObject({ code: 'CONFLICT' })
})

test.each([
  [{ rules: [{ name: 'a', when: {} }] }],
  [{ rules: [{ name: 'a', when: { text: '!?' } }] }],
  [{ rules: [1, 2].map(() => ({ name: 'same', when: { text: 'tea' } })) }],
  [{ rules: [{ name: 'a', when: { text: 'tea' }, pins: [{ productId: 'not an id', position: 1 }] }] }],
  [{ synonyms: [{ words: ['alone'] }] }],
])('%j is refused', async (given) => {
  const [shop] = await twoShops()
  await expect(shop.search.saveSettings({ actor, version: 0, ...given } as never)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
})

test('synonyms go both ways in a group, one way with alsoFind, by whole words and phrases', () => {
  const guide = searchGuide({ version: 1, rules: [], synonyms: [{ words: ['TV', 'flat screen'] }, { words: ['phone'], alsoFind: ['Smart Phone', 'phone'] }] })
  expect(guide.synonymsOf('a tv stand')).toEqual([{ phrase: ['tv'], alternatives: [['flat', 'screen']] }])
  expect(guide.synonymsOf('Flat-Screen')).toEqual([{ phrase: ['flat', 'screen'], alternatives: [['tv']] }])
  expect(guide.synonymsOf('phone')).toEqual([{ phrase: ['phone'], alternatives: [['smart', 'phone']] }])
  expect(guide.synonymsOf('smart watch tvs')).toEqual([])
})

test('rules for one query are combined, the earlier ones first', () => {
  const pin = (id: string, position: number) => ({ productId: id as ProductId, position })
  const base = { boost: nobody, bury: nobody }
  const guide = searchGuide({
    version: 1,
    synonyms: [],
    rules: [
      { ...base, name: 'a', when: { text: 'tea' }, pins: [pin('p', 1), pin('q', 2)] },
      { ...base, name: 'b', when: { text: 'Tea', category: ['Kitchen'] }, pins: [pin('p', 3), pin('r', 2), pin('s', 4)] },
      { ...base, name: 'c', when: { category: ['Kitchen'] }, pins: [pin('t', 1)] },
    ],
  })
  expect(guide.merchandisingOf('TEA', {})?.pins).toEqual([pin('p', 1), pin('q', 2)])
  expect(guide.merchandisingOf('tea', { category: ['Kitchen'] })?.pins).toEqual([pin('p', 1), pin('q', 2), pin('s', 4)])
  expect(guide.merchandisingOf('', { category: ['Kitchen'] })?.pins).toEqual([pin('t', 1)])
  expect(guide.merchandisingOf('coffee', { category: ['Kitchen'] })).toBeUndefined()
})
