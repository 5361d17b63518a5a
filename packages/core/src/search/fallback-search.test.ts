import { CommerceError, type SearchIndex } from '@cartwright/core/ports'
import { faultySearchIndex, scriptedFaults } from '@cartwright/testing/faults'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { testShop } from '../../test/test-shop.ts'
import { miniSearchIndex } from './minisearch-index.ts'

type Call = 'upsert' | 'remove' | 'clear' | 'query' | 'suggest'

/** Fails from the first query on, until told otherwise. */
function downIndex(inProcess = true) {
  const state = { down: true, asked: 0 }
  const index = faultySearchIndex(Object.assign(miniSearchIndex(), { inProcess }), {
    next: (call: Call) => {
      const asks = call === 'query' || call === 'suggest'
      if (asks) state.asked += 1
      return state.down && asks ? 'unavailable' : undefined
    },
  })
  return { state, index }
}

/** An index whose answers fail with this. */
const failing = (error: Error): SearchIndex => {
  const fail = () => Promise.reject(error)
  return Object.assign(miniSearchIndex(), { query: fail, suggest: fail })
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('while the index is away', () => {
  test('the database finds titles by parts of words, and SKUs, and says that it has', async () => {
    const { commerce } = await testShop({ search: downIndex().index })
    const found = async (text: string) => {
      const { degraded, total, items } = await commerce.search.query({ text })
      expect([degraded, total]).toEqual([true, items.length])
      return items.map(({ handle }) => handle)
    }
    expect(await found('ware MUG')).toEqual(['mug'])
    expect(await found(' tee-s ')).toEqual(['tee'])
    expect(await found('e')).toEqual(['guide', 'sample', 'tee', 'mug'])
    expect(await found('mog')).toEqual([])
    expect(await found('')).toEqual([])
    expect(await found('?!')).toEqual([])
  })

  test('filters, sorts and pages are heeded, what else was asked for is left out', async () => {
    const { commerce } = await testShop({ search: downIndex().index })
    const answer = await commerce.search.query({
      text: '',
      filter: { inStock: true },
      facets: [{ type: 'price' }],
      sort: 'price_desc',
      didYouMean: true,
      limit: 2,
      offset: 1,
    })
    expect(answer).toMatchObject({ degraded: true, total: 4, facets: [], didYouMean: null })
    expect(answer.items.map(({ handle }) => handle)).toEqual(['mug', 'guide'])
    expect((await commerce.search.query({ text: 'e', offset: 4 })).items).toEqual([])
  })

  test('a hit has what one of the index has, highlights too', async () => {
    const { state, index } = downIndex()
    const { commerce } = await testShop({ search: index })
    const hit = async () => (await commerce.search.query({ text: 'stoneware', highlight: true })).items[0]
    const degraded = await hit()
    state.down = false
    expect(degraded).toEqual({ ...(await hit()), score: 0 })
    expect(degraded?.highlights?.title).toEqual([
      { text: 'Stoneware', match: true },
      { text: ' mug', match: false },
    ])
  })

  test('the database completes what is typed by words of the titles that it finds', async () => {
    const { state, index } = downIndex()
    const { commerce } = await testShop({ search: index })
    const titles = ['Mugwort tea', 'Mug tree', 'Kettle mug', 'Éclair mould']
    const products = titles.map((title, place) => ({ handle: `more-${place}`, title, variants: [{ sku: `MORE-${place}`, prices: [] }] }))
    expect((await commerce.catalog.upsertMany({ products })).rejected).toEqual([])
    const suggested = async (text: string, limit = 8) => {
      const { degraded, completions, products: best } = await commerce.search.suggest({ text, limit })
      return [degraded, completions.map((completion) => `${completion.text} ${completion.count}`), best.length]
    }
    expect(await suggested('mu')).toEqual([true, ['mug 3', 'mugwort 1'], 4])
    expect(await suggested(' Kettle MU')).toEqual([true, ['Kettle mug 1'], 1])
    expect(await suggested('mu', 1)).toEqual([true, ['mug 3'], 1])
    expect(await suggested('MORE-2')).toEqual([true, [], 1])
    expect(await suggested('m')).toEqual([true, [], 6])
    expect(await suggested('mgu')).toEqual([true, [], 0])
    expect(await suggested(' ')).toEqual([true, [], 0])
    state.down = false
    expect(await suggested('Kettle mu')).toEqual([false, ['Kettle mug 1'], 1])
  })

  test('an answer of the index is not degraded', async () => {
    const { commerce } = await testShop({ search: faultySearchIndex(miniSearchIndex(), scriptedFaults([{ call: 'query', nth: 1, fault: 'answer_lost' }])) })
    expect(await commerce.search.query({ text: 'mug' })).toMatchObject({ degraded: true, total: 1 })
    expect(await commerce.search.query({ text: 'mug' })).toMatchObject({ degraded: false, total: 1 })
  })
})

describe('what is thrown', () => {
  test('an error that says what must be mended', async () => {
    const { commerce } = await testShop({ search: failing(new CommerceError('MIGRATION_PENDING', { details: { pending: ['0001'] } })) })
    await expect(commerce.search.query({ text: 'mug' })).rejects.toMatchObject({ code: 'MIGRATION_PENDING' })
    await expect(commerce.search.suggest({ text: 'mug' })).rejects.toMatchObject({ code: 'MIGRATION_PENDING' })
  })

  test('what the index failed with, when the database is away too', async () => {
    const { commerce } = await testShop({ search: failing(new CommerceError('STORAGE_BUSY', { details: {} })) })
    expect(await commerce.search.query({ text: 'mug' })).toMatchObject({ degraded: true, total: 1 })
    vi.spyOn(commerce.storage, 'snapshot').mockRejectedValue(new CommerceError('STORAGE_UNAVAILABLE', { details: {} }))
    vi.spyOn(performance, 'now').mockReturnValue(0)
    await expect(commerce.search.query({ text: 'mug' })).rejects.toMatchObject({ code: 'STORAGE_BUSY' })
    await expect(commerce.search.suggest({ text: 'mug' })).rejects.toMatchObject({ code: 'STORAGE_BUSY' })
  })
})

test('an index outside the process is not asked for a second after five failures in a row, one query then sees whether it is back', async () => {
  let nowMs = 0
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
  const { state, index } = downIndex(false)
  const { commerce } = await testShop({ search: index })
  await commerce.search.reindex()
  const degraded = async () => (await commerce.search.query({ text: 'mug' })).degraded
  for (let query = 0; query < 5; query += 1) expect(await degraded()).toBe(true)
  state.down = false
  nowMs = 999
  expect([await degraded(), state.asked]).toEqual([true, 5])
  nowMs = 1_000
  expect([await degraded(), await degraded(), state.asked]).toEqual([false, false, 7])
  state.down = true
  for (let query = 0; query < 5; query += 1) expect(await degraded()).toBe(true)
  expect([(await commerce.search.suggest({ text: 'mug' })).degraded, state.asked]).toEqual([true, 12])
})
