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
      if (call === 'query') state.asked += 1
      return state.down && call === 'query' ? 'unavailable' : undefined
    },
  })
  return { state, index }
}

/** An index whose queries fail with this. */
const failing = (error: Error): SearchIndex => Object.assign(miniSearchIndex(), { query: () => Promise.reject(error) })

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
  })

  test('what the index failed with, when the database is away too', async () => {
    const { commerce } = await testShop({ search: failing(new CommerceError('STORAGE_BUSY', { details: {} })) })
    expect(await commerce.search.query({ text: 'mug' })).toMatchObject({ degraded: true, total: 1 })
    vi.spyOn(commerce.storage, 'snapshot').mockRejectedValue(new CommerceError('STORAGE_UNAVAILABLE', { details: {} }))
    vi.spyOn(performance, 'now').mockReturnValue(0)
    await expect(commerce.search.query({ text: 'mug' })).rejects.toMatchObject({ code: 'STORAGE_BUSY' })
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
})
