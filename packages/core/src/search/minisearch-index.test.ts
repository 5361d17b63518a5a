import { describe, expect, it } from 'vitest'
import type { ProductId } from '../ids.ts'
import { miniSearchIndex } from './minisearch-index.ts'
import type { SearchDocument } from './search-index.ts'

function aDocument(handle: string, fields: Partial<SearchDocument> = {}): SearchDocument {
  return {
    id: handle as ProductId,
    handle,
    title: handle.replaceAll('-', ' '),
    description: '',
    vendor: '',
    categories: [],
    attributes: [],
    words: [],
    skus: [],
    barcodes: [],
    prices: [],
    sku: handle,
    inStock: true,
    ratingAverage: 0,
    ratingCount: 0,
    createdAt: new Date(0),
    ...fields,
  }
}

async function search(text: string, ...documents: readonly SearchDocument[]): Promise<readonly string[]> {
  const index = miniSearchIndex()
  await index.upsert(documents)
  return (await index.query({ text, limit: 20, offset: 0 })).items.map(({ handle }) => handle)
}

describe('the default index', () => {
  it('puts products with every word first, whatever the others score', async () => {
    const some = aDocument('a', { title: 'kettle kettle', vendor: 'kettle', skus: ['kettle'] })
    const every = aDocument('b', { title: 'x', description: 'a kettle, among other things, that one may call large', words: ['copper'] })
    expect(await search('copper kettle', some, every)).toEqual(['b', 'a'])
  })

  it('leaves products with some of the words out when enough have all', async () => {
    const every = Array.from({ length: 20 }, (_, n) => aDocument(`copper-kettle-${n}`))
    expect(await search('copper kettle', aDocument('steel-kettle'), ...every)).toHaveLength(20)
  })

  it('forgives no digit: a model number is not another one', async () => {
    expect(await search('dv71211', aDocument('a', { title: 'Laptop dv71211' }), aDocument('b', { title: 'Laptop dv71212' }))).toEqual(['a'])
  })

  it('forgives two swapped letters in a long word, none in a short one', async () => {
    expect(await search('headphnoes', aDocument('headphones'))).toEqual(['headphones'])
    expect(await search('cart', aDocument('card'))).toEqual([])
  })

  it('takes a single letter and a digit or two for themselves, more for the beginning of a word', async () => {
    const documents = [aDocument('a', { title: 'Windows 10' }), aDocument('b', { title: 'Windows 1080' }), aDocument('c', { title: 'w windows 1' })]
    expect((await search('wi', ...documents)).length).toBe(3)
    expect(await search('w', ...documents)).toEqual(['c'])
    expect(await search('10', ...documents)).toEqual(['a'])
    expect(await search('108', ...documents)).toEqual(['b'])
  })

  it('ignores accents, case and typographic forms', async () => {
    for (const text of ['creme brulee', 'CRÈME BRÛLÉE', 'ｃｒｅｍｅ']) expect(await search(text, aDocument('a', { title: 'Crème brûlée' }))).toEqual(['a'])
  })

  it('finds words in scripts without blanks', async () => {
    expect(await search('ケトル', aDocument('a', { title: '電気ケトル 湯沸かし' }), aDocument('b', { title: '電気毛布' }))).toEqual(['a'])
  })

  it('takes the parts of a hyphenated code for words', async () => {
    expect(await search('abc-77', aDocument('a', { skus: ['ABC-77-XL'] }), aDocument('b', { skus: ['ABC-78'] }))).toEqual(['a', 'b'])
  })

  it('updates price, stock and rating of a document whose words stay', async () => {
    const index = miniSearchIndex()
    await index.upsert([aDocument('kettle'), aDocument('kettle-2', { title: 'kettle' })])
    await index.upsert([aDocument('kettle-2', { title: 'kettle', inStock: false, ratingAverage: 5 })])
    const { items } = await index.query({ text: 'kettle', limit: 5, offset: 0 })
    expect(items.map(({ handle, inStock }) => [handle, inStock])).toEqual([
      ['kettle-2', false],
      ['kettle', true],
    ])
  })

  it('takes two swapped letters for one wrong letter where it proposes a spelling', async () => {
    const index = miniSearchIndex()
    await index.upsert([aDocument('basket')])
    expect((await index.query({ text: 'baskte', didYouMean: true, limit: 5, offset: 0 })).didYouMean).toBe('basket')
  })

  it('keeps the order of partial matches when it ranks them below', async () => {
    const title = aDocument('in-title', { title: 'kettle' })
    const text = aDocument('in-text', { title: 'x', description: 'kettle' })
    expect(await search('copper kettle', text, title, aDocument('both', { title: 'x', description: 'copper kettle' }))).toEqual(['both', 'in-title', 'in-text'])
  })
})
