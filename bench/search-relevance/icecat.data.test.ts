import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Commerce, createCommerce } from '@cartwright/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type IcecatProduct, importRecord, readJudgments, readProducts } from './icecat.ts'
import { meanScores, scoreQueries } from './score-rankings.ts'

const folder = process.env.CARTWRIGHT_DATA ?? ''
let commerce: Commerce
let products: readonly IcecatProduct[]

async function importAll(): Promise<{ readonly outcomes: Readonly<Record<string, number>>; readonly rejected: number }> {
  const outcomes: Record<string, number> = {}
  let rejected = 0
  for (let start = 0; start < products.length; start += 200) {
    const report = await commerce.catalog.upsertMany({ products: products.slice(start, start + 200).map(importRecord) })
    for (const { outcome } of report.results) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    rejected += report.rejected.length
  }
  return { outcomes, rejected }
}

beforeAll(async () => {
  expect(folder, 'CARTWRIGHT_DATA names the folder with icecat-electronics').not.toBe('')
  products = readProducts(folder)
  commerce = await createCommerce({ storage: sqliteStorage({ file: ':memory:' }), currency: 'USD' })
})

afterAll(() => commerce?.close())

describe('the icecat catalogue', () => {
  it('is imported whole, and a second import changes nothing', async () => {
    expect(await importAll()).toEqual({ outcomes: { created: 19_406 }, rejected: 0 })
    expect(await importAll()).toEqual({ outcomes: { unchanged: 19_406 }, rejected: 0 })
  })

  it('keeps its typed attributes', async () => {
    const source = products.find((product) => typeof product.attr_b_touchscreen === 'boolean' && typeof product.attr_n_display_diagonal === 'number')
    const product = await commerce.catalog.get({ handle: source?.id ?? '' })
    expect(product.attributes).toMatchObject({
      touchscreen: source?.attr_b_touchscreen,
      display_diagonal: source?.attr_n_display_diagonal,
      model: source?.name,
    })
  })

  it('can be walked page by page, each product once', async () => {
    const handles = new Set<string>()
    let after: string | undefined
    do {
      const page = await commerce.catalog.list({ sort: 'price_asc', limit: 100, after })
      for (const { handle } of page.items) handles.add(handle)
      after = page.next ?? undefined
    } while (after !== undefined)
    expect(handles.size).toBe(19_406)
  })

  it('is found as people judged: nDCG@10 of at least 0.652 with unjudged products as 0', async () => {
    const judgments = readJudgments(folder)
    expect(judgments.size).toBe(60)
    const rank = async (text: string) => (await commerce.search.query({ text, limit: 100 })).items.map(({ handle }) => handle)
    const scores = meanScores(await scoreQueries(rank, judgments))
    expect(scores.unjudgedZero).toBeGreaterThanOrEqual(0.652)
    expect(scores.unjudgedRemoved).toBeGreaterThanOrEqual(0.7)
  })
})
